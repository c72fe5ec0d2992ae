"""Sketches: small drawings written as text, one stroke per line.

A line is `[both] verb colour [@weight] numbers`:

    both   draws the stroke a second time, mirrored at x = 0
    verb   fill, shape (with outline), blob (a smooth shape), soft (a smooth fill), line, curve, stroke (of a brush)
           and limb (`@` is its width) take points; oval, dot (without outline) and dome (the upper half) take a centre
           and two radii; box takes two corners
    colour see `spelled_colour`
    @      the weight of the line, 1 for an ordinary one

Points between `(` and `)` are joined by a smooth curve.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import Colour, spelled_colour
from tools.gemini_emulator.drawing.ink.curves import ellipse, rounded_box, smooth, smooth_closed
from tools.gemini_emulator.drawing.ink.pen import Pen

# How far a point at the front of a head moves when the head turns, and the radius beyond which nothing moves.
TURN_REACH, TURN_RADIUS = 0.13, 0.52


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of a sketch; each run of points is straight or smooth."""

    verb: str
    colour: str
    weight: float
    runs: tuple[tuple[bool, tuple[Point, ...]], ...]
    has_mirror: bool


type Sketch = tuple[Stroke, ...]
type Palette = Mapping[str, Colour]


def load_lines(file: Path) -> dict[str, list[str]]:
    """Return the lines of a file by name: what follows `name:`, in the same line or indented below."""
    table: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" ") and line:
            name, _, line = line.partition(":")  # noqa: PLW2901 - the rest of the line
            lines = table[name] = []
        if line.strip():
            lines.append(line)
    return table


def load_sketches(file: Path) -> dict[str, Sketch]:
    return {name: tuple(map(_stroke, lines)) for name, lines in load_lines(file).items()}


def draw_sketch(pen: Pen, sketch: Sketch, palette: Palette, turn: float = 0.0) -> None:
    """Draw a sketch. With a turn, it lies on a head that looks to the side: 0 to the reader, 1 far to the right."""
    for stroke in sketch:
        colour = spelled_colour(stroke.colour, palette)
        for side in (1, -1) if stroke.has_mirror else (1,):
            _VERBS[stroke.verb](pen, _points(stroke, side, turn), colour, stroke.weight)


def turned(point: Point, turn: float) -> Point:
    """Return where a point on a head is when the head turns: the front moves most, the outline stays."""
    x, y = point
    depth = math.sqrt(max(0.0, 1 - (x * x + y * y) / TURN_RADIUS**2))
    return x + turn * TURN_REACH * depth, y


def _stroke(line: str) -> Stroke:
    words = line.split()
    has_mirror = words[0] == "both"
    verb, colour, *rest = words[1:] if has_mirror else words
    weight = float(rest.pop(0)[1:]) if rest[0].startswith("@") else 1.0
    runs: list[tuple[bool, tuple[Point, ...]]] = []
    for index, run in enumerate(" ".join(rest).replace(")", "(").split("(")):
        numbers = [float(number) for number in run.split()]
        if numbers:
            runs.append((index % 2 == 1, tuple(zip(numbers[::2], numbers[1::2], strict=True))))
    return Stroke(verb, colour, weight, tuple(runs), has_mirror)


def _points(stroke: Stroke, side: int, turn: float) -> list[Point]:
    points: list[Point] = []
    for is_smooth, run in stroke.runs:
        placed = [(side * x, y) for x, y in run]
        if turn and stroke.verb in {"oval", "dot", "dome"}:
            placed[0] = turned(placed[0], turn)
        elif turn:
            placed = [turned(point, turn) for point in placed]
        points += smooth(placed) if is_smooth else placed
    return points


def _box(points: list[Point]) -> list[Point]:
    (left, top), (right, bottom) = points
    return rounded_box(min(left, right), top, max(left, right), bottom, 0.12 * min(abs(right - left), bottom - top))


_VERBS: dict[str, Callable[[Pen, list[Point], Colour, float], None]] = {
    "fill": lambda pen, points, colour, _: pen.fill(points, colour),
    "soft": lambda pen, points, colour, _: pen.fill(smooth_closed(points), colour),
    "shape": lambda pen, points, colour, weight: pen.shape(points, colour, weight),
    "blob": lambda pen, points, colour, weight: pen.blob(points, colour, weight),
    "line": lambda pen, points, colour, weight: pen.line(points, weight, colour),
    "curve": lambda pen, points, colour, weight: pen.curve(points, weight, colour),
    "stroke": lambda pen, points, colour, weight: pen.stroke(points, weight, colour, 0.4, 0.4),
    "limb": lambda pen, points, colour, width: pen.limb(smooth(points), width, colour),
    "oval": lambda pen, points, colour, weight: pen.shape(ellipse(*points[0], *points[1]), colour, weight),
    "dot": lambda pen, points, colour, _: pen.fill(ellipse(*points[0], *points[1]), colour),
    "dome": lambda pen, points, colour, weight: pen.shape(ellipse(*points[0], *points[1], 180, 360), colour, weight),
    "box": lambda pen, points, colour, weight: pen.shape(_box(points), colour, weight),
}
