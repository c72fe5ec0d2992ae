"""A tagged PDF document (ISO 32000-1, 14.7 and 14.8).

fpdf2 tags only figures. Headings, paragraphs and decoration are tagged here by the same means.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from fpdf import FPDF, ViewerPreferences
from fpdf.encryption import StandardSecurityHandler

from shared.models.story import Direction

type StructureType = Literal["H1", "P", "Figure"]


_PAGE_ORDER: dict[Direction, str] = {"rtl": "/R2L", "ltr": "/L2R"}


class PageOrder(ViewerPreferences):
    """Asks viewers to show the document's title, and facing pages in the comic's direction.

    The direction that fpdf2 2.8 itself writes is not a valid PDF name, and strict readers refuse the file.
    """

    def __init__(self, direction: Direction) -> None:
        super().__init__(display_doc_title=True)
        self._page_order = _PAGE_ORDER[direction]

    def serialize(self, _security_handler: StandardSecurityHandler | None = None, _obj_id: int | None = None) -> str:
        """Return the preferences as a PDF dictionary."""
        return super().serialize(_security_handler, _obj_id).replace("<<", f"<</Direction {self._page_order}", 1)


class TaggedPdf(FPDF):
    """A document under construction. Everything has to be drawn within `tagged` or `artifact`."""

    @contextmanager
    def tagged(self, structure_type: StructureType, text: str) -> Generator[None]:
        """Tag what is drawn as the next part of the document, with an alternative text for screen readers."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{structure_type}", mcid=mcid, alt_text=text)
        self._out(f"/{structure_type} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def artifact(self) -> Generator[None]:
        """Mark what is drawn as decoration, which screen readers skip."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")
