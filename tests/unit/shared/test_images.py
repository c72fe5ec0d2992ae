"""Images from outside."""

import pytest

from shared.images import NotAnImage, check_image, from_data_url, to_data_url
from shared.ports import Image
from tests.fakes.pictures import encoded, png

PIXELS = 1_000_000


@pytest.mark.parametrize(
    ("image_format", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_an_image_is_known_by_its_bytes(image_format: str, media_type: str) -> None:
    assert check_image(encoded(image_format), PIXELS).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg/>",
        png()[:40],
        png()[:50],
        encoded("GIF"),
        encoded("BMP"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    ],
)
def test_what_does_not_decode_is_no_image(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        check_image(content, PIXELS)


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(NotAnImage, match="2000 x 2000"):
        check_image(png((2000, 2000)), PIXELS)


def test_a_data_url_goes_there_and_back() -> None:
    assert from_data_url(to_data_url(Image(png(), "image/png"))) == png()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hello",
        "https://example.org/a.png",
        "data:text/html;base64,aGk=",
        "data:image/png,aGk=",
        "data:image/png;base64,a",
    ],
)
def test_other_texts_are_no_data_urls(url: str) -> None:
    with pytest.raises(NotAnImage):
        from_data_url(url)
