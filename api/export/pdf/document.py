"""`pdf`: the comic's pages with the original images, tagged in reading order, with a bookmark for each page.

Titles and captions are text. Panels are figures whose alternative text has their scene and dialogue. Frames and page
numbers are artifacts, which a screen reader skips.
"""

from collections.abc import Sequence

import PIL.Image
import PIL.ImageOps
from fpdf.enums import TextMode

from api.export.book.book import Book
from api.export.book.pages import compose_book
from api.export.comic.comic import APP_NAME, Comic, spoken_text
from api.export.comic.cover import draw_cover
from api.export.comic.layout import Box, Sheet
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
from api.export.comic.pixels import encoded
from api.export.pdf.images import place_image
from api.export.pdf.tagged import PageOrder, TaggedPdf
from api.export.pdf.text import is_text, write_line
from api.typesetting.drawing.pdf import draw_text
from shared.images.image import Image
from shared.models.story import Style
from shared.text.clean import one_line

_FRAME_MM = 0.4
_COVER_PIXELS_A_MM = 7.0
_COVER_SIZES = ((1.0, 85), (0.7, 50))
"""Scales and JPEG qualities."""
_SMALLEST_SCALE = 0.55
_SMALLEST_COLOURS: dict[Style, int] = {"manga": 4, "comic": 16}
_COVER_SHARE = 0.35
"""The most of the cover's size, relative to all images of the comic. Drawings without shades are smaller than any JPEG
of the cover: then it gets few colours, too."""


def render_pdf(comic: Comic) -> bytes:
    """Return the document's bytes."""
    sheet = Sheet()
    pdf = _new_pdf(comic, sheet)
    writer = _PageWriter(pdf, comic)
    for page in compose(comic, sheet):
        writer.write(page, [page.name])
    return bytes(pdf.output())


def render_book_pdf(book: Book) -> bytes:
    """Return the document's bytes. The bookmarks of a chapter's pages are below the chapter's."""
    sheet = Sheet()
    pdf = _new_pdf(book.whole, sheet)
    for each in compose_book(book, sheet):
        name = each.page.name
        bookmarks = [name] if each.is_front else [each.begins, name]
        _PageWriter(pdf, each.comic).write(each.page, bookmarks)
    return bytes(pdf.output())


def _new_pdf(comic: Comic, sheet: Sheet) -> TaggedPdf:
    pdf = TaggedPdf(unit="mm", format=(sheet.width, sheet.height))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_line_width(_FRAME_MM)
    _describe(pdf, comic)
    return pdf


def _describe(pdf: TaggedPdf, comic: Comic) -> None:
    """Set the properties. The author stays empty: it is not known."""
    pdf.set_title(one_line(comic.title))
    if comic.language is not None:
        pdf.set_lang(comic.language)
    pdf.viewer_preferences = PageOrder(comic.direction)
    pdf.set_creator(APP_NAME)
    pdf.set_producer(APP_NAME)
    # The time of the export would make equal comics different files.
    pdf.set_creation_date(comic.created_at)


class _PageWriter:
    """Writes pages into a document, in millimetres."""

    def __init__(self, pdf: TaggedPdf, comic: Comic) -> None:
        self._pdf = pdf
        self._comic = comic

    def write(self, page: Page, bookmarks: Sequence[str | None]) -> None:
        """Add a page with its items; `bookmarks` lead to it, each one level below the one before (None: none there)."""
        self._pdf.add_page()
        for level, name in enumerate(bookmarks):
            if name is not None:
                self._pdf.start_section(name, level)
        for item in page.items:
            self._write_item(item)
        if page.number_box is not None:
            with self._pdf.artifact():
                write_line(self._pdf, str(page.number), page.number_box, PAGE_NUMBER_MM)

    def _write_item(self, item: Item) -> None:
        match item:
            case CoverArt():
                self._write_cover(item)
            case Heading():
                with self._pdf.tagged("H1", item.text):
                    write_line(self._pdf, item.text, item.box, TITLE_MM, is_title=True)
            case Caption():
                self._write_caption(item)
            case Picture():
                self._write_picture(item)
            case EmptyFrame():
                with self._pdf.tagged("Figure", item.text):
                    write_line(self._pdf, item.note, item.box, TEXT_MM)
                self._frame(item.box)

    def _write_picture(self, item: Picture) -> None:
        """Draw an image and the texts over it, each of which is a paragraph after the figure."""
        with self._pdf.tagged("Figure", item.text):
            place_image(self._pdf, item.image, item.box)
        if item.lettering is not None:
            for text in item.lettering.texts:
                with self._pdf.tagged("P", one_line(spoken_text(text))):
                    draw_text(self._pdf, item.box, item.lettering, text)
        self._frame(item.box)

    def _write_cover(self, item: CoverArt) -> None:
        """Draw the cover as a picture, over its title as text, which can be searched."""
        with self._pdf.tagged("H1", item.title):
            if is_text(item.title):
                with self._pdf.local_context(text_mode=TextMode.INVISIBLE):
                    write_line(self._pdf, item.title, item.box, TITLE_MM, is_title=True)
        size = (round(item.box.width * _COVER_PIXELS_A_MM), round(item.box.height * _COVER_PIXELS_A_MM))
        with self._pdf.tagged("Figure", item.text):
            place_image(self._pdf, _encoded_cover(self._comic, draw_cover(self._comic, *size)), item.box)

    def _write_caption(self, item: Caption) -> None:
        with self._pdf.tagged("P", item.text):
            write_line(self._pdf, item.text, item.box, TEXT_MM, is_title=item.is_title)
        if item.link is not None:
            self._pdf.link(*item.box, item.link)
        if item.page is not None:
            self._pdf.link(*item.box, self._pdf.add_link(page=item.page))

    def _frame(self, box: Box) -> None:
        with self._pdf.artifact():
            self._pdf.rect(*box)


def _encoded_cover(comic: Comic, cover: PIL.Image.Image) -> Image:
    """Return the cover as a file that isn't large beside the comic's images."""
    max_bytes = _COVER_SHARE * sum(len(image.content) for image in comic.images)
    for scale, quality in _COVER_SIZES:
        content = encoded(PIL.ImageOps.scale(cover, scale), "JPEG", quality=quality)
        if len(content) <= max_bytes:
            return Image(content, "image/jpeg")
    small = PIL.ImageOps.scale(cover, _SMALLEST_SCALE)
    if comic.style == "manga":
        small = small.convert("L")
    colours = _SMALLEST_COLOURS[comic.style]
    small = small.quantize(colours, dither=PIL.Image.Dither.NONE)
    return Image(encoded(small, "PNG", optimize=True, bits=(colours - 1).bit_length()), "image/png")
