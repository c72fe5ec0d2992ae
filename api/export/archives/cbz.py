"""`cbz`: the comic's pages as images, with a ComicInfo.xml that describes them.

The pages' names sort in their order in every reader. All are in the root; those of a book are in folders.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image

from api.export.archives.archive import Archive
from api.export.archives.comic_info import PageImage, comic_info
from api.export.book.book import Book
from api.export.book.pages import compose_book
from api.export.comic.comic import Comic
from api.export.comic.cover import draw_cover
from api.export.comic.drawn_panels import draw_empty_panel, draw_panel
from api.export.comic.layout import Box, Sheet
from api.export.comic.lettering import write_line
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
    compose,
)
from api.export.comic.pixels import PAPER, encoded

PIXELS_A_MM = 8.0
"""A panel as wide as the page has about as many pixels as the model draws."""
_FRAME_PX = 3
_JPEG_QUALITY = 90
_SHEET = Sheet()


def render_cbz(comic: Comic) -> bytes:
    """Return the archive's bytes."""
    pages = compose(comic, _SHEET)
    return _archive(comic, [_File(f"{page.number:03d}.jpg", comic, page, page.name) for page in pages])


def render_book_cbz(book: Book) -> bytes:
    """Return the archive's bytes, with a folder for each chapter."""
    return _archive(
        book.whole,
        [
            _File(f"{each.folder}/{each.page.number:03d}.jpg", each.comic, each.page, each.begins or each.page.name)
            for each in compose_book(book, _SHEET)
        ],
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A page as a file, the comic that it is of, and its bookmark."""

    name: str
    comic: Comic
    page: Page
    bookmark: str


def _archive(described_by: Comic, files: Sequence[_File]) -> bytes:
    archive = Archive()
    # Chroma subsampling blurs line art.
    images = [
        encoded(draw_page(file.comic, file.page, _SHEET), "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        for file in files
    ]
    described = [
        PageImage(file.page, len(image), *_size(_SHEET), file.bookmark)
        for file, image in zip(files, images, strict=True)
    ]
    archive.add("ComicInfo.xml", comic_info(described_by, described))
    for file, image in zip(files, images, strict=True):
        archive.add(file.name, image)
    return archive.content()


def draw_page(comic: Comic, page: Page, sheet: Sheet) -> PIL.Image.Image:
    """Return a page as pixels."""
    canvas = PIL.Image.new("RGB", _size(sheet), PAPER)
    for item in page.items:
        _draw(canvas, comic, item)
    if page.number_box is not None:
        write_line(canvas, str(page.number), _in_pixels(page.number_box), PAGE_NUMBER_MM * PIXELS_A_MM)
    return canvas


def _size(sheet: Sheet) -> tuple[int, int]:
    return round(sheet.width * PIXELS_A_MM), round(sheet.height * PIXELS_A_MM)


def _draw(canvas: PIL.Image.Image, comic: Comic, item: Item) -> None:
    box = _in_pixels(item.box)
    match item:
        case CoverArt():
            canvas.paste(draw_cover(comic, *canvas.size))
        case Heading():
            write_line(canvas, item.text, box, TITLE_MM * PIXELS_A_MM, is_title=True)
        case Caption():
            write_line(canvas, item.text, box, TEXT_MM * PIXELS_A_MM, is_title=item.is_title)
        case Picture():
            draw_panel(canvas, item.image, item.lettering, box, _FRAME_PX)
        case EmptyFrame():
            draw_empty_panel(canvas, item.note, box, TEXT_MM * PIXELS_A_MM, _FRAME_PX)


def _in_pixels(box: Box) -> Box:
    return Box(*(length * PIXELS_A_MM for length in box))
