"""Images from outside."""

import io

import PIL.Image
import PIL.PngImagePlugin
import pytest

from shared.images import ImageLimits, NotAnImage, check_image, clean_image, from_data_url, to_data_url
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


LIMITS = ImageLimits(max_bytes=1_000_000, max_pixels=PIXELS)
SECRET = b"taken at 52.5200 N, 13.4050 E"


def pixels(content: bytes) -> PIL.Image.Image:
    with PIL.Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB")


def with_metadata(image_format: str) -> bytes:
    exif = PIL.Image.Exif()
    exif[0x010E] = SECRET.decode()
    out = io.BytesIO()
    about: dict[str, object] = {"exif": exif.tobytes()}
    if image_format == "PNG":
        about["pnginfo"] = PIL.PngImagePlugin.PngInfo()
        about["pnginfo"].add_text("Comment", SECRET.decode())
    PIL.Image.new("RGB", (40, 20), "red").save(out, image_format, **about)
    return out.getvalue()


def animated(image_format: str) -> bytes:
    out = io.BytesIO()
    frames = [PIL.Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, image_format, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_a_cleaned_image_keeps_its_format_and_picture_and_nothing_else(image_format: str) -> None:
    content = with_metadata(image_format)
    assert SECRET in content

    image = clean_image(content, LIMITS)

    assert image.media_type == f"image/{image_format.lower()}"
    assert SECRET not in image.content
    assert pixels(image.content).size == (40, 20)
    assert pixels(image.content).getpixel((20, 10)) == pytest.approx((255, 0, 0), abs=4)


def test_what_follows_an_image_in_its_file_is_not_kept() -> None:
    assert SECRET not in clean_image(png() + SECRET, LIMITS).content


def test_a_picture_that_its_metadata_turns_is_stored_upright() -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    PIL.Image.new("RGB", (40, 20)).save(out, "JPEG", exif=exif.tobytes())

    assert pixels(clean_image(out.getvalue(), LIMITS).content).size == (20, 40)


def test_transparency_is_kept() -> None:
    out = io.BytesIO()
    PIL.Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")

    with PIL.Image.open(io.BytesIO(clean_image(out.getvalue(), LIMITS).content)) as cleaned:
        assert cleaned.mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_any_kind_of_pixels_can_be_cleaned(mode: str) -> None:
    out = io.BytesIO()
    PIL.Image.new(mode, (4, 4)).save(out, "JPEG" if mode == "CMYK" else "PNG")

    assert pixels(clean_image(out.getvalue(), LIMITS).content).size == (4, 4)


def test_a_cameras_jpeg_with_copies_of_itself_is_a_jpeg() -> None:
    assert clean_image(animated("MPO"), LIMITS).media_type == "image/jpeg"


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_an_animated_image_is_refused(image_format: str) -> None:
    with pytest.raises(NotAnImage, match="animated"):
        clean_image(animated(image_format), LIMITS)


def test_a_file_with_too_many_bytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(NotAnImage, match="at most 1000000"):
        clean_image(b"\0" * 1_000_001, LIMITS)
