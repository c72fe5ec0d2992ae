"""How much room a panel deserves."""

import pytest

from api.export.comic.emphasis import emphasis
from tests.unit.api.export.comics import plan


def weight(camera_angle: str, index: int = 1, dialogue: str | None = None) -> float:
    return emphasis(plan(index + 1, dialogue, camera_angle), index, 5)


def test_what_shows_much_gets_more_room_than_what_shows_little() -> None:
    angles = ["Wide establishing shot", "Wide shot", "Low-angle shot", "Medium shot", "Close-up", "Extreme close-up"]

    weights = [weight(angle) for angle in angles]

    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(angles)


def test_an_unknown_angle_is_an_ordinary_one() -> None:
    assert weight("as the story likes") == weight("Medium close-up") == 1


@pytest.mark.parametrize("index", [0, 4])
def test_the_first_and_the_last_panel_get_more_room(index: int) -> None:
    assert weight("Close-up", index) > weight("Close-up")


def test_a_small_panel_with_much_speech_stays_readable() -> None:
    assert weight("Close-up", dialogue="One two three four five six seven eight nine.") > weight("Close-up")
