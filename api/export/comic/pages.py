"""Composes a comic into pages of items in reading order. Lengths are in millimetres."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched

import PIL.Image

from api.export.comic.comic import Comic, Panel, Portrait, panel_text
from api.export.comic.emphasis import emphasis
from api.export.comic.layout import Box, Placed, Shape, Sheet, fitted, lay_out
from shared.images.image import Image
from shared.model.prompts.panel import panel_aspect_ratio
from shared.text.clean import one_line

TITLE_MM = 8.5
TEXT_MM = 4.2
PAGE_NUMBER_MM = 3.2

_CAST_A_PAGE = 4
_CAPTION_HEIGHT = 8.0
_TITLE_BOTTOM = 8.0
_PAGE_NUMBER_HEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A title."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that fills its frame; `text` is its alternative text."""

    image: Image
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class EmptyFrame:
    """The place of a panel that is not drawn, with a visible note; `text` is its alternative text."""

    note: str
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text."""

    text: str
    box: Box


type Item = Heading | Picture | EmptyFrame | Caption


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number (from 1), its items in reading order, and the box of its number."""

    number: int
    items: tuple[Item, ...]
    number_box: Box


def compose(comic: Comic, sheet: Sheet) -> tuple[Page, ...]:
    """Return the pages: the panels under the title, and the cast at the end."""
    contents = [*_panel_pages(comic, sheet), *_cast_pages(comic.cast, sheet)]
    return tuple(Page(number, tuple(items), _number_box(sheet)) for number, items in enumerate(contents, 1))


def shape_of(panel: Panel, index: int, count: int) -> Shape:
    """Return a panel's shape, from its image or, if it is not drawn, from its plan."""
    if panel.image is None:
        width, _, height = panel_aspect_ratio(panel.plan.camera_angle).partition(":")
        aspect = int(width) / int(height)
    else:
        aspect = aspect_of(panel.image)
    return Shape(aspect, emphasis(panel.plan, index, count))


def aspect_of(image: Image) -> float:
    """Return an image's width over its height."""
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        return picture.width / picture.height


def _panel_pages(comic: Comic, sheet: Sheet) -> Iterator[list[Item]]:
    count = len(comic.panels)
    shapes = [shape_of(panel, index, count) for index, panel in enumerate(comic.panels)]
    for number, page in enumerate(lay_out(shapes, sheet, comic.direction)):
        items: list[Item] = [Heading(one_line(comic.title), _heading_box(sheet))] if number == 0 else []
        yield items + [_panel_item(comic.panels[placed.index], placed, count) for placed in page]


def _panel_item(panel: Panel, placed: Placed, count: int) -> Item:
    number = placed.index + 1
    text = one_line(panel_text(panel, number, count))
    if panel.image is None:
        return EmptyFrame(f"Panel {number} is not drawn", placed.box, f"Not drawn. {text}")
    return Picture(panel.image, placed.box, text)


def _cast_pages(cast: tuple[Portrait, ...], sheet: Sheet) -> Iterator[list[Item]]:
    for portraits in batched(cast, _CAST_A_PAGE, strict=False):
        items: list[Item] = [Heading("Cast", _heading_box(sheet))]
        for portrait, cell in zip(portraits, _cells(len(portraits), sheet), strict=True):
            room = cell._replace(height=cell.height - _CAPTION_HEIGHT)
            box = fitted(aspect_of(portrait.image), room)
            name = one_line(portrait.name)
            items.append(Picture(portrait.image, box, f"Character sheet of {name}"))
            items.append(Caption(name, Box(cell.x, box.y + box.height, cell.width, _CAPTION_HEIGHT)))
        yield items


def _cells(count: int, sheet: Sheet) -> Iterator[Box]:
    content = sheet.content(0)
    columns = 1 if count == 1 else 2
    rows = -(-count // columns)
    width = (content.width - sheet.gutter * (columns - 1)) / columns
    height = (content.height - sheet.tier_gutter * (rows - 1)) / rows
    for place in range(count):
        row, column = divmod(place, columns)
        yield Box(
            content.x + column * (width + sheet.gutter), content.y + row * (height + sheet.tier_gutter), width, height
        )


def _heading_box(sheet: Sheet) -> Box:
    return Box(sheet.margin, sheet.margin, sheet.width - 2 * sheet.margin, sheet.title_height - _TITLE_BOTTOM)


def _number_box(sheet: Sheet) -> Box:
    top = sheet.height - sheet.margin - _PAGE_NUMBER_HEIGHT / 2
    return Box(sheet.margin, top, sheet.width - 2 * sheet.margin, _PAGE_NUMBER_HEIGHT)
