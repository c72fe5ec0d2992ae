"""Calm maps: where a picture is calm, whatever its format and size."""

import io
from collections.abc import Callable

import PIL.Image
import PIL.ImageDraw
import pytest

from shared.images.calm import CELLS, calm_map
from shared.images.check import NotAnImage
from shared.images.image import Image
from tests.support.fakes.pictures import encoded, png


def saved(picture: PIL.Image.Image, image_format: str = "PNG") -> Image:
    target = io.BytesIO()
    picture.save(target, image_format)
    return Image(target.getvalue(), f"image/{image_format.lower()}")


def half_busy(mode: str = "RGB", size: tuple[int, int] = (800, 600)) -> PIL.Image.Image:
    """Return a picture that is one colour on the left, and has lines on the right."""
    picture = PIL.Image.new(mode, size, "white")
    draw = PIL.ImageDraw.Draw(picture)
    for x in range(size[0] // 2, size[0], size[0] // 16):
        draw.line((x, 0, x, size[1]), fill="black", width=size[0] // 50)
    return picture


def halves(calm: str) -> tuple[int, int]:
    """Return the sums of the digits on the left and on the right."""
    rows = [calm[start : start + CELLS] for start in range(0, len(calm), CELLS)]
    middle = CELLS // 2
    return sum(int(digit, 16) for row in rows for digit in row[:middle]), sum(
        int(digit, 16) for row in rows for digit in row[middle:]
    )


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(800, 600), (512, 1100), (2400, 1350)])
def test_busy_half_is_told_from_the_calm_one(image_format: str, size: tuple[int, int]) -> None:
    calm, busy = halves(calm_map(saved(half_busy(size=size), image_format)))

    assert busy > 12 * CELLS * CELLS // 2 * 0.4
    # The border between the halves touches the cells beside it.
    assert calm < busy / 4


@pytest.mark.parametrize("size", [(1, 1), (4, 3), (1, 900), (64, 64)])
@pytest.mark.parametrize("colour", ["white", "black", "navy"])
def test_picture_of_one_colour_is_calm_everywhere(size: tuple[int, int], colour: str) -> None:
    assert calm_map(Image(png(size, colour), "image/png")) == "0" * CELLS * CELLS


def test_patches_of_all_colours_are_busy_everywhere() -> None:
    picture = PIL.Image.new("L", (960, 960))
    draw = PIL.ImageDraw.Draw(picture)
    for x in range(0, 960, 40):
        for y in range(0, 960, 40):
            draw.rectangle((x, y, x + 39, y + 39), fill=255 * ((x + y) // 40 % 2))

    assert min(int(digit, 16) for digit in calm_map(saved(picture))) > 8


def grey_alpha(picture: PIL.Image.Image) -> PIL.Image.Image:
    return picture.convert("LA")


def palette(picture: PIL.Image.Image) -> PIL.Image.Image:
    return picture.quantize(16)


def sixteen_bits(picture: PIL.Image.Image) -> PIL.Image.Image:
    return picture.convert("L").convert("I").point(lambda grey: grey * 257).convert("I;16")  # pyright: ignore[reportUnknownMemberType] - Pillow types the callback loosely


@pytest.mark.parametrize("change", [grey_alpha, palette, sixteen_bits])
def test_every_kind_of_pixel_is_read(change: Callable[[PIL.Image.Image], PIL.Image.Image]) -> None:
    calm, busy = halves(calm_map(saved(change(half_busy()))))

    assert calm < busy / 4


def test_hidden_lines_of_transparent_parts_do_not_count() -> None:
    picture = half_busy("RGBA")
    picture.putalpha(0)

    assert calm_map(saved(picture)) == "0" * CELLS * CELLS


@pytest.mark.parametrize("pitch_px", [2, 4, 8])
def test_screentones_are_calm(pitch_px: int) -> None:
    picture = PIL.Image.new("L", (1024, 768), "white")
    draw = PIL.ImageDraw.Draw(picture)
    for x in range(0, 1024, pitch_px):
        for y in range(0, 768, pitch_px):
            draw.rectangle((x, y, x + pitch_px // 2 - 1, y + pitch_px // 2 - 1), fill="black")

    digits = calm_map(saved(picture))

    # At the border the dots are cut off.
    inner = [digits[row * CELLS + 1 : (row + 1) * CELLS - 1] for row in range(1, CELLS - 1)]
    assert max(int(digit, 16) for digit in "".join(inner)) <= 4


def test_compression_of_a_calm_picture_stays_calm() -> None:
    gradient = PIL.Image.new("L", (960, 1020))
    for y in range(1020):
        PIL.ImageDraw.Draw(gradient).line((0, y, 960, y), fill=y // 4)

    digits = calm_map(saved(gradient, "JPEG"))

    assert max(int(digit, 16) for digit in digits) <= 2


@pytest.mark.parametrize("content", [b"", b"nothing", encoded("PNG")[:40]])
def test_damaged_image_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        calm_map(Image(content, "image/png"))
