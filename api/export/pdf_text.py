"""One line of text in a PDF: as text, or as an image if its script needs shaping."""

import io
from functools import partial

from fpdf import FPDF

from api.export.comic.layout import Box
from api.export.comic.lettering import text_image
from api.export.comic.pixels import encoded
from api.export.comic.typefaces import Run, fit_line, set_text

_POINTS_A_MM = 72 / 25.4
_TEXT_IMAGE_PX = 96


def write_line(pdf: FPDF, text: str, room: Box, height_mm: float) -> None:
    """Write one line into the middle of the box, as far as its letters can be drawn."""
    runs = set_text(text)
    if not all(run.typeface.is_simple for run in runs):
        _draw_text(pdf, text, room, height_mm)
    elif runs:
        _write_text(pdf, text, room, height_mm * _POINTS_A_MM)


def _write_text(pdf: FPDF, text: str, room: Box, points: float) -> None:
    runs, points = fit_line(text, room.width, points, set_text, partial(_width, pdf))
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
