"""`webtoon`: one long column of panels, cut into strips that are read from top to bottom.

Each strip ends between two panels, with half a gap, so that strips one below the other look like one. They are JPEG
files: platforms for webtoons take at most 2 MB a file, which a PNG of a shaded drawing is often larger than.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import PIL.Image

from api.export.archives.archive import Archive
from api.export.book.book import Book
from api.export.comic.comic import Comic
from api.export.comic.cover import draw_cover
from api.export.comic.drawn_panels import draw_empty_panel, draw_panel
from api.export.comic.layout import Box, fitted
from api.export.comic.lettering import write_line
from api.export.comic.pages import (
    Caption,
    CoverArt,
    EmptyFrame,
    Picture,
    cover_item,
    credit_lines,
    panel_item,
    shape_of,
)
from api.export.comic.pixels import PAPER, encoded

STRIP_WIDTH_PX = 800
MAX_STRIP_PX = 1280
"""Only a panel that is higher has a higher strip, for itself."""
_GAP_PX = 40
"""Between panels; half of it is above and below each."""
_COVER_HEIGHT_PX = 420
_CREDIT_PX = 44
_FRAME_PX = 3
_TEXT_PX, _NOTE_PX = 24, 30
_JPEG_QUALITY = 90

type Item = CoverArt | Picture | EmptyFrame | Caption


@dataclass(frozen=True, slots=True)
class Block:
    """What no strip may cut: a panel, the title, or the credits. Boxes are in pixels from the block's upper left."""

    height_px: int
    items: tuple[Item, ...]


def render_webtoon(comic: Comic) -> bytes:
    """Return the archive's bytes."""
    archive = Archive()
    _add(archive, comic, "")
    return archive.content()


def render_book_webtoon(book: Book) -> bytes:
    """Return the archive's bytes, with a folder for each chapter."""
    archive = Archive()
    for chapter in book.chapters:
        _add(archive, chapter.comic, f"{chapter.folder}/")
    return archive.content()


def compose_strips(comic: Comic) -> tuple[tuple[Block, ...], ...]:
    """Return the strips with their blocks, from top to bottom."""
    count = len(comic.panels)
    panels = (
        _panel_block(panel_item(comic, index, _room(shape_of(panel, index, count, comic.aspect).aspect)))
        for index, panel in enumerate(comic.panels)
    )
    return tuple(_packed([_cover_block(comic), *panels, _credits_block(comic)]))


def _packed(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    strip: list[Block] = []
    for block in blocks:
        if strip and _height_px([*strip, block]) > MAX_STRIP_PX:
            yield tuple(strip)
            strip = []
        strip.append(block)
    yield tuple(strip)


def _height_px(strip: Sequence[Block]) -> int:
    return sum(block.height_px for block in strip)


def _room(aspect: float) -> Box:
    """Return a panel's box: as wide as the strip, but a little less if only the gap would not fit any more."""
    height = STRIP_WIDTH_PX / aspect
    most = MAX_STRIP_PX - _GAP_PX
    is_slightly_too_high = most < height <= MAX_STRIP_PX
    return fitted(aspect, Box(0, _GAP_PX / 2, STRIP_WIDTH_PX, most if is_slightly_too_high else height))


def _panel_block(item: Picture | EmptyFrame) -> Block:
    return Block(round(item.box.height) + _GAP_PX, (item,))


def _cover_block(comic: Comic) -> Block:
    return Block(_COVER_HEIGHT_PX + _GAP_PX // 2, (cover_item(comic, Box(0, 0, STRIP_WIDTH_PX, _COVER_HEIGHT_PX)),))


def _credits_block(comic: Comic) -> Block:
    lines = credit_lines(comic)
    boxes = (
        Box(_GAP_PX, _GAP_PX / 2 + place * _CREDIT_PX, STRIP_WIDTH_PX - 2 * _GAP_PX, _CREDIT_PX)
        for place in range(len(lines))
    )
    captions = tuple(Caption(line, box) for line, box in zip(lines, boxes, strict=True))
    return Block(len(lines) * _CREDIT_PX + _GAP_PX, captions)


def _add(archive: Archive, comic: Comic, folder: str) -> None:
    for number, strip in enumerate(compose_strips(comic), 1):
        # Chroma subsampling blurs line art.
        content = encoded(_draw_strip(comic, strip), "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        archive.add(f"{folder}{number:03d}.jpg", content)


def _draw_strip(comic: Comic, strip: Sequence[Block]) -> PIL.Image.Image:
    canvas = PIL.Image.new("RGB", (STRIP_WIDTH_PX, _height_px(strip)), PAPER)
    top = 0
    for block in strip:
        for item in block.items:
            _draw(canvas, comic, item, item.box._replace(y=item.box.y + top))
        top += block.height_px
    return canvas


def _draw(canvas: PIL.Image.Image, comic: Comic, item: Item, box: Box) -> None:
    match item:
        case CoverArt():
            canvas.paste(draw_cover(comic, round(box.width), round(box.height)), (round(box.x), round(box.y)))
        case Picture():
            draw_panel(canvas, item.image, item.lettering, box, _FRAME_PX)
        case EmptyFrame():
            draw_empty_panel(canvas, item.note, box, _NOTE_PX, _FRAME_PX)
        case Caption():
            write_line(canvas, item.text, box, _TEXT_PX)
