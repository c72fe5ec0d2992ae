"""The rules of XHTML content documents and style sheets (https://www.w3.org/TR/epub-33/#sec-contentdocs)."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shared.text.language import language_tag
from tests.support.epub.archive import is_remote, resolved
from tests.support.epub.package import XHTML_TYPE, XML_LANG, Package

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_GLOBAL = {"id", "class", "style", "lang", "dir", XML_LANG, EPUB_TYPE, "role", "aria-label", "aria-hidden", "hidden"}
# Elements that the app writes, their own attributes, and the elements that may be in them.
_PHRASES = {"a", "span", "img"}
_ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "html": (set(), {"head", "body"}),
    "head": (set(), {"meta", "title", "link"}),
    "meta": ({"charset", "name", "content"}, set()),
    "title": (set(), set()),
    "link": ({"rel", "type", "href"}, set()),
    "body": (set(), {"h1", "h2", "p", "div", "img", "nav"}),
    "div": (set(), {"img", "p", "svg", "div"}),
    "nav": (set(), {"h2", "ol"}),
    "ol": (set(), {"li"}),
    "li": (set(), {"a", "ol", "span"}),
    "h1": (set(), _PHRASES),
    "h2": (set(), _PHRASES),
    "p": (set(), _PHRASES),
    "span": (set(), _PHRASES),
    "a": ({"href"}, {"span", "img"}),
    "img": ({"src", "alt", "width", "height"}, set()),
}
_SVG_ATTRIBUTES = {"svg": {"class", "viewBox", "aria-hidden"}, "path": {"d", "stroke-width"}}
_FORBIDDEN_PROPERTIES = re.compile(r"(?:^|[;{\s])(direction|unicode-bidi|position\s*:\s*fixed)\b(?!-)")
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_VIEWPORT = re.compile(r"(\w+)\s*=\s*([^,;\s]+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def document_problems(package: Package) -> Iterator[str]:
    """Yield what is wrong with the content documents and style sheets."""
    is_fixed = package.metas("rendition:layout") == ["pre-paginated"]
    for path, item in package.paths.items():
        media_type = item.get("media-type")
        if media_type == "text/css":
            yield from css_problems(package, path, package.epub.files[path].decode())
        if media_type != XHTML_TYPE:
            continue
        root = package.epub.xml(path)
        yield from _markup_problems(path, package.epub.files[path], root)
        yield from _reference_problems(package, path, root)
        if is_fixed and path in package.spine:
            yield from _viewport_problems(path, root)
        has_svg = next(root.iter(f"{SVG}svg"), None) is not None
        if has_svg != ("svg" in item.get("properties", "").split()):
            yield f"{'OPF-014' if has_svg else 'OPF-015'}: the property svg of {path} is wrong"


def css_problems(package: Package, path: str, css: str) -> Iterator[str]:
    """Yield what is wrong with a style sheet, or with the content of a style attribute."""
    if _FORBIDDEN_PROPERTIES.search(css):
        yield f"CSS-001: {path} has a property that is not allowed"
    if css.count("{") != css.count("}"):
        yield f"CSS-008: {path} has an error of syntax"
    if "@import" in css:
        yield f"CSS-002: {path} imports another style sheet"
    for reference in _URL.findall(css):
        if is_remote(reference):
            yield f"RSC-006: {path} needs the remote {reference}"
        elif resolved(path, reference) not in package.paths:
            yield f"RSC-008: {path} needs {reference}, which is not in the manifest"


def _markup_problems(path: str, content: bytes, root: Element) -> Iterator[str]:
    if b"<!DOCTYPE html>" not in content or not content.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        yield f"HTM-004: {path} has another type or encoding"
    if root.tag != f"{XHTML}html" or [child.tag for child in root] != [f"{XHTML}head", f"{XHTML}body"]:
        yield f"RSC-005: {path} is no XHTML document"
    title = root.find(f"{XHTML}head/{XHTML}title")
    if title is None or not (title.text or "").strip():
        yield f"RSC-005: {path} has no title"
    ids = [identifier for element in root.iter() if (identifier := element.get("id")) is not None]
    if len(set(ids)) < len(ids):
        yield f"RSC-005: {path} has an id twice"
    for element in root.iter():
        yield from (f"{problem} in {path}" for problem in _element_problems(element))


def _element_problems(element: Element) -> Iterator[str]:
    if element.tag.startswith(SVG):
        name = element.tag.removeprefix(SVG)
        if name not in _SVG_ATTRIBUTES or not set(element.attrib) <= _SVG_ATTRIBUTES[name]:
            yield f"RSC-005: SVG's {name} with {sorted(element.attrib)} is not known"
        return
    name = element.tag.removeprefix(XHTML)
    if name not in _ELEMENTS:
        yield f"RSC-005: {element.tag} is not allowed"
        return
    attributes, children = _ELEMENTS[name]
    inside = {child.tag.removeprefix(XHTML).removeprefix(SVG) for child in element}
    yield from (f"RSC-005: {child} is not allowed in {name}" for child in inside - children)
    yield from (f"RSC-005: {other} is not allowed on {name}" for other in set(element.attrib) - attributes - _GLOBAL)
    if name == "img" and (not element.get("src") or not element.get("alt")):
        yield "ACC-001: an image has no source or no alternative text"
    if element.get("dir", "auto") not in {"ltr", "rtl", "auto"}:
        yield "RSC-005: a direction is unknown"
    tag = element.get("lang")
    if tag is not None and tag != "und" and language_tag(tag) != tag:
        yield f"OPF-092: {tag} is no language"
    if tag != element.get(XML_LANG, tag):
        yield "RSC-005: lang and xml:lang differ"


def _reference_problems(package: Package, path: str, root: Element) -> Iterator[str]:
    for element in root.iter():
        yield from css_problems(package, path, element.get("style", ""))
        is_link = element.tag == f"{XHTML}a"
        reference = element.get("src") or element.get("href")
        if reference is None:
            continue
        if is_remote(reference):
            if not is_link or not reference.startswith("https:"):
                yield f"RSC-006: {path} needs the remote {reference}"
        elif resolved(path, reference) not in package.paths:
            yield f"RSC-007: {path} needs {reference}, which is not in the manifest"
        elif is_link and resolved(path, reference) not in package.spine:
            yield f"RSC-011: {path} leads to {reference}, which is not in the spine"


def _viewport_problems(path: str, root: Element) -> Iterator[str]:
    metas = root.findall(f"{XHTML}head/{XHTML}meta[@name='viewport']")
    if not metas:
        yield f"HTM-046: {path} has no viewport"
        return
    content = metas[0].get("content", "")
    sizes = dict(_VIEWPORT.findall(content))
    if not re.fullmatch(r"\s*\w+\s*=\s*[^,;\s=]+(\s*[,;]\s*\w+\s*=\s*[^,;\s=]+)*\s*", content):
        yield f"HTM-047: {path} has a viewport with an error of syntax"
    for side in ("width", "height"):
        if side not in sizes:
            yield f"HTM-056: {path} has a viewport without {side}"
        elif not _NUMBER.fullmatch(sizes[side]) or float(sizes[side]) <= 0:
            yield f"HTM-057: {path} has a viewport whose {side} is no number"
