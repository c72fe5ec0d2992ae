"""Composes a comic into pages of items in reading order. Lengths are in millimetres."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import PIL.Image

from api.export.comic.comic import (
    APP_NAME,
    Comic,
    Panel,
    Portrait,
    cast_line,
    kind_line,
    panel_text,
    planned_sides,
    scene_text,
)
from api.export.comic.emphasis import emphasis
from api.export.comic.layout import Box, Shape, Sheet, fitted, lay_out
from shared.images.image import Image
from shared.models.lettering import PanelLettering
from shared.models.story import Aspect
from shared.text.clean import one_line

TITLE_MM = 10.0
TEXT_MM = 4.2
PAGE_NUMBER_MM = 3.2

_CAPTION_HEIGHT = 8.0
_TITLE_BOTTOM = 8.0
_PAGE_NUMBER_HEIGHT = 6.0

type PageKind = Literal["cover", "contents", "story", "credits"]


@dataclass(frozen=True, slots=True)
class CoverArt:
    """The whole cover; `text` is its alternative text."""

    title: str
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A title."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that fills its frame, and the texts over it; `text` is its alternative text, without these."""

    image: Image
    box: Box
    text: str
    lettering: PanelLettering | None = None


@dataclass(frozen=True, slots=True)
class EmptyFrame:
    """The place of a panel that is not drawn, with a visible note; `text` is its alternative text."""

    note: str
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text, which may be in the display font, or lead to an address or to a page of the same file."""

    text: str
    box: Box
    link: str | None = None
    page: int | None = None
    is_title: bool = False


type Item = CoverArt | Heading | Picture | EmptyFrame | Caption


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number (from 1), its name, and its items in reading order.

    `number_box` is where its number is written, if it is.
    """

    number: int
    kind: PageKind
    name: str
    items: tuple[Item, ...]
    number_box: Box | None


def compose(comic: Comic, sheet: Sheet) -> tuple[Page, ...]:
    """Return the pages: a cover, the panels, and the cast with the credits."""
    story = list(_story_pages(comic, sheet))
    last = len(story) + 2
    return (
        Page(1, "cover", "Cover", (cover_item(comic, Box(0, 0, sheet.width, sheet.height)),), None),
        *(Page(number, "story", name, items, number_box(sheet)) for number, (name, items) in enumerate(story, 2)),
        Page(last, "credits", "Cast and credits", tuple(_credits_page(comic, sheet)), number_box(sheet)),
    )


def shape_of(panel: Panel, index: int, count: int, aspect: Aspect = "auto") -> Shape:
    """Return a panel's shape, from its image or, if it is not drawn, from its plan."""
    if panel.image is None:
        width, height = planned_sides(panel.plan, aspect)
        ratio = width / height
    else:
        ratio = aspect_of(panel.image)
    return Shape(ratio, emphasis(panel.plan, index, count))


def aspect_of(image: Image) -> float:
    """Return an image's width over its height."""
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        return picture.width / picture.height


def cover_item(comic: Comic, box: Box) -> CoverArt:
    """Return the cover in its box."""
    return CoverArt(one_line(comic.title), box, f"Cover: {one_line(comic.title)}. {cover_text(comic)}")


def cover_text(comic: Comic) -> str:
    """Return a sentence that says what kind of comic it is, and who is in it."""
    return f"{kind_line(comic)}, with {cast_line(comic)}."


def _story_pages(comic: Comic, sheet: Sheet) -> Iterator[tuple[str, tuple[Item, ...]]]:
    count = len(comic.panels)
    shapes = [shape_of(panel, index, count, comic.aspect) for index, panel in enumerate(comic.panels)]
    for page in lay_out(shapes, sheet, comic.direction):
        first, last = page[0].index + 1, page[-1].index + 1
        name = f"Panel {first}" if first == last else f"Panels {first} to {last}"
        yield name, tuple(panel_item(comic, placed.index, placed.box) for placed in page)


