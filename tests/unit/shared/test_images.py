"""Whether the bytes of an image decode, and what is said of those that do not."""

import threading
import warnings
import zlib

import pytest

from shared.images import NotAnImage, check_image
from tests.fakes.pictures import encoded, png

MAX_PIXELS = 1_000_000


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


def test_refusal_of_a_damaged_image_keeps_its_cause() -> None:
    with pytest.raises(NotAnImage) as refused:
        check_image(png()[:40], MAX_PIXELS)

    assert refused.value.__cause__ is not None


def test_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(NotAnImage, match="2000 x 2000 pixels: at most 1000000"):
        check_image(png((2000, 2000)), MAX_PIXELS)


@pytest.mark.parametrize("side", [10_000, 60_000], ids=["Pillow warns", "Pillow refuses"])
def test_image_beyond_the_limit_of_pillow_is_said_to_have_too_many_pixels(side: int) -> None:
    content = bytearray(png())
    content[16:24] = side.to_bytes(4) * 2
    content[29:33] = _crc(bytes(content[12:29]))

    with pytest.raises(NotAnImage, match="pixels"):
        check_image(bytes(content), MAX_PIXELS)


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4)


def test_warning_filters_of_other_threads_stay_in_place() -> None:
    """`warnings.catch_warnings` would restore the filters of whichever thread entered first."""
    before = list(warnings.filters)

    threads = [threading.Thread(target=check_image, args=(png((300, 300)), MAX_PIXELS)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(warnings.filters) == before
