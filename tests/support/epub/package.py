"""The rules of the package document (https://www.w3.org/TR/epub-33/#sec-package-doc)."""

import io
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import PIL.Image

from shared.text.language import language_tag
from tests.support.epub.archive import CONTAINER, Epub, is_remote, resolved

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XHTML_TYPE = "application/xhtml+xml"
_IMAGES = {"image/png": ("PNG", ".png"), "image/jpeg": ("JPEG", ".jpg"), "image/webp": ("WEBP", ".webp")}
_FONTS = {"font/ttf": (b"\x00\x01\x00\x00", ".ttf"), "font/otf": (b"OTTO", ".otf")}
_OTHERS = {XHTML_TYPE: ".xhtml", "text/css": ".css"}
_MODIFIED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# What a `meta` may say once, and the values that it may have.
_RENDITION = {
    "rendition:layout": {"reflowable", "pre-paginated"},
    "rendition:orientation": {"auto", "landscape", "portrait"},
    "rendition:spread": {"auto", "both", "landscape", "none"},
}
_PREFIXES = {"dcterms", "rendition", "schema", "marc", "a11y"}
_UNPREFIXED = {"role", "file-as", "title-type", "alternate-script", "display-seq"}
_ITEM_PROPERTIES = {"nav", "cover-image", "svg"}
_SPREADS = {"rendition:page-spread-center", "rendition:page-spread-left", "rendition:page-spread-right"}
_DIRECTIONS = {"ltr", "rtl", "default"}


class Package:
    """A package document."""

    def __init__(self, epub: Epub) -> None:
        self.epub = epub
        self.root = epub.xml(epub.package_path)
        self.items = self.root.findall(f"{OPF}manifest/{OPF}item")
        self.by_id = {item.get("id", ""): item for item in self.items}
        self.spine = [
            self.path_of(self.by_id[reference.get("idref", "")])
            for reference in self.root.findall(f"{OPF}spine/{OPF}itemref")
            if reference.get("idref", "") in self.by_id
        ]
        self.paths = {self.path_of(item): item for item in self.items}

    def path_of(self, item: Element) -> str:
        """Return an item's path in the archive."""
        return resolved(self.epub.package_path, item.get("href", ""))

    def items_with(self, item_property: str) -> list[Element]:
        """Return the items that have a property."""
        return [item for item in self.items if item_property in item.get("properties", "").split()]

    def metas(self, name: str) -> list[str]:
        """Return the values of a `meta`."""
        found = self.root.findall(f"{OPF}metadata/{OPF}meta[@property='{name}']")
        return [meta.text or "" for meta in found]


def package_problems(package: Package) -> Iterator[str]:
    """Yield what is wrong with the package document and the files that it lists."""
    root = package.root
    if root.tag != f"{OPF}package" or root.get("version") != "3.0":
        yield "OPF-001: it is no package document of EPUB 3"
    if [child.tag for child in root] != [f"{OPF}metadata", f"{OPF}manifest", f"{OPF}spine"]:
        yield "RSC-005: metadata, manifest and spine are not there in this order"
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    yield from (f"RSC-005: the id {name} is there twice" for name, count in ids.items() if count > 1)
    yield from _metadata_problems(package, set(ids))
    yield from _manifest_problems(package)
    yield from _spine_problems(package)


def _metadata_problems(package: Package, ids: set[str | None]) -> Iterator[str]:
    metadata = package.root.find(f"{OPF}metadata")
    assert metadata is not None
    for name in ("identifier", "title", "language"):
        if not metadata.findall(f"{DC}{name}"):
            yield f"RSC-005: dc:{name} is missing"
    for element in metadata:
        if not (element.text or "").strip():
            yield f"RSC-005: {element.tag} is empty"
        refines = element.get("refines")
        if refines is not None and (not refines.startswith("#") or refines[1:] not in ids):
            yield f"RSC-005: {refines} does not exist"
    identifiers = {each.get("id"): each.text or "" for each in metadata.findall(f"{DC}identifier")}
    if package.root.get("unique-identifier") not in identifiers:
        yield "RSC-005: the unique identifier does not exist"
    for identifier in identifiers.values():
        if identifier.startswith("urn:uuid:") and str(uuid.UUID(identifier[9:])) != identifier[9:]:
            yield f"OPF-085: {identifier} is no UUID"
    if len(metadata.findall(f"{DC}date")) > 1:
        yield "RSC-005: there are two dates"
    tags = [each.text for each in metadata.findall(f"{DC}language")]
    tags += [tag for each in package.root.iter() if (tag := each.get(XML_LANG)) is not None]
    yield from (f"OPF-092: {tag} is no language" for tag in tags if tag != "und" and language_tag(tag) != tag)
    yield from _meta_problems(package)


