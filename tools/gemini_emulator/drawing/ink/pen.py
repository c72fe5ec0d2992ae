"""A pen draws on a canvas in its own coordinates: moved, scaled, mirrored and turned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.gemini_emulator.drawing.ink.canvas import Canvas, Point
from tools.gemini_emulator.drawing.ink.colours import INK, Colour
from tools.gemini_emulator.drawing.ink.curves import brush, ellipse, smooth, smooth_closed


@dataclass(frozen=True, slots=True)
class Pen:
    """The pen's (0, 0) on the canvas, its pixels per unit, whether it is mirrored, and its turn (degrees clockwise).

    `line_px` is the width of an ordinary ink line, in pixels.
    """

    canvas: Canvas
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    flip: bool = False
    turn: float = 0.0
    line_px: float = 2.0

    def at(self, x: float, y: float, scale: float = 1.0, *, flip: bool = False, turn: float = 0.0) -> "Pen":
        px, py = self.place((x, y))
        turn = self.turn + (-turn if self.flip else turn)
        return replace(self, x=px, y=py, scale=self.scale * scale, flip=self.flip != flip, turn=turn)

    def place(self, point: Point) -> Point:
        x, y = point[0] * self.scale, point[1] * self.scale
        if self.flip:
            x = -x
        if self.turn:
            angle = math.radians(self.turn)
            x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        return self.x + x, self.y + y

    def places(self, points: Sequence[Point]) -> list[Point]:
        return [self.place(point) for point in points]

    def fill(self, points: Sequence[Point], colour: Colour) -> None:
        self.canvas.polygon(self.places(points), colour)

    def shape(self, points: Sequence[Point], colour: Colour, weight: float = 1.0, outline: Colour = INK) -> None:
        """Fill a polygon and draw its outline; `weight` 1 is an ordinary line."""
        placed = self.places(points)
        self.canvas.polygon(placed, colour)
        if weight:
            self.canvas.line([*placed, placed[0]], outline, self.line_px * weight)

    def blob(self, points: Sequence[Point], colour: Colour, weight: float = 1.0) -> None:
        """Fill and outline a smooth closed curve through the points."""
        self.shape(smooth_closed(points), colour, weight)

    def line(self, points: Sequence[Point], weight: float = 1.0, colour: Colour = INK) -> None:
        self.canvas.line(self.places(points), colour, self.line_px * weight)

    def curve(self, points: Sequence[Point], weight: float = 1.0, colour: Colour = INK) -> None:
        """Draw a smooth line of even width through the points."""
        self.line(smooth(points), weight, colour)

    def stroke(
        self, points: Sequence[Point], weight: float = 2.0, colour: Colour = INK, start: float = 0.0, end: float = 0.0
    ) -> None:
        """Draw a brush stroke, thinner at its ends."""
        self.canvas.polygon(brush(self.places(points), self.line_px * weight, start, end), colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour, weight: float = 1.0) -> None:
        self.shape(ellipse(x, y, rx, ry), colour, weight)

    def limb(self, points: Sequence[Point], width: float, colour: Colour, weight: float = 1.0) -> None:
        """Draw a bent limb of a given width, in the pen's units, with round joints and one outline."""
        placed = self.places(points)
        thickness = width * self.scale
        self.canvas.line(placed, INK, thickness + 2 * self.line_px * weight)
        self.canvas.line(placed, colour, thickness)
