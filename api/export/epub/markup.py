"""XML documents of an EPUB: elements, and how they are written."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from xml.etree.ElementTree import Element

APP_LANGUAGE = "en"
"""The language of what the app itself writes."""
STYLE_SHEET = "style.css"

_XHTML = {"xmlns": "http://www.w3.org/1999/xhtml", "xmlns:epub": "http://www.idpf.org/2007/ops"}
_DOCTYPE = b"<!DOCTYPE html>\n"
_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


def add(parent: Element, name: str, text: str | None = None, /, **attributes: str) -> Element:
    """Append an element and return it. In attribute names, `__` stands for a colon and `_` for a hyphen."""
    named = {name.strip("_").replace("__", ":").replace("_", "-"): value for name, value in attributes.items()}
    element = ET.SubElement(parent, name, named)
    element.text = text
    return element


def new_page(title: str, language: str, *, style_sheet: str, viewport: str | None = None) -> tuple[Element, Element]:
    """Return the root and the body of a new XHTML document. A page of fixed layout has a viewport."""
    root = Element("html", {**_XHTML, "lang": language, "xml:lang": language})
    head = add(root, "head")
    add(head, "meta", charset="utf-8")
    add(head, "title", title)
    if viewport is not None:
        add(head, "meta", name="viewport", content=viewport)
    add(head, "link", rel="stylesheet", type="text/css", href=style_sheet)
    return root, add(root, "body")


def xhtml(root: Element) -> bytes:
    """Return an XHTML document as a file."""
    return _DECLARATION + _DOCTYPE + ET.tostring(root, encoding="utf-8") + b"\n"


def xml(root: Element) -> bytes:
    """Return another XML document as a file."""
    return _DECLARATION + ET.tostring(root, encoding="utf-8") + b"\n"


def style(lengths_px: Mapping[str, float]) -> str:
    """Return the lengths as the content of a style attribute."""
    return "; ".join(f"{name}: {number(length)}px" for name, length in lengths_px.items())


def number(length: float) -> str:
    """Return a length without needless digits."""
    return f"{length:.2f}".rstrip("0").rstrip(".")
