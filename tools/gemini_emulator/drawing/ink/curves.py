"""Shapes as lists of points: smooth curves, rounded boxes, ellipses, and brush strokes of changing width."""

import math
from collections.abc import Sequence

from tools.gemini_emulator.drawing.ink.canvas import Point

STEPS = 7


def smooth_closed(points: Sequence[Point], steps: int = STEPS) -> list[Point]:
    return _catmull_rom([points[-1], *points, *points[:2]], steps)


def smooth(points: Sequence[Point], steps: int = STEPS) -> list[Point]:
    return [*_catmull_rom([points[0], *points, points[-1]], steps), points[-1]]


def _catmull_rom(points: Sequence[Point], steps: int) -> list[Point]:
    """Return a curve through all points but the first and the last."""
    factors = [
        (2 * t**2 - t - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
        for t in (step / steps for step in range(steps))
    ]
    fours = zip(points, points[1:], points[2:], points[3:], strict=False)
    return [(_mixed(four, part, 0), _mixed(four, part, 1)) for four in fours for part in factors]


def _mixed(points: Sequence[Point], factors: Sequence[float], axis: int) -> float:
    return sum(factor * point[axis] for factor, point in zip(factors, points, strict=True)) / 2


def ellipse(
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360, steps: int = 28
) -> list[Point]:
    """Return points on an ellipse from one angle to another (degrees, clockwise from the right)."""
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def rounded_box(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return [point for x, y, angle in corners for point in ellipse(x, y, radius, radius, angle, angle + 90, 6)]


def brush(points: Sequence[Point], width: float, start: float = 0.0, end: float = 0.0) -> list[Point]:
    """Return the outline of a brush stroke: full width in its middle, `start` and `end` as parts of it at its ends."""
    curve = smooth(points)
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(curve):
        before, after = curve[max(0, index - 1)], curve[min(len(curve) - 1, index + 1)]
        length = math.dist(before, after) or 1.0
        t = index / (len(curve) - 1)
        half = width / 2 * max(math.sin(math.pi * t), start * (1 - t), end * t)
        dx, dy = (after[0] - before[0]) / length * half, (after[1] - before[1]) / length * half
        left.append((x - dy, y + dx))
        right.append((x + dy, y - dx))
    return left + right[::-1]
