"""Reproducible ZIP archives."""

import io
import zipfile

# The earliest date of the format. A real date would make equal comics different files.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
# What is compressed already, and the file by which an EPUB is recognised.
_STORED = (".png", ".jpg", ".webp", "mimetype")


class Archive:
    """An archive under construction, in memory."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._zip = zipfile.ZipFile(self._out, "w")

    def add(self, name: str, content: bytes) -> None:
        """Add a file; `name` is its path with slashes."""
        entry = zipfile.ZipInfo(name, _NO_DATE)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, content)

    def content(self) -> bytes:
        """Finish the archive and return its bytes."""
        self._zip.close()
        return self._out.getvalue()
