"""The shapes of balloons and captions as polygons, in the unit of the room that the picture fills."""

import math
from typing import NamedTuple

from shared.models.lettering import Place, SetText

CORNER = 0.4
STROKE = 0.08
_TAIL_HALF_WIDTH = 0.4
_ROUND_STEPS = 96
_TAIL_STEPS = 10
_HOOK = 0.62
"""How far one side of a tail is bent towards the other: a straight one would look like a compass needle."""

type Point = tuple[float, float]


class Room(NamedTuple):
    """The rectangle that a picture fills: in pixels of an image, or in the unit of a document; y is down."""

    x: float
    y: float
    width: float
    height: float

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the picture is, given as fractions of its width and height."""
        return self.x + x * self.width, self.y + y * self.height


class Outline(NamedTuple):
    """A closed polygon to be filled with paper, and the width of the line of ink whose middle it is."""

    points: tuple[Point, ...]
    stroke: float


class _Ellipse(NamedTuple):
    """A balloon without its tail: its middle and half its sides."""

    x: float
    y: float
    a: float
    b: float

    def edge(self, dx: float, dy: float) -> Point:
        """Return where a ray from the middle leaves the balloon."""
        u, v = abs(dx) / self.a, abs(dy) / self.b
        straight = 1 - 2 * CORNER
        if v <= straight * u:
            t = 1 / u
        elif u <= straight * v:
            t = 1 / v
        else:
            # Where the ray meets the ellipse of the corner.
            ahead, square = straight * (u + v), u * u + v * v
            t = (ahead + math.sqrt(ahead**2 - square * (2 * straight**2 - (2 * CORNER) ** 2))) / square
        return self.x + t * dx, self.y + t * dy


def outline_of(text: SetText, room: Room) -> Outline | None:
    """Return the outline of a balloon or caption; None for an effect, which has none."""
    em = text.font_size * room.width
    stroke = STROKE * em
    if text.kind == "effect":
        return None
    if text.kind == "narration":
        return Outline(_rectangle(text.place, room, stroke / 2), stroke)
    left, top = room.at(text.place.x, text.place.y)
    a, b = text.place.width * room.width / 2, text.place.height * room.height / 2
    shape = _Ellipse(left + a, top + b, max(a - stroke / 2, stroke), max(b - stroke / 2, stroke))
    if text.tail is None:
        return Outline(_around(shape, 0.0, math.tau), stroke)
    return Outline(_with_tail(shape, room.at(*text.tail), em), stroke)


def _rectangle(place: Place, room: Room, inset: float) -> tuple[Point, ...]:
    left, top = room.at(place.x, place.y)
    right, bottom = room.at(place.x + place.width, place.y + place.height)
    left, top, right, bottom = left + inset, top + inset, right - inset, bottom - inset
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _around(shape: _Ellipse, start: float, end: float) -> tuple[Point, ...]:
    """Return the balloon's edge from one angle to another; angles are those of a balloon made square."""
    angles = (start + (end - start) * step / _ROUND_STEPS for step in range(_ROUND_STEPS + 1))
    return tuple(shape.edge(shape.a * math.cos(angle), shape.b * math.sin(angle)) for angle in angles)


def _with_tail(shape: _Ellipse, tip: Point, em: float) -> tuple[Point, ...]:
    """Return the outline of a balloon that points to the tip."""
    dx, dy = tip[0] - shape.x, tip[1] - shape.y
    foot = shape.edge(dx, dy) if dx or dy else tip
    distance = math.hypot(foot[0] - shape.x, foot[1] - shape.y)
    if math.hypot(dx, dy) <= distance:
        return _around(shape, 0.0, math.tau)
    turn = math.atan2(_TAIL_HALF_WIDTH * em, distance)
    towards = math.atan2(dy, dx)
    before, after = (
        math.atan2(math.sin(towards + side) / shape.b, math.cos(towards + side) / shape.a) for side in (-turn, turn)
    )
    edge = _around(shape, after, before + math.tau if before < after else before)
    return (*edge, *_tail(edge[-1], tip, edge[0]))


def _tail(start: Point, tip: Point, end: Point) -> tuple[Point, ...]:
    """Return the sides of a tail between two points of the edge; it is bent, but stays within its triangle."""
    is_bent_clockwise = tip[0] >= (start[0] + end[0]) / 2
    towards_end, towards_start = (_HOOK, 0.0) if is_bent_clockwise else (0.0, _HOOK)
    there = _curve(start, _between(_between(start, tip), _between(end, tip), towards_end), tip)
    back = _curve(tip, _between(_between(end, tip), _between(start, tip), towards_start), end)
    return (*there, *back[:-1])


def _curve(start: Point, control: Point, end: Point) -> tuple[Point, ...]:
    """Return the points of a quadratic curve after its start."""
    shares = (step / _TAIL_STEPS for step in range(1, _TAIL_STEPS + 1))
    return tuple(_between(_between(start, control, share), _between(control, end, share), share) for share in shares)


def _between(start: Point, end: Point, share: float = 0.5) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
