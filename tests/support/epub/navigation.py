"""The rules of the navigation document (https://www.w3.org/TR/epub-33/#sec-nav)."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.epub.archive import is_remote, resolved
from tests.support.epub.documents import EPUB_TYPE, XHTML
from tests.support.epub.package import Package


def navigation_problems(package: Package) -> Iterator[str]:
    """Yield what is wrong with the navigation document."""
    for item in package.items_with("nav"):
        path = package.path_of(item)
        navs = package.epub.xml(path).findall(f".//{XHTML}nav")
        kinds = Counter(nav.get(EPUB_TYPE) for nav in navs)
        if kinds["toc"] != 1:
            yield "RSC-005: there is not exactly one table of contents"
        if any(count > 1 for count in kinds.values()):
            yield "RSC-005: there are two lists of a kind"
        for nav in navs:
            yield from _nav_problems(package, path, nav)


def _nav_problems(package: Package, path: str, nav: Element) -> Iterator[str]:
    kind = nav.get(EPUB_TYPE)
    yield from (f"{problem} in {kind}" for problem in _list_problems(nav))
    links = list(nav.iter(f"{XHTML}a"))
    if any(is_remote(link.get("href", "")) for link in links):
        yield f"NAV-010: {kind} leads out of the book"
    if kind in {"page-list", "landmarks"} and len(list(nav.iter(f"{XHTML}ol"))) > 1:
        yield f"RSC-017: {kind} has lists in lists"
    if kind == "landmarks" and any(link.get(EPUB_TYPE) is None for link in links):
        yield "RSC-005: a landmark has no type"
    places = [package.spine.index(target) for link in links if (target := _target(path, link)) in package.spine]
    if kind in {"toc", "page-list"} and places != sorted(places):
        yield f"NAV-011: {kind} is not in the order of the spine"


def _list_problems(nav: Element) -> Iterator[str]:
    if [child.tag for child in nav] not in ([f"{XHTML}h2", f"{XHTML}ol"], [f"{XHTML}ol"]):
        yield "RSC-005: something other than a heading and a list"
    for listed in nav.iter(f"{XHTML}ol"):
        if not len(listed):
            yield "RSC-005: an empty list"
        for item in listed:
            if [child.tag for child in item] not in ([f"{XHTML}a"], [f"{XHTML}a", f"{XHTML}ol"]):
                yield "RSC-005: an entry that is no link with a list below it"
    for named in (*nav.iter(f"{XHTML}h2"), *nav.iter(f"{XHTML}a")):
        if not _text(named):
            yield "RSC-005: an empty heading or link"


def _target(path: str, link: Element) -> str:
    return resolved(path, link.get("href", ""))


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
