"""`pdf`: the comic's pages with the original images, tagged in reading order.

Headings and captions are text. Panels are figures whose alternative text has their scene and dialogue. Frames and page
numbers are artifacts, which a screen reader skips.
"""

import io

from api.export.comic.comic import Comic
from api.export.comic.layout import Box, Sheet
from api.export.comic.pages import (
    PAGE_NUMBER_MM,
    TEXT_MM,
    TITLE_MM,
    Caption,
    EmptyFrame,
    Heading,
    Item,
    Page,
    Picture,
    compose,
)
from api.export.pdf_text import write_line
from api.export.tagged_pdf import PageOrder, TaggedPdf
from shared.text.clean import one_line

_FRAME_MM = 0.4
_LANGUAGE = "en"
"""Of the lettering and of the descriptions."""


def render_pdf(comic: Comic) -> bytes:
    """Return the document's bytes."""
    sheet = Sheet()
    pdf = TaggedPdf(unit="mm", format=(sheet.width, sheet.height))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_line_width(_FRAME_MM)
    _describe(pdf, comic)
    writer = _PageWriter(pdf)
    for page in compose(comic, sheet):
        writer.write(page)
    return bytes(pdf.output())


def _describe(pdf: TaggedPdf, comic: Comic) -> None:
    pdf.set_title(one_line(comic.title))
    pdf.set_lang(_LANGUAGE)
    pdf.viewer_preferences = PageOrder(comic.direction)
    pdf.set_creator("story-to-manga")
    pdf.set_producer("story-to-manga")
    # The time of the export would make equal comics different files.
    pdf.set_creation_date(comic.created_at)


class _PageWriter:
    """Writes pages into a document, in millimetres."""

    def __init__(self, pdf: TaggedPdf) -> None:
        self._pdf = pdf

    def write(self, page: Page) -> None:
        """Add a page with its items."""
        self._pdf.add_page()
        for item in page.items:
            self._write_item(item)
        with self._pdf.artifact():
            write_line(self._pdf, str(page.number), page.number_box, PAGE_NUMBER_MM)

    def _write_item(self, item: Item) -> None:
        match item:
            case Heading():
                with self._pdf.tagged("H1", item.text):
                    write_line(self._pdf, item.text, item.box, TITLE_MM)
            case Caption():
                with self._pdf.tagged("P", item.text):
                    write_line(self._pdf, item.text, item.box, TEXT_MM)
            case Picture():
                with self._pdf.tagged("Figure", item.text):
                    self._pdf.image(io.BytesIO(item.image.content), *item.box)
                self._frame(item.box)
            case EmptyFrame():
                with self._pdf.tagged("Figure", item.text):
                    write_line(self._pdf, item.note, item.box, TEXT_MM)
                self._frame(item.box)

    def _frame(self, box: Box) -> None:
        with self._pdf.artifact():
            self._pdf.rect(*box)
