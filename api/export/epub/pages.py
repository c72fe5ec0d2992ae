"""The pages of an EPUB, as XHTML of fixed layout. Lengths are in CSS pixels.

Items are in reading order, whatever their place on the page is. An image has its alternative text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.export.comic.comic import Comic
from api.export.comic.layout import Box, Sheet
from api.export.comic.lettering import line_width
from api.export.comic.pages import (
    PAGE_NUMBER_MM,
    TEXT_MM,
    TITLE_MM,
    Caption,
    CoverArt,
    EmptyFrame,
    Heading,
    Item,
    Page,
    Picture,
)
from api.export.comic.typefaces import set_text
from api.export.epub.lettering import write_lettering
from api.export.epub.markup import APP_LANGUAGE, STYLE_SHEET, add, new_page, style, xhtml
from shared.text.language import UNDETERMINED

PIXELS_A_MM = 6.0
_MEASURED_AT_PX = 100
_SPARE = 0.85
"""The reading system may have a wider font than the one that lines are measured in."""


@dataclass(frozen=True, slots=True)
class Size:
    """A page's size, in CSS pixels."""

    width: int
    height: int

    @property
    def viewport(self) -> str:
        """The size as a viewport."""
        return f"width={self.width}, height={self.height}"


def size_of(sheet: Sheet) -> Size:
    """Return the size of a page."""
    return Size(round(sheet.width * PIXELS_A_MM), round(sheet.height * PIXELS_A_MM))


def page_file(number: int) -> str:
    """Return the name of a page's file, in the folder of all pages."""
    return f"{number:03d}.xhtml"


def write_page(comic: Comic, page: Page, size: Size, images: Mapping[int, str]) -> bytes:
    """Return a page as a file. `images` are the paths of its images, by the place of their item."""
    language = comic.language or UNDETERMINED
    root, body = new_page(page.name, language, style_sheet=f"../{STYLE_SHEET}", viewport=size.viewport)
    body.set("style", style({"width": size.width, "height": size.height}))
    for place, item in enumerate(page.items):
        _write(body, item, images.get(place))
    if page.number_box is not None:
        _line(body, "p", str(page.number), page.number_box, PAGE_NUMBER_MM)
    return xhtml(root)


def _write(body: Element, item: Item, image: str | None) -> None:
    match item:
        case CoverArt():
            add(body, "img", src=image or "", alt=item.text, class_="item", style=_place(item.box))
        case Heading():
            _line(body, "h1", item.text, item.box, TITLE_MM).set("class", "item line title")
        case Picture():
            panel = add(body, "div", class_="item panel", style=_place(item.box))
            add(panel, "img", src=image or "", alt=item.text)
            if item.lettering is not None:
                room = _in_pixels(item.box)
                write_lettering(panel, (room.width, room.height), item.lettering)
        case EmptyFrame():
            _write_missing(body, item)
        case Caption():
            _write_caption(body, item)


def _write_missing(body: Element, item: EmptyFrame) -> None:
    frame = add(body, "div", class_="item panel", role="img", aria_label=item.text, style=_place(item.box))
    room = item.box._replace(x=0, y=item.box.height / 2 - TEXT_MM)
    _line(frame, "p", item.note, room._replace(height=2 * TEXT_MM), TEXT_MM).set("lang", APP_LANGUAGE)


def _write_caption(body: Element, item: Caption) -> None:
    target = page_file(item.page) if item.page is not None else item.link
    line = _line(body, "p", item.text, item.box, TEXT_MM)
    if item.is_title:
        line.set("class", "item line title")
    if target is not None:
        line.text = None
        add(line, "a", item.text, href=target, dir="auto")


def _line(parent: Element, name: str, text: str, box: Box, height_mm: float) -> Element:
    """Add one line of text, in the middle of the box and small enough for it."""
    size_px = min(height_mm * PIXELS_A_MM, _SPARE * box.width * PIXELS_A_MM / _width_in_ems(text))
    lengths = {**_lengths(box), "font-size": size_px, "line-height": box.height * PIXELS_A_MM}
    return add(parent, name, text, class_="item line", dir="auto", style=style(lengths))


def _width_in_ems(text: str) -> float:
    runs = set_text(text)
    known = sum(len(run.text) for run in runs)
    width = line_width(runs, _MEASURED_AT_PX) / _MEASURED_AT_PX
    return max(width + len(text) - known, 1.0)


def _place(box: Box) -> str:
    return style(_lengths(box))


def _lengths(box: Box) -> Mapping[str, float]:
    left, top, width, height = _in_pixels(box)
    return {"left": left, "top": top, "width": width, "height": height}


def _in_pixels(box: Box) -> Box:
    return Box(*(length * PIXELS_A_MM for length in box))
