"""`comic.pdf`: the panels on comic pages under a title, and the cast on pages of its own at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

from fpdf import FPDF
from PIL import Image

from client.comic_folder import ComicFolder
from client.comic_layout import Box, Sheet, lay_out
from client.pdf_text import write_line
from client.safe_text import one_line
from shared.models.story import Style

MISSING_ASPECT = 4 / 3
"""Of the frame that stands for a panel that has no image."""

_CAST_A_PAGE = 4
_CAPTION_HEIGHT = 9.0
_FRAME_WIDTH = 0.4


@dataclass(frozen=True)
class Portrait:
    """A character's name and the image of its sheet."""

    name: str
    image: Path


def write_comic(folder: ComicFolder, style: Style) -> Path:
    """Write `comic.pdf` into the folder from what was received, and return its path."""
    planned = len(folder.breakdown.panels) if folder.breakdown else 0
    count = max([planned, *(index + 1 for index in folder.panels)])
    names = [character.name for character in folder.analysis.characters] if folder.analysis else []
    cast = [
        Portrait(names[index] if index < len(names) else f"Character {index + 1}", path)
        for index, path in sorted(folder.characters.items())
    ]
    content = render_comic(
        folder.analysis.title if folder.analysis else "Untitled",
        [folder.panels.get(index) for index in range(count)],
        cast,
        right_to_left=style == "manga",
    )
    return folder.write("comic.pdf", content)


def render_comic(
    title: str,
    panels: Sequence[Path | None],
    cast: Sequence[Portrait],
    *,
    right_to_left: bool,
    sheet: Sheet | None = None,
) -> bytes:
    """Return the PDF's bytes; None stands for a panel without an image."""
    sheet = sheet or Sheet()
    pdf = FPDF(unit="mm", format=(sheet.width, sheet.height))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(one_line(title))
    pdf.set_creator("story-to-manga")
    pdf.set_line_width(_FRAME_WIDTH)
    _draw_panels(pdf, title, panels, sheet, right_to_left=right_to_left)
    for portraits in batched(cast, _CAST_A_PAGE, strict=False):
        _draw_cast_page(pdf, portraits, sheet)
    return bytes(pdf.output())


def _draw_panels(pdf: FPDF, title: str, panels: Sequence[Path | None], sheet: Sheet, *, right_to_left: bool) -> None:
    aspects = [_aspect(path) if path else MISSING_ASPECT for path in panels]
    for number, page in enumerate(lay_out(aspects, sheet, right_to_left=right_to_left)):
        _start_page(pdf, sheet)
        if number == 0:
            _draw_title(pdf, title, sheet)
        for placed in page:
            path = panels[placed.index]
            if path is None:
                write_line(pdf, f"Panel {placed.index + 1} is missing", placed.box, points=11)
            else:
                pdf.image(path, *placed.box, alt_text=f"Panel {placed.index + 1}")
            pdf.rect(*placed.box)


def _start_page(pdf: FPDF, sheet: Sheet) -> None:
    pdf.add_page()
    footer = Box(sheet.margin, sheet.height - sheet.margin - 2, sheet.width - 2 * sheet.margin, 6)
    write_line(pdf, str(pdf.page_no()), footer, points=9)


def _draw_title(pdf: FPDF, title: str, sheet: Sheet) -> None:
    width = sheet.width - 2 * sheet.margin
    write_line(pdf, title, Box(sheet.margin, sheet.margin, width, sheet.title_height - 8), points=24, bold=True)
    y = sheet.margin + sheet.title_height - 6
    pdf.line(sheet.margin, y, sheet.margin + width, y)


def _draw_cast_page(pdf: FPDF, cast: Sequence[Portrait], sheet: Sheet) -> None:
    _start_page(pdf, sheet)
    _draw_title(pdf, "Cast", sheet)
    content = sheet.content(0)
    columns = 1 if len(cast) == 1 else 2
    rows = -(-len(cast) // columns)
    cell_width = (content.width - sheet.gutter * (columns - 1)) / columns
    cell_height = (content.height - sheet.gutter * (rows - 1)) / rows
    for place, portrait in enumerate(cast):
        row, column = divmod(place, columns)
        x = content.x + column * (cell_width + sheet.gutter)
        y = content.y + row * (cell_height + sheet.gutter)
        box = fit(_aspect(portrait.image), Box(x, y, cell_width, cell_height - _CAPTION_HEIGHT))
        pdf.image(portrait.image, *box, alt_text=one_line(portrait.name))
        pdf.rect(*box)
        write_line(pdf, portrait.name, Box(x, box.y + box.height, cell_width, _CAPTION_HEIGHT), points=12)


def fit(aspect: float, room: Box) -> Box:
    """Return the largest box of that aspect in the middle of the room."""
    width = min(room.width, room.height * aspect)
    height = width / aspect
    return Box(room.x + (room.width - width) / 2, room.y + (room.height - height) / 2, width, height)


def _aspect(path: Path) -> float:
    with Image.open(path) as image:
        return image.width / image.height
