"""Files that claim to be pictures: bombs, truncated ones, animations, and files of other kinds."""

import base64
import io
import struct
import zipfile
import zlib

import PIL.Image

from tests.hostile.bodies import GOOD
from tests.hostile.fields import DRAW, TO_DRAW
from tests.hostile.wire import HostileInput, post
from tests.support.fakes.pictures import encoded, png
from tests.support.running_app import START

MAX_IMAGE_BYTES = 60_000
_PNG = b"\x89PNG\r\n\x1a\n"
_ONE_PIXEL = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
_PIXEL_DATA = zlib.compress(bytes(4))
_ZEROS = zlib.compress(bytes(40_000_000), 9)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return _PNG + b"".join(_chunk(*chunk) for chunk in chunks)


def _huge_png(width: int, height: int) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _png((b"IHDR", size), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))


def _png_with(kind: bytes, content: bytes) -> bytes:
    return _png((b"IHDR", _ONE_PIXEL), (kind, content), (b"IDAT", _PIXEL_DATA), (b"IEND", b""))


def _huge_jpeg() -> bytes:
    """Return a JPEG whose frame header (SOF0) says 65,500 x 65,500."""
    content = bytearray(encoded("JPEG", (64, 64)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def _huge_webp() -> bytes:
    """Return a WebP whose lossless header (14 bits each for width and height) says 16,384 x 16,384."""
    out = io.BytesIO()
    PIL.Image.new("RGB", (64, 64)).save(out, "WEBP", lossless=True)
    content = bytearray(out.getvalue())
    header = content.index(b"VP8L") + 9
    content[header : header + 4] = struct.pack("<I", 0x3FFF | 0x3FFF << 14)
    return bytes(content)


def _moving(image_format: str) -> bytes:
    out = io.BytesIO()
    frames = [PIL.Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, image_format, save_all=True, append_images=frames[1:])
    return out.getvalue()


def _noise(image_format: str, side: int) -> bytes:
    out = io.BytesIO()
    PIL.Image.effect_noise((side, side), 90).convert("RGB").save(out, image_format)
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mira.png", png())
    return out.getvalue()


# What the files below are made from: each of these is a picture that the app takes.
WHOLE = {
    "a pixel": _png((b"IHDR", _ONE_PIXEL), (b"IDAT", _PIXEL_DATA), (b"IEND", b"")),
    "a small PNG": png(),
    "a PNG of noise": _noise("PNG", 64),
    "a JPEG of noise": _noise("JPEG", 64),
    "a WebP of noise": _noise("WEBP", 64),
}

# Files of other kinds, by the bytes that they begin with.
_HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
_AVIF = b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + bytes(64)
_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><image href='file:///etc/passwd'/></svg>"
_PAGE = b"GIF89a/*" + bytes(20) + b"*/=1;<script>alert(1)</script>"
_POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(/etc/passwd) (r) file\n"

FILES: dict[str, bytes] = {
    "a PNG of 3.6 thousand million pixels": _huge_png(60_000, 60_000),
    "a PNG one pixel wide and thousands of millions high": _huge_png(1, 2**31 - 1),
    "a PNG of negative size": _huge_png(2**32 - 1, 2**32 - 1),
    "a PNG without any pixel": _huge_png(0, 0),
    "a JPEG of 4 thousand million pixels": _huge_jpeg(),
    "a WebP of 268 million pixels": _huge_webp(),
    "a PNG whose comment unpacks to 40 MB": _png_with(b"zTXt", b"Comment\0\0" + _ZEROS),
    "a PNG whose translated comment unpacks to 40 MB": _png_with(b"iTXt", b"Comment\0\x01\0\0\0" + _ZEROS),
    "a PNG whose colour profile unpacks to 40 MB": _png_with(b"iCCP", b"profile\0\0" + _ZEROS),
    "a PNG with a chunk that says it has 2 GB": png()[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT" + bytes(40),
    "a PNG with a wrong checksum": png()[:29] + bytes(4) + png()[33:],
    "a PNG without pixels": _png((b"IHDR", _ONE_PIXEL), (b"IEND", b"")),
    "a PNG that was cut": _noise("PNG", 64)[:-2000],
    "a JPEG that was cut": _noise("JPEG", 64)[:-600],
    "a WebP that was cut": _noise("WEBP", 64)[:-600],
    "a PNG that moves": _moving("PNG"),
    "a WebP that moves": _moving("WEBP"),
    "a PNG with too many bytes": _noise("PNG", 160),
    "an SVG with a script": _SVG,
    "a GIF that is a web page": _PAGE,
    "a GIF": encoded("GIF"),
    "a BMP": encoded("BMP"),
    "a TIFF": encoded("TIFF"),
    "an icon": encoded("ICO", (16, 16)),
    "a HEIC": _HEIC,
    "an AVIF": _AVIF,
    "PostScript": _POSTSCRIPT,
    "a PDF that begins with a PNG's name": b"%PDF-1.7 \x89PNG\r\n\x1a\n" + png(),
    "an archive with a PNG in it": _archive(),
    "a PNG behind a text": b"hello " + png(),
    "a few bytes of a PNG": _PNG,
    "nothing": b"",
}  # fmt: skip

_FIELD = "uploadedCharacterReferences"


def _url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _uploaded(image: object) -> bytes:
    return post(START, {**GOOD, _FIELD: [{"name": "Mira", "image": image}]})


URLS: dict[str, object] = {
    "at an address": "https://evil.example/mira.png",
    "in a file of the server": "file:///etc/passwd",
    "at the cloud's metadata address": "http://169.254.169.254/metadata/instance?api-version=2021-02-01",
    "as a data URL of a text": "data:text/html;base64,PHNjcmlwdD4=",
    "as a data URL that is not base64": f"data:image/png,{'%89PNG'}",
    "as base64 without its prefix": base64.b64encode(png()).decode(),
    "as base64 that is none": "data:image/png;base64,====",
    "as a list": [_url(png())],
    "as an object": {"url": _url(png())},
}

PICTURES = (
    *(
        HostileInput(f"picture: {name}", _uploaded(_url(content)), 400, "invalid-input", (f"{_FIELD}[0].image",))
        for name, content in FILES.items()
    ),
    *(
        HostileInput(f"picture: {name}", _uploaded(image), 400, "invalid-input", (f"{_FIELD}[0].image",))
        for name, image in URLS.items()
    ),
    HostileInput(
        "picture: a bomb among a single step's sheets",
        post(DRAW, {**TO_DRAW, "characterReferences": [{"name": "Mira", "image": _url(_huge_png(60_000, 60_000))}]}),
        *(400, "invalid-input", ("characterReferences[0].image",)),
    ),
    HostileInput(
        "picture: a bomb among a single step's places",
        post(DRAW, {**TO_DRAW, "uploadedSettingReferences": [{"name": "Pier", "image": _url(_huge_jpeg())}]}),
        *(400, "invalid-input", ("uploadedSettingReferences[0].image",)),
    ),
)
