"""Uploaded images are normalized: upright, sRGB, 8 bit, small, without metadata."""

import io
import os
import struct
import zlib
from typing import Literal

import PIL.Image
import PIL.ImageCms
import PIL.ImageColor
import PIL.PngImagePlugin
import pytest

from shared.images.check import ImageLimits, NotAnImage
from shared.images.normalized import MAX_NORMALIZED_BYTES, normalize_image
from tests.support.fakes.pictures import encoded, png

LIMITS = ImageLimits(max_bytes=40_000_000, max_pixels=5_000_000)
SECRET = b"taken at 52.5200 N, 13.4050 E"
RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)

type Colour = tuple[int, int, int]


def file_of(picture: PIL.Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, image_format, **options)
    return out.getvalue()


def normalized(content: bytes) -> PIL.Image.Image:
    image = normalize_image(content, LIMITS)
    assert image.media_type == "image/jpeg"
    with PIL.Image.open(io.BytesIO(image.content), formats=["JPEG"]) as picture:
        picture.load()
        assert picture.mode == "RGB"
        return picture


def colour_at(picture: PIL.Image.Image, place: tuple[int, int] = (0, 0)) -> Colour:
    pixel = picture.getpixel(place)
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    return red, green, blue


def close_to(colour: Colour) -> object:
    return pytest.approx(colour, abs=5)


def raw_png(bits: int, colour_type: int, pixels: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of one row in a pixel format that Pillow cannot write."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    width = len(pixels) * 8 // (bits * channels)
    header = struct.pack(">IIBBBBB", width, 1, bits, colour_type, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0" + pixels)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def with_metadata(image_format: str) -> bytes:
    exif = PIL.Image.Exif()
    exif[0x010E] = SECRET.decode()
    about: dict[str, object] = {"exif": exif.tobytes(), "xmp": SECRET, "icc_profile": profile() + SECRET}
    if image_format == "JPEG":
        about["comment"] = SECRET
    if image_format == "PNG":
        text = PIL.PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET.decode())
        about = {**about, "pnginfo": text}
    return file_of(PIL.Image.new("RGB", (40, 20), "red"), image_format, **about) + SECRET


def profile(colour_space: Literal["sRGB", "LAB"] = "sRGB") -> bytes:
    made = PIL.ImageCms.createProfile(colour_space)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - Pillow leaves it untyped
    return PIL.ImageCms.ImageCmsProfile(made).tobytes()  # pyright: ignore[reportUnknownArgumentType]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_pixels_are_kept_and_metadata_is_not(image_format: str) -> None:
    content = with_metadata(image_format)
    assert content.count(SECRET) > 1

    image = normalize_image(content, LIMITS)

    assert SECRET not in image.content
    assert image.content.count(b"ICC_PROFILE") == image.content.count(b"Exif") == 0
    picture = normalized(content)
    assert picture.size == (40, 20)
    assert colour_at(picture, (20, 10)) == close_to(RED)


def quarters() -> PIL.Image.Image:
    """Return a picture with a red, a green, a white and a blue quarter, clockwise from the upper left one."""
    picture = PIL.Image.new("RGB", (64, 32), "white")
    picture.paste("red", (0, 0, 32, 16))
    picture.paste("lime", (32, 0, 64, 16))
    picture.paste("blue", (0, 16, 32, 32))
    return picture


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "upper_left", "lower_left"),
    [
        (1, (64, 32), "red", "blue"),
        (2, (64, 32), "lime", "white"),
        (3, (64, 32), "white", "lime"),
        (4, (64, 32), "blue", "red"),
        (5, (32, 64), "red", "lime"),
        (6, (32, 64), "blue", "white"),
        (7, (32, 64), "white", "blue"),
        (8, (32, 64), "lime", "red"),
        (9, (64, 32), "red", "blue"),
    ],
)
def test_picture_is_rotated_upright_by_its_exif_orientation(
    image_format: str, orientation: int, size: tuple[int, int], upper_left: str, lower_left: str
) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation

    picture = normalized(file_of(quarters(), image_format, exif=exif.tobytes()))

    assert picture.size == size
    assert colour_at(picture, (4, 4)) == pytest.approx(PIL.ImageColor.getrgb(upper_left), abs=12)
    assert colour_at(picture, (4, size[1] - 5)) == pytest.approx(PIL.ImageColor.getrgb(lower_left), abs=12)


@pytest.mark.parametrize(
    ("size", "result"),
    [
        ((1536, 1536), (1536, 1536)),
        ((1537, 1536), (1536, 1535)),
        ((3072, 100), (1536, 50)),
        ((1000, 2000), (768, 1536)),
        ((1, 20_000), (1, 1536)),
        ((7, 5), (7, 5)),
    ],
)
@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_long_side_has_at_most_1536_pixels(image_format: str, size: tuple[int, int], result: tuple[int, int]) -> None:
    assert normalized(encoded(image_format, size)).size == pytest.approx(result, abs=1)


