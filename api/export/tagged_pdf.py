"""A PDF document whose parts are marked with what they are (ISO 32000-1, 14.7 and 14.8).

fpdf2 tags figures with alternative texts; that headings and paragraphs are tagged too, and that decoration is marked
as such, is added here on the same means.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from fpdf import FPDF, ViewerPreferences
from fpdf.encryption import StandardSecurityHandler

from api.export.comic.comic import Direction

type StructureType = Literal["H1", "P", "Figure"]


_PAGE_ORDER: dict[Direction, str] = {"rtl": "/R2L", "ltr": "/L2R"}


class PageOrder(ViewerPreferences):
    """Asks viewers to show the document's title, and facing pages in the comic's direction.

    What fpdf2 2.8 itself writes for a direction is no PDF name, and makes strict readers refuse the file.
    """

    def __init__(self, direction: Direction) -> None:
        super().__init__(display_doc_title=True)
        self._page_order = _PAGE_ORDER[direction]

    def serialize(self, _security_handler: StandardSecurityHandler | None = None, _obj_id: int | None = None) -> str:
        """Return the preferences as a PDF dictionary."""
        return super().serialize(_security_handler, _obj_id).replace("<<", f"<</Direction {self._page_order}", 1)


class TaggedPdf(FPDF):
    """A document under construction. Everything that is drawn belongs into `tagged` or `artifact`."""

    @contextmanager
    def tagged(self, structure_type: StructureType, text: str) -> Generator[None]:
        """Mark what is drawn as the next part of the document; `text` is what a screen reader may read for it."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{structure_type}", mcid=mcid, alt_text=text)
        self._out(f"/{structure_type} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def artifact(self) -> Generator[None]:
        """Mark what is drawn as decoration, which a screen reader passes over."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")
