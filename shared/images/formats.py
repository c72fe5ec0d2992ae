"""Detects the format of an image file by its first bytes; its name and media type are not trusted."""

# ISO base media files name their brands in a box of type `ftyp`; https://mp4ra.org/registered-types/brands
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_MAX_BRANDS_BYTES = 256

_OTHER_FORMATS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"%PDF", "PDF"),
)


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a PNG, JPEG or WebP file, or None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def other_format_of(content: bytes) -> str | None:
    """Return the name of a well-known format that the app does not accept, or None if the format is unknown."""
    if content[4:8] == b"ftyp":
        return _format_by_brand(content)
    if b"<svg" in content[:1000].lower():
        return "SVG"
    return next((name for signature, name in _OTHER_FORMATS if content.startswith(signature)), None)


def _format_by_brand(content: bytes) -> str | None:
    """Return the format by the file's major and compatible brands; many AVIF files also have a brand of HEIF."""
    box = content[: min(int.from_bytes(content[:4]), _MAX_BRANDS_BYTES)]
    brands = {box[start : start + 4] for start in (8, *range(16, len(box), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & _HEIC_BRANDS else None