def test_16_bit_grey_keeps_its_tones() -> None:
    tones = [0, 1000, 10_000, 32_768, 50_000, 65_535]

    picture = normalized(raw_png(16, 0, struct.pack(">48H", *[tone for tone in tones for _ in range(8)])))

    found = [colour_at(picture, (8 * index + 4, 0))[0] for index in range(6)]
    assert found == pytest.approx([tone // 257 for tone in tones], abs=12)


def test_16_bit_grey_with_a_transparent_tone_keeps_its_tones() -> None:
    content = raw_png(16, 0, struct.pack(">16H", *[40_000] * 16), (b"tRNS", struct.pack(">H", 40_000)))

    assert colour_at(normalized(content)) == close_to((156, 156, 156))


def test_16_bit_grey_with_alpha_keeps_its_tones() -> None:
    content = raw_png(16, 4, struct.pack(">32H", *[40_000, 65_535] * 16))

    assert colour_at(normalized(content)) == close_to((156, 156, 156))


def test_16_bit_colour_keeps_its_tones() -> None:
    content = raw_png(16, 2, struct.pack(">48H", *[50_000, 10_000, 0] * 16))

    assert colour_at(normalized(content)) == close_to((195, 39, 0))


@pytest.mark.parametrize(
    ("ink", "colour"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 255, 0), RED),
        ((0, 0, 0, 255), BLACK),
        ((0, 0, 0, 0), WHITE),
        ((0, 0, 0, 128), (127, 127, 127)),
    ],
)
def test_cmyk_keeps_its_colours(ink: tuple[int, int, int, int], colour: Colour) -> None:
    picture = normalized(file_of(PIL.Image.new("CMYK", (16, 16), ink), "JPEG", quality=95))

    assert colour_at(picture, (8, 8)) == close_to(colour)


def test_adobe_ycck_keeps_its_colours() -> None:
    """Its first three channels are the YCbCr of cyan, magenta and yellow; black is inverted, as Pillow writes it."""
    red_ink = PIL.Image.new("RGB", (1, 1), (0, 255, 255)).convert("YCbCr").tobytes()
    stored = (*(255 - channel for channel in red_ink), 0)
    content = file_of(PIL.Image.new("CMYK", (16, 16), stored), "JPEG", quality=95, subsampling=0)
    marker = content.index(b"Adobe") + 11
    assert content[marker] == 0

    assert colour_at(normalized(content[:marker] + b"\2" + content[marker + 1 :]), (8, 8)) == close_to(RED)


def cmyk_profile() -> bytes:
    """Return a profile in which cyan ink is light grey paper (L* 80) and all other inks are black.

    A version 2 profile with an 8-bit table of two points an ink: https://www.color.org/icc32.pdf, 6.5.8 ("lut8Type").
    """
    identity = bytes(range(256))
    points = [(204, 128, 128) if point in (0b0000, 0b1000) else (0, 128, 128) for point in range(16)]
    matrix = struct.pack(">9i", *(65536 if place % 4 == 0 else 0 for place in range(9)))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + matrix + identity * 4
    table += b"".join(bytes(point) for point in points) + identity * 3
    header = struct.pack(">I4sI4s4s4s", 144 + len(table), b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table


def test_cmyk_is_converted_by_its_profile() -> None:
    cyan = PIL.Image.new("CMYK", (16, 16), (255, 0, 0, 0))

    picture = normalized(file_of(cyan, "JPEG", quality=95, icc_profile=cmyk_profile()))

    assert colour_at(picture, (8, 8)) == close_to((198, 198, 198))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_picture_of_any_pixel_format_is_accepted(mode: str) -> None:
    red = PIL.Image.new("RGB", (16, 16), RED)

    picture = normalized(file_of(red.convert(mode)))

    assert colour_at(picture) == close_to({"1": BLACK, "L": (76, 76, 76), "LA": (76, 76, 76)}.get(mode, RED))


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_transparency_becomes_white(image_format: str) -> None:
    picture = PIL.Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (16, 0, 32, 32))

    result = normalized(file_of(picture, image_format, lossless=True))

    assert colour_at(result, (4, 16)) == close_to(WHITE)
    assert colour_at(result, (28, 16)) == close_to(BLACK)


def test_transparent_colour_of_a_palette_becomes_white() -> None:
    picture = PIL.Image.new("P", (32, 32), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])

    assert colour_at(normalized(file_of(picture, transparency=1))) == close_to(WHITE)
    assert colour_at(normalized(file_of(picture, transparency=0))) == close_to(RED)


def wide_gamut_profile() -> bytes:
    """Return an RGB profile whose red and green are exchanged, so that no tolerance hides whether it is used."""
    content = bytearray(profile())
    tags = {
        bytes(content[at : at + 4]): at for at in range(132, 132 + 12 * struct.unpack_from(">I", content, 128)[0], 12)
    }
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    content[red + 4 : red + 12], content[green + 4 : green + 12] = (
        content[green + 4 : green + 12],
        content[red + 4 : red + 12],
    )
    return bytes(content)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA"])
