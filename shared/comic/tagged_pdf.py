"""A PDF document whose parts are marked with what they are (ISO 32000-1, 14.7 and 14.8).

fpdf2 tags figures with alternative texts; that headings and paragraphs are tagged too, and that decoration is marked
as such, is added here on the same means.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from fpdf import FPDF

type StructureType = Literal["H1", "P", "Figure"]


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