def _meta_problems(package: Package) -> Iterator[str]:
    modified = package.metas("dcterms:modified")
    if len(modified) != 1 or not _MODIFIED.fullmatch(modified[0]):
        yield "RSC-005: dcterms:modified is not there once as CCYY-MM-DDThh:mm:ssZ"
    for name, values in _RENDITION.items():
        found = package.metas(name)
        if len(found) > 1 or not set(found) <= values:
            yield f"RSC-005: {name} has no valid value"
    for meta in package.root.findall(f"{OPF}metadata/{OPF}meta"):
        prefix, _, name = meta.get("property", "").rpartition(":")
        if prefix not in _PREFIXES and (prefix or name not in _UNPREFIXED):
            yield f"OPF-027: {meta.get('property')} is no known property"


def _manifest_problems(package: Package) -> Iterator[str]:
    hrefs = [item.get("href", "") for item in package.items]
    if len(package.paths) < len(hrefs):
        yield "OPF-074: a file is listed twice"
    for href in hrefs:
        if is_remote(href):
            yield f"RSC-006: {href} is remote"
        if set(href) & set("?# "):
            yield f"OPF-091: {href} has a fragment, a query or a space"
    for path, item in package.paths.items():
        if path not in package.epub.files:
            yield f"RSC-001: {path} does not exist"
        else:
            yield from _file_problems(path, item.get("media-type", ""), package.epub.files[path])
        if not set(item.get("properties", "").split()) <= _ITEM_PROPERTIES:
            yield f"OPF-027: {path} has an unknown property"
    listed = {*package.paths, CONTAINER, "mimetype", package.epub.package_path}
    yield from (f"OPF-003: {name} is not in the manifest" for name in package.epub.files.keys() - listed)
    if [item.get("media-type") for item in package.items_with("nav")] != [XHTML_TYPE]:
        yield "RSC-005: there is not exactly one navigation document"
    covers = [item.get("media-type", "") for item in package.items_with("cover-image")]
    if len(covers) > 1 or not set(covers) <= _IMAGES.keys():
        yield "OPF-012: there is more than one cover image, or it is no image"


def _file_problems(path: str, media_type: str, content: bytes) -> Iterator[str]:
    extension = path[path.rindex(".") :]
    if media_type in _IMAGES:
        image_format, expected = _IMAGES[media_type]
        with PIL.Image.open(io.BytesIO(content)) as image:
            image.verify()
            if image.format != image_format:
                yield f"OPF-029: {path} is no {media_type}"
    elif media_type in _FONTS:
        signature, expected = _FONTS[media_type]
        if not content.startswith(signature):
            yield f"OPF-029: {path} is no {media_type}"
    elif media_type in _OTHERS:
        expected = _OTHERS[media_type]
    else:
        yield f"RSC-032: {media_type} of {path} is no core media type"
        return
    if extension != expected:
        yield f"PKG-022: {path} has the extension of another type"


def _spine_problems(package: Package) -> Iterator[str]:
    spine = package.root.find(f"{OPF}spine")
    references = [] if spine is None else spine.findall(f"{OPF}itemref")
    ids = [reference.get("idref", "") for reference in references]
    if not ids:
        yield "RSC-005: the spine is empty"
    if len(set(ids)) < len(ids):
        yield "RSC-005: the spine has an item twice"
    if not set(ids) <= package.by_id.keys():
        yield "OPF-049: the spine has an unknown item"
    if any(package.by_id[each].get("media-type") != XHTML_TYPE for each in ids if each in package.by_id):
        yield "OPF-043: the spine has a file that is no content document"
    if spine is not None and spine.get("page-progression-direction", "default") not in _DIRECTIONS:
        yield "RSC-005: the direction of pages is unknown"
    for reference in references:
        properties = set(reference.get("properties", "").split())
        if len(properties) > 1 or not properties <= _SPREADS:
            yield "OPF-027: the spine has an item with an unknown property"
