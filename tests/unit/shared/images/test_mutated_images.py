"""A corrupt image is accepted or refused, never anything else. `mutated_image(seed)` returns the file of a seed."""

import pytest

from shared.images.check import ImageLimits, NotAnImage, accepted_media_type, check_image
from shared.images.normalized import MAX_SIDE_PX, normalize_image
from tests.support.fakes.mutated_images import mutated_image, samples

LIMITS = ImageLimits(max_bytes=1_000_000, max_pixels=100_000)
SEEDS_AT_ONCE = 500
# With Pillow 13.0, each of these once raised an unhandled struct.error or TypeError.
SAVED_SEEDS = (
    8466,
    15017,
    23242,
    29800,
    34330,
    35295,
    35788,
    38298,
    41083,
    41915,
    42801,
    43812,
    45663,
    46705,
    63204,
    66755,
)


def outcome(content: bytes) -> str:
    """Return `accepted`, or the reason for refusing the file."""
    try:
        image = normalize_image(content, LIMITS)
    except NotAnImage as error:
        return str(error)
    assert check_image(image.content, MAX_SIDE_PX**2) == image
    return "accepted"


def check(seeds: range | tuple[int, ...]) -> list[str]:
    """Return the outcomes of the seeds' files; a failure names its seed."""
    outcomes: list[str] = []
    for seed in seeds:
        try:
            outcomes.append(outcome(mutated_image(seed)))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
    return outcomes


@pytest.mark.parametrize("first", range(0, 5000, SEEDS_AT_ONCE), ids="seeds from {}".format)
def test_mutated_image_is_accepted_or_refused(first: int) -> None:
    outcomes = check(range(first, first + SEEDS_AT_ONCE))

    accepted = outcomes.count("accepted")
    assert SEEDS_AT_ONCE / 10 < accepted < SEEDS_AT_ONCE * 9 / 10


def test_files_of_saved_seeds_are_accepted_or_refused() -> None:
    check(SAVED_SEEDS)


def test_samples_are_valid_and_cover_all_accepted_formats() -> None:
    assert {accepted_media_type(sample) for sample in samples()} == {"image/png", "image/jpeg", "image/webp"}
    assert {outcome(sample) for sample in samples()} == {
        "accepted",
        "The image is animated: send a still PNG, JPEG or WebP file.",
    }
