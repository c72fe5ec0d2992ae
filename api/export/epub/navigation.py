"""The navigation document of an EPUB: its table of contents, its pages and its landmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.export.epub.markup import APP_LANGUAGE, STYLE_SHEET, add, new_page, xhtml


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the contents: the path of what it leads to, and the entries below it."""

    name: str
    path: str
    below: Sequence["Entry"] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A part of the book that reading systems offer to go to; `kind` is of the structural vocabulary of EPUB."""

    kind: str
    name: str
    path: str


def write_navigation(
    title: str, language: str, contents: Sequence[Entry], pages: Sequence[Entry], landmarks: Sequence[Landmark]
) -> bytes:
    """Return the document as a file."""
    root, body = new_page(title, language, style_sheet=STYLE_SHEET)
    _list_entries(_nav(body, "toc", "Contents"), contents)
    _list_entries(_nav(body, "page-list", "Pages"), pages)
    listed = add(_nav(body, "landmarks", "Landmarks"), "ol")
    for landmark in landmarks:
        add(add(listed, "li"), "a", landmark.name, href=landmark.path, epub__type=landmark.kind, lang=APP_LANGUAGE)
    return xhtml(root)


def _nav(body: Element, kind: str, heading: str) -> Element:
    nav = add(body, "nav", epub__type=kind)
    add(nav, "h2", heading, lang=APP_LANGUAGE)
    return nav


def _list_entries(parent: Element, entries: Sequence[Entry]) -> None:
    listed = add(parent, "ol")
    for entry in entries:
        item = add(listed, "li")
        add(item, "a", entry.name, href=entry.path, dir="auto")
        if entry.below:
            _list_entries(item, entry.below)
