"""An opened EPUB, and the rules of its container (https://www.w3.org/TR/epub-33/#sec-ocf)."""

import io
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

CONTAINER = "META-INF/container.xml"
MEDIA_TYPE = b"application/epub+zip"
_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\"*:<>?\\|\ue000-\uf8ff]|\.$")
_LOCAL_HEADER_BYTES = 30


@dataclass(frozen=True)
class Epub:
    """An EPUB: its files by name."""

    content: bytes
    entries: list[zipfile.ZipInfo] = field(init=False)
    files: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Read all files."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            object.__setattr__(self, "entries", archive.infolist())
            object.__setattr__(self, "files", {name: archive.read(name) for name in archive.namelist()})

    @cached_property
    def package_path(self) -> str:
        """The path of the package document."""
        root = ElementTree.fromstring(self.files[CONTAINER])
        rootfile = root.find(f"{_NAMESPACE}rootfiles/{_NAMESPACE}rootfile")
        assert rootfile is not None
        return rootfile.attrib["full-path"]

    def xml(self, path: str) -> Element:
        """Return a file as XML."""
        return ElementTree.fromstring(self.files[path])


def resolved(base: str, reference: str) -> str:
    """Return the path in the archive that a reference of the file `base` leads to, without its fragment."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(urlsplit(reference).path)))


def is_remote(reference: str) -> bool:
    """Tell whether a reference leads out of the archive."""
    return bool(urlsplit(reference).scheme or urlsplit(reference).netloc)


def container_problems(epub: Epub) -> Iterator[str]:
    """Yield what is wrong with the container."""
    first = epub.entries[0]
    if first.filename != "mimetype":
        yield "PKG-006: mimetype is not the first file"
    elif epub.files["mimetype"] != MEDIA_TYPE:
        yield "PKG-007: mimetype has another content"
    # The media type has to be at byte 38, where tools look for it.
    start = _LOCAL_HEADER_BYTES + len("mimetype")
    if first.compress_type != zipfile.ZIP_STORED or epub.content[start : start + len(MEDIA_TYPE)] != MEDIA_TYPE:
        yield "PKG-005: mimetype is compressed or has an extra field"
    names = [entry.filename for entry in epub.entries]
    if len({unicodedata.normalize("NFC", name.casefold()) for name in names}) < len(names):
        yield "OPF-060: two files have the same name"
    for name in names:
        if _FORBIDDEN.search(name) or name.startswith("/") or ".." in name.split("/"):
            yield f"PKG-009: {name!r} is no name for a file"
        if any(letter.isspace() for letter in name):
            yield f"PKG-010: {name!r} has a space"
    if CONTAINER not in epub.files:
        yield "RSC-002: there is no container.xml"
    elif epub.package_path not in epub.files:
        yield "OPF-002: there is no package document"
