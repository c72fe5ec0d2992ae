"""The package document of an EPUB: what the book is, its files and their order.

https://www.w3.org/TR/epub-33/#sec-package-doc, https://www.w3.org/TR/epub-a11y-11/#sec-discovery
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Literal
from xml.etree.ElementTree import Element

from api.export.comic.comic import APP_NAME, Comic
from api.export.comic.pages import cover_text
from api.export.epub.markup import APP_LANGUAGE, add, xml
from shared.text.clean import one_line
from shared.text.language import UNDETERMINED

_NAMESPACES = {"xmlns": "http://www.idpf.org/2007/opf"}
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_IDENTIFIER = "identifier"
_IDENTIFIERS = uuid.UUID("5ad4ba0b-3f6c-4a86-9b41-2f1c8a5ff0c4")
"""The namespace of the books' identifiers: readers of a file don't learn the id of its generation."""
_FEATURES = ("alternativeText", "readingOrder", "tableOfContents", "pageNavigation")
_SUMMARY = (
    "Each picture has an alternative text with its scene and its dialogue. The pages have a fixed layout; their texts "
    "are in reading order."
)

type ItemProperty = Literal["nav", "cover-image", "svg"]


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A file of the book. Its path is relative to the package document; its id is made of the path."""

    path: str
    media_type: str
    properties: tuple[ItemProperty, ...] = ()
    is_page: bool = False

    @property
    def id(self) -> str:
        """The name of the item in the package document."""
        return "item-" + self.path.replace("/", "-").replace(".", "-")


def write_package(comic: Comic, items: Sequence[ManifestItem]) -> bytes:
    """Return the document as a file. The pages among the items are in reading order."""
    root = Element(
        "package",
        {**_NAMESPACES, "version": "3.0", "unique-identifier": _IDENTIFIER, "xml:lang": _language(comic)},
    )
    _describe(root, comic)
    manifest = add(root, "manifest")
    for item in items:
        added = add(manifest, "item", id=item.id, href=item.path, media_type=item.media_type)
        if item.properties:
            added.set("properties", " ".join(item.properties))
    spine = add(root, "spine", page_progression_direction=comic.direction)
    for place, item in enumerate(item for item in items if item.is_page):
        reference = add(spine, "itemref", idref=item.id)
        if place == 0:
            reference.set("properties", "rendition:page-spread-center")
    return xml(root)


def _describe(root: Element, comic: Comic) -> None:
    metadata = add(root, "metadata", xmlns__dc=_DUBLIN_CORE)
    add(metadata, "dc:identifier", _identifier(comic), id=_IDENTIFIER)
    add(metadata, "dc:title", one_line(comic.title) or "Untitled", dir="auto")
    add(metadata, "dc:language", _language(comic))
    add(metadata, "dc:date", comic.created_at.date().isoformat())
    add(metadata, "dc:description", cover_text(comic), xml__lang=APP_LANGUAGE)
    add(metadata, "dc:publisher", APP_NAME)
    if comic.model is not None:
        illustrator = add(metadata, "dc:contributor", one_line(comic.model), id="illustrator")
        add(metadata, "meta", "ill", refines=f"#{illustrator.get('id')}", property="role", scheme="marc:relators")
    # The time of the export would make equal comics different files.
    _meta(metadata, "dcterms:modified", comic.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _meta(metadata, "rendition:layout", "pre-paginated")
    _meta(metadata, "rendition:orientation", "auto")
    _meta(metadata, "rendition:spread", "auto")
    _describe_access(metadata)


def _describe_access(metadata: Element) -> None:
    for mode in ("visual", "textual"):
        _meta(metadata, "schema:accessMode", mode)
    for modes in ("visual", "textual"):
        _meta(metadata, "schema:accessModeSufficient", modes)
    for feature in _FEATURES:
        _meta(metadata, "schema:accessibilityFeature", feature)
    _meta(metadata, "schema:accessibilityHazard", "none")
    _meta(metadata, "schema:accessibilitySummary", _SUMMARY).set("xml:lang", APP_LANGUAGE)


def _meta(metadata: Element, name: str, value: str) -> Element:
    return add(metadata, "meta", value, property=name)


def _identifier(comic: Comic) -> str:
    """Return the book's identifier: always the same one for a comic in a language."""
    return f"urn:uuid:{uuid.uuid5(_IDENTIFIERS, f'{comic.id} {_language(comic)}')}"


def _language(comic: Comic) -> str:
    return comic.language or UNDETERMINED
