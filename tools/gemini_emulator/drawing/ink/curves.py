"""Shapes as lists of points: smooth curves, rounded boxes, ellipses, and brush strokes of changing width."""

import math
from collections.abc import Sequence

from tools.gemini_emulator.drawing.ink.canvas import Point

STEPS = 7


def smooth_closed(points: Sequence[Point], steps: int = STEPS) -> list[Point]:
    """Return a closed curve through the points (Catmull-Rom)."""
    count = len(points)
    return [
        _between(points[i - 1], points[i], points[(i + 1) % count], points[(i + 2) % count], step / steps)
        for i in range(count)
        for step in range(steps)
    ]


def smooth(points: Sequence[Point], steps: int = STEPS) -> list[Point]:
    """Return an open curve through the points."""
    if len(points) < 3:  # noqa: PLR2004 - nothing to bend
        return list(points)
    padded = [points[0], *points, points[-1]]
    curve = [
        _between(padded[i - 1], padded[i], padded[i + 1], padded[i + 2], step / steps)
        for i in range(1, len(padded) - 2)
        for step in range(steps)
    ]
    return [*curve, points[-1]]


def _between(before: Point, start: Point, end: Point, after: Point, t: float) -> Point:
    return (
        _catmull_rom(before[0], start[0], end[0], after[0], t),
        _catmull_rom(before[1], start[1], end[1], after[1], t),
    )


def _catmull_rom(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    return 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t * t * t
    )


def ellipse(
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360, steps: int = 28
) -> list[Point]:
    """Return points on an ellipse from one angle to another (degrees, clockwise from the right)."""
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + (end - start != 360)))  # noqa: PLR2004
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def rounded_box(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """Return a rectangle with round corners."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return [point for x, y, angle in corners for point in ellipse(x, y, radius, radius, angle, angle + 90, 6)]


def brush(points: Sequence[Point], width: float, start: float = 0.0, end: float = 0.0) -> list[Point]:
    """Return the outline of an inked stroke: full width in its middle, `start` and `end` as parts of it at its ends."""
    curve = smooth(points)
    last = len(curve) - 1
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(curve):
        before, after = curve[max(0, index - 1)], curve[min(last, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        t = index / last if last else 0.0
        swell = math.sin(math.pi * t)
        half = width / 2 * max(swell, start * (1 - t), end * t)
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return left + right[::-1]


def wavy(start: Point, end: Point, bumps: int, height: float) -> list[Point]:
    """Return points from start to end that bulge out to the left side, as a cloud's or a curl's edge does."""
    dx, dy = (end[0] - start[0]) / bumps, (end[1] - start[1]) / bumps
    length = math.hypot(dx, dy) or 1.0
    nx, ny = dy / length * height, -dx / length * height
    points: list[Point] = []
    for bump in range(bumps):
        for step in range(5):
            t = step / 5
            lift = math.sin(math.pi * t)
            points.append((start[0] + dx * (bump + t) + nx * lift, start[1] + dy * (bump + t) + ny * lift))
    return [*points, end]
