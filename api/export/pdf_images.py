"""Images in a PDF, in about the size of their files.

JPEG files are embedded as they are. So is the data of a PNG, which has the same compression as a PDF: fpdf2 would
compress its pixels again, without the PNG's filters, to up to several times the size. Other images are encoded again.
"""

import hashlib
import io
import struct
from collections.abc import Iterator

import PIL.Image
from fpdf import FPDF
from fpdf.image_datastructures import RasterImageInfo

from api.export.comic.layout import Box
from api.export.comic.pixels import encoded, flattened
from shared.images.image import Image

# Chunks and colour types of a PNG: https://www.w3.org/TR/png-3/
_SIGNATURE_BYTES = 8
_CHUNK_FRAME_BYTES = 12
_COLOUR_SPACES = {0: ("DeviceGray", 1), 2: ("DeviceRGB", 3), 3: ("Indexed", 1)}
_MOST_BITS = 8
_GREY_MODES = {"1", "L", "LA"}
# A lossless WebP file begins so: https://developers.google.com/speed/webp/docs/riff_container
_LOSSLESS_WEBP = slice(12, 16), b"VP8L"
_MOST_GROWTH = 1.3
"""How much larger than a WebP file its JPEG may be."""
_JPEG_QUALITIES = (92, 85, 75, 65)


def place_image(pdf: FPDF, image: Image, box: Box) -> None:
    """Draw an image into a box. Transparent parts are white."""
    if image.media_type == "image/webp":
        image = _without_webp(image)
    if image.media_type == "image/jpeg":
        pdf.image(io.BytesIO(image.content), *box)
        return
    name = hashlib.sha256(image.content).hexdigest()
    images = pdf.image_cache.images
    if name not in images:
        info = _png_info(image.content) or _png_info(_plain_png(image)) or RasterImageInfo()
        images[name] = RasterImageInfo(info, i=len(images) + 1, usages=0, iccp_i=None)
    pdf.image(name, *box)


def _png_info(content: bytes) -> RasterImageInfo | None:
    """Return a PNG as a PDF's image: it has to be opaque, not interlaced and of at most 8 bits per channel."""
    chunks = list(_chunks(content))
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if colour not in _COLOUR_SPACES or bits > _MOST_BITS or interlaced or any(kind == b"tRNS" for kind, _ in chunks):
        return None
    space, channels = _COLOUR_SPACES[colour]
    return RasterImageInfo(
        data=b"".join(chunk for kind, chunk in chunks if kind == b"IDAT"),
        w=width,
        h=height,
        cs=space,
        bpc=bits,
        dpn=channels,
        f="FlateDecode",
        # Each row begins with the number of its filter, as in the PNG.
        dp=f"/Predictor 15 /Colors {channels} /Columns {width}",
        pal=b"".join(chunk for kind, chunk in chunks if kind == b"PLTE"),
        inverted=False,
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and contents of a PNG's chunks."""
    start = _SIGNATURE_BYTES
    while start + _CHUNK_FRAME_BYTES <= len(png):
        length = int.from_bytes(png[start : start + 4])
        yield png[start + 4 : start + 8], png[start + 8 : start + 8 + length]
        start += length + _CHUNK_FRAME_BYTES


def _plain_png(image: Image) -> bytes:
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        mode = "L" if picture.mode in _GREY_MODES else "RGB"
    return encoded(flattened(image).convert(mode), "PNG")


def _without_webp(image: Image) -> Image:
    """Return a WebP image as a PNG if it is lossless, else as a JPEG that isn't much larger."""
    where, mark = _LOSSLESS_WEBP
    if image.content[where] == mark:
        return Image(_plain_png(image), "image/png")
    pixels = flattened(image)
    content = b""
    for quality in _JPEG_QUALITIES:
        content = encoded(pixels, "JPEG", quality=quality, subsampling=0 if quality == _JPEG_QUALITIES[0] else 2)
        if len(content) <= _MOST_GROWTH * len(image.content):
            break
    return Image(content, "image/jpeg")
