"""ZIP archives that come out the same for the same content."""

import io
import zipfile

# The first date that the format knows: no clock is read, so that equal comics are equal files.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PACKED_ALREADY = (".png", ".jpg", ".webp")


class Archive:
    """An archive under construction, in memory."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._zip = zipfile.ZipFile(self._out, "w")

    def add(self, name: str, content: bytes) -> None:
        """Add a file; `name` is its path with slashes."""
        entry = zipfile.ZipInfo(name, _NO_DATE)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, content)

    def content(self) -> bytes:
        """Finish the archive and return its bytes."""
        self._zip.close()
        return self._out.getvalue()
