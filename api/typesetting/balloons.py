"""The shapes of balloons, captions and effects, which all outputs share: docs/lettering.md shows them. Pure.

Lengths here are in widths of the picture, so that those across and those down compare. `em` is a font size.
"""

from collections.abc import Sequence
from math import atan2, cos, hypot, inf, sin, sqrt
from typing import NamedTuple

from shared.models.lettering import LetteredKind, Place

CORNER = 0.4
"""A balloon's corners are quarters of an ellipse; their radii are this share of its width and of its height."""
STROKE = 0.08
"""The outline of balloons and captions, inside their box, in font sizes."""
INSET: dict[LetteredKind, float] = {"dialogue": 0.3, "narration": 0.45, "effect": 0.15}
"""How far lines stay away from the edge, in font sizes."""
TAIL_BASE = 0.8
"""The width of a tail where it leaves its balloon, in font sizes."""
_FLAT = 1 - 2 * CORNER
"""Where a corner begins, between the middle of a side (0) and its end (1)."""
_ROUNDING = 1e-9
_ROOMS = (1.08, 1.2, 1.35, 1.6)
"""Heights of a balloon's inside that are tried, in heights of its lines."""


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)


class Lines(NamedTuple):
    """Lines in font sizes: their lengths, their height, and whether they all begin at the same edge or are centred.

    Columns are lines, too: `height` is their width.
    """

    lengths: Sequence[float]
    height: float
    is_centred: bool

    @property
    def length(self) -> float:
        return max(self.lengths, default=0.0)

    @property
    def across(self) -> float:
        """Their extent across the direction of writing."""
        return len(self.lengths) * self.height

    def shift(self, number: int) -> float:
        """Return how far from the middle, across the direction of writing, the middle of a line is."""
        return (number - (len(self.lengths) - 1) / 2) * self.height


def box_of(place: Place, aspect: float) -> Box:
    """Return a place in widths of the picture."""
    return Box(place.x, place.y / aspect, place.width, place.height / aspect)


def room_at(kind: LetteredKind, across: float) -> float:
    """Return how much of the inside is there at a distance from its middle, both as shares of a half side."""
    if across > 1 + _ROUNDING:
        return 0.0
    if kind != "dialogue" or across <= _FLAT:
        return 1.0
    return _FLAT + 2 * CORNER * sqrt(1 - ((min(across, 1.0) - _FLAT) / (2 * CORNER)) ** 2)


def smallest_box(kind: LetteredKind, lines: Lines) -> tuple[float, float]:
    """Return the smallest box for lines, in font sizes: along and across the direction of writing."""
    rooms = _ROOMS if kind == "dialogue" else (1.0,)
    inset = 2 * INSET[kind]
    across_of = {room: lines.across * room for room in rooms}
    boxes = [(_needed(kind, lines, across) + inset, across + inset) for across in across_of.values()]
    return min(boxes, key=lambda box: box[0] * box[1])


def fits(kind: LetteredKind, lines: Lines, along: float, across: float) -> bool:
    """Tell whether lines fit into a box whose sides are in font sizes, along and across the direction of writing."""
    inside = across - 2 * INSET[kind]
    return _needed(kind, lines, inside) <= along - 2 * INSET[kind]


def tail_points(box: Box, tip: Point, em: float) -> tuple[Point, Point, Point]:
    """Return the corners of a balloon's tail: on its edge, the tip, and on its edge again.

    Together with the balloon's middle they are a polygon without gap to the balloon.
    """
    middle = box.middle
    direction = atan2(tip.y - middle.y, tip.x - middle.x)
    edge = edge_point(box, direction)
    half = atan2(TAIL_BASE / 2 * em, hypot(edge.x - middle.x, edge.y - middle.y))
    return edge_point(box, direction - half), tip, edge_point(box, direction + half)


def edge_point(box: Box, direction: float) -> Point:
    """Return where a ray from the middle of a balloon leaves it. The direction: radians, clockwise from the right."""
    x, y = cos(direction), sin(direction)
    across, down = abs(x) / (box.width / 2), abs(y) / (box.height / 2)
    if min(across, down) <= _FLAT * max(across, down):
        distance = 1 / max(across, down)
    else:
        # The ray meets the circle that the corner is when both half sides are 1.
        squared, both, radius = across**2 + down**2, _FLAT * (across + down), 2 * CORNER
        distance = (both + sqrt(both**2 - squared * (2 * _FLAT**2 - radius**2))) / squared
    return Point(box.middle.x + distance * x, box.middle.y + distance * y)


def _needed(kind: LetteredKind, lines: Lines, across: float) -> float:
    """Return how long the inside has to be for all corners of the lines to be in it, if it has an extent across."""
    longest = lines.length

    def needed(number: int, length: float) -> float:
        outer = abs(lines.shift(number)) + lines.height / 2
        room = room_at(kind, outer / (across / 2)) if across > 0 else 0.0
        return (length if lines.is_centred else longest) / room if room else inf

    return max((needed(number, length) for number, length in enumerate(lines.lengths)), default=0.0)
