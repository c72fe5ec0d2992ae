"""The texts over a picture in an EPUB: their balloons as decoration, and the words as HTML."""

from xml.etree.ElementTree import Element

from api.export.epub.fonts import families_of
from api.export.epub.markup import add, number, style
from api.typesetting.drawing.outlines import Outline, Room, outline_of
from api.typesetting.shaping import column_parts
from shared.models.lettering import PanelLettering, SetText

_SVG = "http://www.w3.org/2000/svg"


def write_lettering(panel: Element, size_px: tuple[float, float], lettering: PanelLettering) -> None:
    """Add all texts to a panel, whose picture has this size. Each line is at its place."""
    room = Room(0, 0, *size_px)
    outlines = [outline for text in lettering.texts if (outline := outline_of(text, room)) is not None]
    if outlines:
        _write_outlines(panel, room, outlines)
    for text in lettering.texts:
        _write_text(panel, room, lettering, text)


def has_outlines(lettering: PanelLettering) -> bool:
    """Tell whether any text has a balloon or a box, which are SVG."""
    return any(text.kind != "effect" for text in lettering.texts)


def _write_outlines(panel: Element, room: Room, outlines: list[Outline]) -> None:
    view = f"0 0 {number(room.width)} {number(room.height)}"
    svg = add(panel, "svg", xmlns=_SVG, class_="balloons", viewBox=view, aria_hidden="true")
    for outline in outlines:
        points = " L".join(f"{number(x)} {number(y)}" for x, y in outline.points)
        add(svg, "path", d=f"M{points} Z", stroke_width=number(outline.stroke))


def _write_text(panel: Element, room: Room, lettering: PanelLettering, text: SetText) -> None:
    written = add(panel, "p", class_=f"text {text.kind}", lang=lettering.language, dir=lettering.direction)
    written.set("xml:lang", lettering.language)
    written.set("style", f"font-family: {families_of(lettering.language)}; {_font_size(room, text)}")
    if text.speaker:
        add(written, "span", f"{text.speaker}: ", class_="speaker")
    for line in text.lines:
        x, y = room.at(line.x, line.y)
        place = style({"left": x, "top": y})
        if lettering.is_vertical:
            _fill_column(add(written, "span", class_="column", style=place), line.text)
        else:
            # A line ends between two words.
            add(written, "span", line.text, class_="row", style=place).tail = " "


def _fill_column(column: Element, text: str) -> None:
    """Add the letters of a column; short numbers stand upright in it."""
    last: Element | None = None
    for part, is_beside in column_parts(text):
        if is_beside:
            last = add(column, "span", part, class_="beside")
        elif last is None:
            column.text = (column.text or "") + part
        else:
            last.tail = (last.tail or "") + part


def _font_size(room: Room, text: SetText) -> str:
    return style({"font-size": text.font_size * room.width})
