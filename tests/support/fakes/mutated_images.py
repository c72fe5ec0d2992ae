"""Image files with much metadata, and mutations of them: the same one for the same seed."""

import io
import random
import struct
import zlib
from functools import cache

import PIL.Image
import PIL.ImageCms
import PIL.PngImagePlugin

_PNG = b"\x89PNG\r\n\x1a\n"
_INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF)
_MAX_CHANGES = 4
_MAX_RANGE_BYTES = 40


def mutated_image(seed: int) -> bytes:
    """Return the mutation that belongs to the seed. A PNG's checksums mostly fit, or its chunks would not be read."""
    chance = random.Random(seed)
    content = bytearray(chance.choice(samples()))
    for _ in range(chance.randint(1, _MAX_CHANGES)):
        _change(content, chance)
    return _with_checksums(bytes(content)) if chance.random() < 0.9 else bytes(content)


def _change(content: bytearray, chance: random.Random) -> None:
    """Change the file somewhere; metadata comes first, and so do most changes."""
    place = int(len(content) * chance.random() ** 2)
    end = place + chance.randint(1, _MAX_RANGE_BYTES)
    match chance.randrange(7):
        case 0:
            content[place : place + 1] = bytes([chance.choice(_INTERESTING)])
        case 1:
            content[place : place + 2] = bytes([chance.choice(_INTERESTING), chance.choice(_INTERESTING)])
        case 2:
            content[place : place + 4] = bytes([chance.choice(_INTERESTING)]) * 4
        case 3:
            content[place : place + 1] = bytes([content[place : place + 1].ljust(1)[0] ^ 1 << chance.randrange(8)])
        case 4:
            del content[place:end]
        case 5:
            content[place:place] = content[place:end]
        case _:
            content[place:place] = chance.randbytes(end - place)


def _with_checksums(content: bytes) -> bytes:
    """Return a PNG with the right checksum behind each chunk, and any other file as it is."""
    if not content.startswith(_PNG):
        return content
    parts, place = [_PNG], len(_PNG)
    while place + 12 <= len(content):
        end = place + 8 + int.from_bytes(content[place : place + 4])
        if end + 4 > len(content):
            break
        parts += [content[place:end], struct.pack(">I", zlib.crc32(content[place + 4 : end]))]
        place = end + 4
    return b"".join([*parts, content[place:]])


@cache
def samples() -> tuple[bytes, ...]:
    """Return files of each accepted kind, with as much metadata as Pillow writes."""
    grey = PIL.Image.linear_gradient("L").reduce((10, 16))
    colour = PIL.Image.effect_noise(grey.size, 60).convert("RGB")
    transparent = colour.copy()
    transparent.putalpha(grey)
    return (
        _png(colour),
        _png(transparent),
        _png(colour.quantize(16)),
        _png(grey.convert("I;16")),
        _encoded(colour, "PNG", save_all=True, append_images=[grey.convert("RGB")], **_about()),
        _encoded(colour, "JPEG", comment=b"a comment", dpi=(72, 72), **_about()),
        _encoded(colour, "JPEG", progressive=True, qtables="web_high", **_about()),
        _encoded(grey, "JPEG", **_about()),
        _encoded(colour.convert("CMYK"), "JPEG", **_about()),
        _encoded(colour, "MPO", save_all=True, append_images=[colour], **_about()),
        _with_photoshop(_encoded(colour, "JPEG", **_about())),
        _encoded(colour, "WEBP", **_about()),
        _encoded(transparent, "WEBP", lossless=True, **_about()),
        _encoded(colour, "WEBP", save_all=True, append_images=[grey.convert("RGB")], **_about()),
    )


def _png(picture: PIL.Image.Image) -> bytes:
    text = PIL.PngImagePlugin.PngInfo()
    text.add_text("Comment", "a comment", zip=True)
    text.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    text.add_text("Raw profile type exif", "\nexif\n6\n457869660000")
    text.add(b"cHRM", bytes(range(32)))
    text.add(b"gAMA", bytes(4))
    return _encoded(picture, "PNG", pnginfo=text, dpi=(72, 72), **_about())


def _about() -> dict[str, object]:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a description"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:30 00:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    profile = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - Pillow leaves it untyped
    return {"exif": exif.tobytes(), "icc_profile": profile.tobytes(), "xmp": b'<x tiff:Orientation="8"/>'}


def _with_photoshop(jpeg: bytes) -> bytes:
    resource = (
        b"8BIM" + struct.pack(">H2sI", 0x03ED, b"\0\0", 16) + struct.pack(">IHHIHH", 72 << 16, 1, 1, 72 << 16, 1, 1)
    )
    segment = b"Photoshop 3.0\0" + resource
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def _encoded(picture: PIL.Image.Image, image_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, image_format, **options)
    return out.getvalue()
