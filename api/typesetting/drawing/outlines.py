"""The shapes of balloons and captions as polygons, in the unit of the room that the picture fills. Pure."""

import math
from typing import NamedTuple

from api.typesetting.balloons import STROKE, Box, Point, edge_point, tail_points
from shared.models.lettering import SetText

_ROUND_STEPS = 96
_TAIL_STEPS = 10
_BEND = 0.5
"""How far one side of a tail is bent towards the other: a straight one would look like a compass needle."""
_SMALLEST_SIDE = 1e-6


class Room(NamedTuple):
    """The rectangle that a picture fills: in pixels of an image, or in the unit of a document; y is down."""

    x: float
    y: float
    width: float
    height: float

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the picture is, given as fractions of its width and height."""
        return Point(self.x + x * self.width, self.y + y * self.height)


class Outline(NamedTuple):
    """A closed polygon to be filled with paper, and the width of the line of ink whose middle it is."""

    points: tuple[Point, ...]
    stroke: float


def outline_of(text: SetText, room: Room) -> Outline | None:
    """Return the outline of a balloon or caption; None for an effect, which has none."""
    if text.kind == "effect":
        return None
    em = text.font_size * room.width
    stroke = STROKE * em
    box = _inside(text, room, stroke / 2)
    if text.kind == "narration":
        return Outline(_corners(box), stroke)
    tip = None if text.tail is None else room.at(*text.tail)
    return Outline(_balloon(box) if tip is None else _with_tail(box, tip, em), stroke)


def _inside(text: SetText, room: Room, inset: float) -> Box:
    left, top = room.at(text.place.x, text.place.y)
    width = max(text.place.width * room.width - 2 * inset, _SMALLEST_SIDE)
    height = max(text.place.height * room.height - 2 * inset, _SMALLEST_SIDE)
    return Box(left + inset, top + inset, width, height)


def _corners(box: Box) -> tuple[Point, ...]:
    right, bottom = box.x + box.width, box.y + box.height
    return Point(box.x, box.y), Point(right, box.y), Point(right, bottom), Point(box.x, bottom)


def _balloon(box: Box, start: float = 0.0, end: float = math.tau) -> tuple[Point, ...]:
    """Return the edge from one direction to another, as seen from the middle of the balloon if that were square."""
    angles = (start + (end - start) * step / _ROUND_STEPS for step in range(_ROUND_STEPS + 1))
    return tuple(
        edge_point(box, math.atan2(box.height * math.sin(angle), box.width * math.cos(angle))) for angle in angles
    )


def _with_tail(box: Box, tip: Point, em: float) -> tuple[Point, ...]:
    """Return the outline of a balloon that points to the tip."""
    middle = box.middle
    edge = edge_point(box, math.atan2(tip.y - middle.y, tip.x - middle.x))
    if math.dist(middle, tip) <= math.dist(middle, edge):
        return _balloon(box)
    first, _, last = tail_points(box, tip, em)
    start, end = (
        math.atan2((point.y - middle.y) / box.height, (point.x - middle.x) / box.width) for point in (last, first)
    )
    return (*_balloon(box, start, end if end > start else end + math.tau), *_tail(first, tip, last))


def _tail(first: Point, tip: Point, last: Point) -> tuple[Point, ...]:
    """Return the sides of a tail between two points of the edge; it is bent, but stays within its triangle."""
    out, back = _between(first, tip), _between(last, tip)
    if tip.x >= (first.x + last.x) / 2:
        out = _between(out, back, _BEND)
    else:
        back = _between(back, out, _BEND)
    return (*_curve(first, out, tip), *_curve(tip, back, last)[:-1])


def _curve(start: Point, control: Point, end: Point) -> tuple[Point, ...]:
    """Return the points of a quadratic curve after its start."""
    shares = (step / _TAIL_STEPS for step in range(1, _TAIL_STEPS + 1))
    return tuple(_between(_between(start, control, share), _between(control, end, share), share) for share in shares)


def _between(start: Point, end: Point, share: float = 0.5) -> Point:
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
