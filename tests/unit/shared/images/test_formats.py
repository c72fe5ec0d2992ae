"""Image formats are recognised by their first bytes."""

import struct

import pytest

from shared.images.formats import media_type_of, other_format_of
from tests.support.fakes.pictures import encoded


def iso_file(major: bytes, *compatible: bytes) -> bytes:
    brands = b"".join(compatible)
    return struct.pack(">I", 16 + len(brands)) + b"ftyp" + major + bytes(4) + brands + bytes(100)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (iso_file(b"heic", b"mif1", b"heic"), "HEIC"),
        (iso_file(b"heix"), "HEIC"),
        (iso_file(b"mif1", b"miaf", b"heic"), "HEIC"),
        (iso_file(b"msf1", b"hevc"), "HEIC"),
        (iso_file(b"avif", b"mif1", b"miaf"), "AVIF"),
        (iso_file(b"mif1", b"avif"), "AVIF"),
        (iso_file(b"avis"), "AVIF"),
        (encoded("AVIF", (16, 16)), "AVIF"),
        (encoded("GIF"), "GIF"),
        (encoded("BMP"), "BMP"),
        (encoded("TIFF"), "TIFF"),
        (b"MM\0*" + bytes(20), "TIFF"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"%PDF-1.7", "PDF"),
        (b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (iso_file(b"isom", b"mp41"), None),
        (iso_file(b"isom", *[b"mp41"] * 100, b"heic"), None),
        (b"hello", None),
        (b"", None),
        (b"\0\0\0\0ftyp", None),
        (b"\xff\xff\xff\xffftyp", None),
    ],
)
def test_common_unsupported_format_is_named(content: bytes, name: str | None) -> None:
    assert other_format_of(content) == name
    assert media_type_of(content) is None


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n", b"\xff\xd8", b"RIFF\0\0\0\0WAVE", b"WEBP" + bytes(20), b" " + encoded("PNG")]
)
def test_similar_bytes_are_not_recognised_as_an_accepted_format(content: bytes) -> None:
    assert media_type_of(content) is None
