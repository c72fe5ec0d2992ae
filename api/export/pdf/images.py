"""Images in a PDF, in about the size of their files.

JPEG files are embedded as they are. So is the data of a PNG, which has the same compression as a PDF: fpdf2 would
compress its pixels again, without the PNG's filters, to up to several times the size. Other images are encoded again.
"""

import hashlib
import io
import struct

import PIL.Image
from fpdf import FPDF
from fpdf.image_datastructures import RasterImageInfo

from api.export.comic.layout import Box
from api.export.comic.pixels import encoded, flattened
from shared.images.image import Image

type Chunks = list[tuple[bytes, bytes]]

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
        chunks = _chunks(image.content)
        if not _is_embeddable(chunks):
            chunks = _chunks(_plain_png(image))
        images[name] = RasterImageInfo(_png_info(chunks), i=len(images) + 1, usages=0, iccp_i=None)
    pdf.image(name, *box)


def _is_embeddable(chunks: Chunks) -> bool:
    """Tell whether a PDF can have the data of a PNG: it is opaque, not interlaced, and has at most 8 bits a channel."""
    _, _, bits, colour, interlaced = _header(chunks)
    return colour in _COLOUR_SPACES and bits <= _MOST_BITS and not interlaced and not _content(chunks, b"tRNS")


def _png_info(chunks: Chunks) -> RasterImageInfo:
    """Return an embeddable PNG as a PDF's image."""
    width, height, bits, colour, _ = _header(chunks)
    space, channels = _COLOUR_SPACES[colour]
    return RasterImageInfo(
        data=_content(chunks, b"IDAT"),
        w=width,
        h=height,
        cs=space,
        bpc=bits,
        dpn=channels,
        f="FlateDecode",
        # Each row begins with the number of its filter, as in the PNG.
        dp=f"/Predictor 15 /Colors {channels} /Columns {width}",
        pal=_content(chunks, b"PLTE"),
        inverted=False,
    )


def _chunks(png: bytes) -> Chunks:
    """Return the names and contents of a PNG's chunks."""
    chunks: Chunks = []
    start = _SIGNATURE_BYTES
    while start + _CHUNK_FRAME_BYTES <= len(png):
        length = int.from_bytes(png[start : start + 4])
        chunks.append((png[start + 4 : start + 8], png[start + 8 : start + 8 + length]))
        start += length + _CHUNK_FRAME_BYTES
    return chunks


def _header(chunks: Chunks) -> tuple[int, int, int, int, int]:
    """Return width, height, bits per channel, colour type, and whether the PNG is interlaced."""
    return struct.unpack(">IIBBxxB", chunks[0][1])


def _content(chunks: Chunks, name: bytes) -> bytes:
    """Return the contents of all chunks with this name."""
    return b"".join(content for kind, content in chunks if kind == name)


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
