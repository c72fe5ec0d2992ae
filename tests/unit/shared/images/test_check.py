"""Checks that image bytes decode, and the reasons for refusing those that do not."""

import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import pytest

from shared.images.check import NotAnImage, check_image, opened_image
from tests.support.fakes.pictures import encoded, png

MAX_PIXELS = 1_000_000
ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("image_format", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_media_type_comes_from_the_bytes(image_format: str, media_type: str) -> None:
    content = encoded(image_format)

    image = check_image(content, MAX_PIXELS)

    assert (image.content, image.media_type) == (content, media_type)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The image is empty"),
        (b"hello", "The data is not an image"),
        (b"<svg/>", "format is SVG"),
        (encoded("GIF"), "format is GIF"),
        (encoded("BMP"), "format is BMP"),
        (encoded("TIFF"), "format is TIFF"),
        (encoded("AVIF", (16, 16)), "format is AVIF"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), "format is HEIC"),
        (png()[:40], "The image is damaged"),
        (png()[:50], "The image is damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "The image is damaged"),
        (encoded("JPEG", (64, 64))[:-200], "The image is damaged"),
        (b"\xff\xd8\xff" + bytes(64), "The image is damaged"),
        (b"RIFF\x40\0\0\0WEBPVP8 " + bytes(64), "The image is damaged"),
    ],
)  # fmt: skip
def test_refusal_gives_the_true_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NotAnImage, match=reason):
        check_image(content, MAX_PIXELS)


def test_refusal_of_a_damaged_image_has_its_cause() -> None:
    with pytest.raises(NotAnImage) as refused:
        check_image(png()[:40], MAX_PIXELS)

    assert refused.value.__cause__ is not None


def test_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(NotAnImage, match="2000 x 2000 pixels: at most 1000000"):
        check_image(png((2000, 2000)), MAX_PIXELS)


def declared_size_png(side: int) -> bytes:
    """Return a PNG whose header claims a square of this size."""
    content = bytearray(png())
    content[16:24] = side.to_bytes(4) * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    return bytes(content)


@pytest.mark.parametrize("side", [10_000, 60_000], ids=["Pillow warns", "Pillow refuses"])
def test_image_over_pillows_own_limit_is_refused_for_its_pixels(side: int) -> None:
    with pytest.raises(NotAnImage, match="pixels"):
        check_image(declared_size_png(side), MAX_PIXELS)


def test_pillows_warnings_are_not_printed() -> None:
    code = """import sys
from shared.images.check import NotAnImage, check_image
try:
    check_image(sys.stdin.buffer.read(), 1000)
except NotAnImage as error:
    print(error)
"""
    command = [sys.executable, "-c", code]

    ran = subprocess.run(command, input=declared_size_png(10_000), capture_output=True, check=True, cwd=ROOT)

    assert b"10000 x 10000 pixels" in ran.stdout
    assert ran.stderr == b""


def test_warning_filters_stay_in_place_while_an_image_is_open() -> None:
    """`warnings.catch_warnings` would change the filters of all threads."""
    before = list(warnings.filters)

    with opened_image(png(), MAX_PIXELS):
        assert list(warnings.filters) == before
