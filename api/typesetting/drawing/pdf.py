"""Lettering as vectors of a PDF page: sharp at any size, and found by a search where its letters need no shaping."""

from collections.abc import Iterable

from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.enums import PathPaintRule, StrokeJoinStyle, TextMode

from api.typesetting.drawing.letters import HALO, Letter, is_bold, letters_of
from api.typesetting.drawing.outlines import Outline, Room, outline_of
from api.typesetting.fonts.harfbuzz import Point, Transform
from api.typesetting.fonts.typefaces import Run
from api.typesetting.shaping import baseline, measure, simple_runs
from shared.models.lettering import PanelLettering, SetLine, SetText

_INK = "#000000"
_PAPER = "#ffffff"
_QUARTER_CLOCKWISE = -90
_WHOLE = 100.0


def draw_text(pdf: FPDF, box: tuple[float, float, float, float], lettering: PanelLettering, text: SetText) -> None:
    """Draw a text of a panel whose picture fills the box (x, y, width, height), in the unit of the document."""
    room = Room(*box)
    outline = outline_of(text, room)
    letters = list(letters_of(text, lettering, room))
    with pdf.drawing_context() as context:
        if outline is not None:
            context.add_item(_balloon(outline), clone=False)
        elif letters:
            halo = 2 * HALO * text.font_size * room.width
            context.add_item(_letters(letters, PathPaintRule.STROKE, halo, _PAPER), clone=False)
        context.add_item(_letters(letters, PathPaintRule.FILL_NONZERO, 0.0, _INK), clone=False)
    for line in text.lines:
        _write_invisibly(pdf, room, lettering, text, line)


def _balloon(outline: Outline) -> PaintedPath:
    path = _path(PathPaintRule.STROKE_FILL_NONZERO, outline.stroke, _INK)
    path.style.fill_color = _PAPER
    path.move_to(*outline.points[0])
    for point in outline.points[1:]:
        path.line_to(*point)
    path.close()
    return path


def _path(rule: PathPaintRule, stroke: float, colour: str) -> PaintedPath:
    path = PaintedPath()
    path.style.paint_rule = rule
    path.style.stroke_width = stroke
    path.style.stroke_color = colour
    path.style.stroke_join_style = StrokeJoinStyle.ROUND
    return path


def _letters(letters: Iterable[Letter], rule: PathPaintRule, stroke: float, colour: str) -> PaintedPath:
    path = _path(rule, stroke, colour)
    path.style.fill_color = colour
    for letter in letters:
        letter.font.outline(letter.glyph, _Pen(path, letter.transform, letter.font.units))
    return path


class _Pen:
    """Adds outlines, in font units with y upwards, to a path; the names are those of fontTools."""

    def __init__(self, path: PaintedPath, transform: Transform, units: int) -> None:
        self._path = path
        self._transform = transform
        self._units = units

    def moveTo(self, point: Point) -> None:  # noqa: N802
        self._path.move_to(*self._moved(point))

    def lineTo(self, point: Point) -> None:  # noqa: N802
        self._path.line_to(*self._moved(point))

    def qCurveTo(self, *points: Point) -> None:  # noqa: N802
        control, end = points
        self._path.quadratic_curve_to(*self._moved(control), *self._moved(end))

    def curveTo(self, *points: Point) -> None:  # noqa: N802
        first, second, end = points
        self._path.curve_to(*self._moved(first), *self._moved(second), *self._moved(end))

    def closePath(self) -> None:  # noqa: N802
        self._path.close()

    def _moved(self, point: Point) -> Point:
        xx, yx, xy, yy, x, y = self._transform
        across, down = point[0] / self._units, -point[1] / self._units
        return xx * across + xy * down + x, yx * across + yy * down + y


def _write_invisibly(pdf: FPDF, room: Room, lettering: PanelLettering, text: SetText, line: SetLine) -> None:
    """Write a line under its letters, for searches and for copying. A column is written as a row that is turned."""
    runs = simple_runs(line.text, lettering.language)
    em = text.font_size * room.width
    length = measure(line.text, lettering.language, em, is_vertical=lettering.is_vertical, is_bold=is_bold(text))
    if not runs or not length:
        return
    x, y = room.at(line.x, line.y)
    start = x - length / 2, y + baseline(line.text, lettering.language) * em
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        if lettering.is_vertical:
            with pdf.rotation(_QUARTER_CLOCKWISE, x, y):
                _write(pdf, runs, em, start, length)
        else:
            _write(pdf, runs, em, start, length)


def _write(pdf: FPDF, runs: tuple[Run, ...], em: float, start: Point, length: float) -> None:
    widths: list[float] = []
    for run in runs:
        _use(pdf, run, em)
        widths.append(pdf.get_string_width(run.text))
    pdf.set_stretching(_WHOLE * length / sum(widths))
    x = start[0]
    for run, width in zip(runs, widths, strict=True):
        _use(pdf, run, em)
        pdf.text(x, start[1], run.text)
        x += width * length / sum(widths)
    pdf.set_stretching(_WHOLE)


def _use(pdf: FPDF, run: Run, em: float) -> None:
    family = run.typeface.name.lower()
    if family not in pdf.fonts:
        pdf.add_font(family, fname=run.typeface.path)
    pdf.set_font(family, size=em * pdf.k)