def test_colours_are_converted_from_the_files_profile_to_srgb(image_format: str, mode: str) -> None:
    if (image_format, mode) in {("JPEG", "P"), ("JPEG", "RGBA"), ("WEBP", "P")}:
        mode = "RGB"
    red = PIL.Image.new("RGB", (32, 32), RED).convert(mode)

    picture = normalized(file_of(red, image_format, icc_profile=wide_gamut_profile(), quality=95))

    assert colour_at(picture, (16, 16)) == pytest.approx((0, 255, 0), abs=12)


@pytest.mark.parametrize(
    "broken",
    [b"", b"not a profile", profile()[:200], profile("LAB"), b"\xff" * 4000],
    ids=["empty", "text", "cut", "Lab", "noise"],
)
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_picture_with_an_unusable_profile_is_treated_as_srgb(mode: str, broken: bytes) -> None:
    content = file_of(PIL.Image.new("RGB", (16, 16), "grey").convert(mode), "JPEG", icc_profile=broken)

    assert colour_at(normalized(content), (8, 8)) == close_to((128, 128, 128))


def test_profile_of_another_colour_model_is_ignored() -> None:
    cyan_ink, red = PIL.Image.new("CMYK", (16, 16), (255, 0, 0, 0)), PIL.Image.new("RGB", (16, 16), RED)

    inked = normalized(file_of(cyan_ink, "JPEG", quality=95, icc_profile=wide_gamut_profile()))
    lit = normalized(file_of(red, icc_profile=cmyk_profile()))

    assert colour_at(inked, (8, 8)) == close_to((0, 255, 255))
    assert colour_at(lit) == close_to(RED)


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\x01" * 40])
def test_picture_with_broken_exif_is_not_rotated(exif: bytes) -> None:
    assert normalized(file_of(quarters(), "JPEG", exif=exif)).size == (64, 32)


@pytest.mark.parametrize(
    "chunk",
    [
        (b"eXIf", b"not Exif"),
        (b"eXIf", b""),
        (b"tEXt", b"Raw profile type exif\0\nexif\n4\nxyz"),
        (b"tEXt", b"Raw profile type exif\0"),
    ],
)
def test_png_with_broken_exif_is_not_rotated(chunk: tuple[bytes, bytes]) -> None:
    assert normalized(raw_png(8, 0, b"\0\x40\x80", chunk)).size == (3, 1)


def test_first_picture_of_a_multi_picture_jpeg_is_used() -> None:
    frames = [PIL.Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    content = file_of(frames[0], "MPO", save_all=True, append_images=frames[1:])

    assert colour_at(normalized(content), (8, 8)) == close_to((254, 0, 0))


def test_multi_picture_jpeg_with_a_broken_index_is_read_as_a_plain_jpeg() -> None:
    frames = [PIL.Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    content = bytearray(file_of(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    index = content.index(b"MPF\0")
    content[index + 12 : index + 24] = b"\xff" * 12

    assert colour_at(normalized(bytes(content)), (8, 8)) == close_to((254, 0, 0))


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_animated_image_is_refused_as_animated(image_format: str) -> None:
    frames = [PIL.Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    content = file_of(frames[0], image_format, save_all=True, append_images=frames[1:])

    with pytest.raises(NotAnImage, match="animated"):
        normalize_image(content, LIMITS)


def test_file_with_too_many_bytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(NotAnImage, match="1000001 bytes: at most 1000000"):
        normalize_image(bytes(1_000_001), ImageLimits(1_000_000, 1_000_000))


def test_noise_is_stored_in_a_small_file() -> None:
    noise = PIL.Image.frombytes("RGB", (1536, 1536), os.urandom(1536 * 1536 * 3))

    assert len(normalize_image(file_of(noise), LIMITS).content) <= MAX_NORMALIZED_BYTES


def test_palette_picture_does_not_grow() -> None:
    noise = PIL.Image.frombytes("P", (1500, 1500), os.urandom(1500 * 1500))
    noise.putpalette(list(range(256)) * 3)
    content = file_of(noise)

    assert len(content) > 2_000_000
    assert len(normalize_image(content, LIMITS).content) <= MAX_NORMALIZED_BYTES


def test_thin_coloured_lines_stay_sharp() -> None:
    """With subsampled colour the red of single lines would spread to their neighbours."""
    picture = PIL.Image.new("RGB", (64, 64), "white")
    for x in range(0, 64, 4):
        picture.paste("red", (x, 0, x + 1, 64))

    result = normalized(file_of(picture))

    assert colour_at(result, (32, 32)) == pytest.approx(RED, abs=60)
    assert colour_at(result, (33, 32)) == pytest.approx(WHITE, abs=60)


def test_damaged_image_is_refused() -> None:
    with pytest.raises(NotAnImage, match="damaged"):
        normalize_image(png()[:50], LIMITS)
