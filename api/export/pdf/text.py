"""One line of text in a PDF: as text, or as an image if its script needs shaping."""

import io
from collections.abc import Callable
from functools import partial

from fpdf import FPDF

from api.export.comic.layout import Box
from api.export.comic.lettering import text_image
from api.export.comic.pixels import encoded
from api.export.comic.typefaces import Run, fit_line, set_text, set_title

_POINTS_A_MM = 72 / 25.4
_TEXT_IMAGE_PX = 96


def write_line(pdf: FPDF, text: str, room: Box, height_mm: float, *, is_title: bool = False) -> None:
    """Write one line into the middle of the box, as far as its letters can be drawn."""
    set_line = set_title if is_title else set_text
    if not is_text(text):
        _draw_text(pdf, text, room, height_mm)
    elif set_line(text):
        _write_text(pdf, text, room, height_mm * _POINTS_A_MM, set_line)


def is_text(text: str) -> bool:
    """Tell whether the line is written as text: its letters need no shaping."""
    return all(run.typeface.is_simple for run in set_text(text))


def _write_text(pdf: FPDF, text: str, room: Box, points: float, set_line: Callable[[str], tuple[Run, ...]]) -> None:
    runs, points = fit_line(text, room.width, points, set_line, partial(_width, pdf))
    pdf.set_xy(room.x + (room.width - _width(pdf, runs, points)) / 2, room.y)
    for run in runs:
        _use(pdf, run, points)
        pdf.cell(pdf.get_string_width(run.text), room.height, run.text)


def _width(pdf: FPDF, runs: tuple[Run, ...], points: float) -> float:
    width = 0.0
    for run in runs:
        _use(pdf, run, points)
        width += pdf.get_string_width(run.text)
    return width


def _use(pdf: FPDF, run: Run, points: float) -> None:
    family = run.typeface.name.lower()
    if family not in pdf.fonts:
        pdf.add_font(family, fname=run.typeface.path)
    pdf.set_font(family, size=points)


def _draw_text(pdf: FPDF, text: str, room: Box, height_mm: float) -> None:
    image = text_image(text, _TEXT_IMAGE_PX)
    if image is None:
        return
    scale = min(height_mm / _TEXT_IMAGE_PX, room.width / image.width, room.height / image.height)
    width, height = image.width * scale, image.height * scale
    x, y = room.x + (room.width - width) / 2, room.y + (room.height - height) / 2
    pdf.image(io.BytesIO(encoded(image, "PNG")), x, y, width, height)