def panel_item(comic: Comic, index: int, box: Box) -> Picture | EmptyFrame:
    """Return a panel in its box."""
    panel, lettering = comic.panels[index], comic.letterings.get(index)
    number, count = index + 1, len(comic.panels)
    if panel.image is None:
        text = one_line(panel_text(panel, number, count, lettering))
        return EmptyFrame(f"Panel {number} is not drawn", box, f"Not drawn. {text}")
    if lettering is None:
        return Picture(panel.image, box, one_line(panel_text(panel, number, count)))
    return Picture(panel.image, box, one_line(scene_text(panel, number, count)), lettering)


def _credits_page(comic: Comic, sheet: Sheet) -> Iterator[Item]:
    lines = credit_lines(comic)
    height = len(lines) * _CAPTION_HEIGHT
    room = sheet.below_title if comic.cast else sheet.content
    yield Heading("Cast" if comic.cast else one_line(comic.title), heading_box(sheet))
    bottom = room.y + room.height
    yield from _cast(comic.cast, room._replace(height=room.height - height - _CAPTION_HEIGHT), sheet)
    top = bottom - height if comic.cast else room.y + (room.height - height) / 2
    for number, text in enumerate(lines):
        box = Box(room.x, top + number * _CAPTION_HEIGHT, room.width, _CAPTION_HEIGHT)
        link = comic.project if text == comic.project else None
        yield Caption(text, box, link, is_title=bool(comic.cast) and number == 0)


def credit_lines(comic: Comic) -> list[str]:
    """Return the credits; the title is first, unless it is the heading of their page."""
    missing = comic.missing_count
    date = f"{comic.created_at.day} {comic.created_at:%B %Y}"
    lines = [one_line(comic.title)] if comic.cast else []
    lines.append(kind_line(comic) + (f", {missing} of them not drawn" if missing else ""))
    lines.append(f"Made on {date} with {APP_NAME}")
    if comic.model is not None:
        lines.append(f"Pictures drawn by the model {one_line(comic.model)}")
    if comic.project is not None:
        lines.append(comic.project)
    return lines


def _cast(cast: Sequence[Portrait], room: Box, sheet: Sheet) -> Iterator[Item]:
    for portrait, cell in zip(cast, _cells(len(cast), room, sheet), strict=True):
        box = fitted(aspect_of(portrait.image), cell._replace(height=cell.height - _CAPTION_HEIGHT))
        name = one_line(portrait.name)
        yield Picture(portrait.image, box, f"Character sheet of {name}")
        yield Caption(name, Box(cell.x, box.y + box.height, cell.width, _CAPTION_HEIGHT))


def _cells(count: int, room: Box, sheet: Sheet) -> Iterator[Box]:
    """Yield a cell per portrait, in rows of two; a single last one is in the middle."""
    columns = min(count, 2)
    rows = -(-count // 2)
    for place in range(count):
        row, column = divmod(place, 2)
        width = (room.width - sheet.gutter * (columns - 1)) / columns
        height = (room.height - sheet.tier_gutter * (rows - 1)) / rows
        in_row = min(2, count - 2 * row)
        left = room.x + (room.width - in_row * width - sheet.gutter * (in_row - 1)) / 2
        yield Box(left + column * (width + sheet.gutter), room.y + row * (height + sheet.tier_gutter), width, height)


def heading_box(sheet: Sheet) -> Box:
    """Return where a page's title is."""
    return Box(sheet.margin, sheet.margin, sheet.width - 2 * sheet.margin, sheet.title_height - _TITLE_BOTTOM)


def number_box(sheet: Sheet) -> Box:
    """Return where a page's number is."""
    top = sheet.height - sheet.margin - _PAGE_NUMBER_HEIGHT / 2
    return Box(sheet.margin, top, sheet.width - 2 * sheet.margin, _PAGE_NUMBER_HEIGHT)
