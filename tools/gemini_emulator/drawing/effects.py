"""What lies over a scene: rain and snow, speed and focus lines, gloom and sparkles."""

import math
from typing import Literal

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import INK, NAMED, WHITE, Colour
from tools.gemini_emulator.drawing.curves import ellipse
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.story.lexicon.times import Weather
from tools.gemini_emulator.story.seeds import fraction

type Effect = Literal["speed", "focus", "gloom", "sparkle", "none"]


def draw_weather(pen: Pen, weather: Weather, width: float, height: float, seed: str, *, in_front: bool) -> None:  # noqa: C901 - one case a weather
    """Draw rain, snow, fog, wind or lightning, some of it behind and some before the figures."""
    key = f"{seed}{in_front}"
    match weather:
        case "rain" | "storm":
            for drop in range(46):
                x, y = width * (fraction(key, "x", drop) * 1.15 - 0.05), height * fraction(key, "y", drop)
                size = 16 + 22 * fraction(key, "size", drop)
                pen.stroke([(x, y), (x - size * 0.28, y + size)], 1.0, NAMED["silver"] if drop % 2 else INK)
            if weather == "storm" and not in_front:
                _draw_lightning(pen, width * (0.2 + 0.6 * fraction(seed, "bolt")), height * 0.42)
        case "snow":
            for flake in range(44):
                size = 1.8 + (4.2 if in_front else 2.4) * fraction(key, "size", flake)
                pen.oval(width * fraction(key, "x", flake), height * fraction(key, "y", flake), size, size, WHITE, 0.4)
        case "fog" if in_front:
            return
        case "fog":
            for band in range(4):
                y = height * (0.35 + 0.18 * band)
                pen.stroke(
                    [(-20, y), (width * 0.3, y - 12), (width * 0.7, y + 10), (width + 20, y)],
                    22,
                    NAMED["white"],
                )
        case "wind":
            for gust in range(5):
                x, y = width * fraction(key, "x", gust), height * fraction(key, "y", gust)
                pen.stroke([(x - 90, y), (x - 20, y - 8), (x + 40, y), (x + 80, y - 14), (x + 66, y - 26)], 1.6)
        case _:
            return


def draw_effect(
    pen: Pen, effect: Effect, width: float, height: float, middle: Point, seed: str, calm_radius: float
) -> None:
    """Draw the lines of an effect; `calm_radius` around the middle stays free."""
    match effect:
        case "focus":
            _draw_focus(pen, width, height, middle, seed, calm_radius)
        case "speed":
            _draw_speed(pen, width, height, middle, seed, calm_radius)
        case "gloom":
            for line in range(26):
                x = width * (line + 0.7 * fraction(seed, "gloom", line)) / 26
                pen.stroke([(x, -6), (x, height * (0.1 + 0.2 * fraction(seed, "long", line)))], 1.6, start=1)
        case "sparkle":
            for star in range(9):
                x, y = width * fraction(seed, "sx", star), height * 0.75 * fraction(seed, "sy", star)
                if math.hypot(x - middle[0], y - middle[1]) > calm_radius * 0.7:
                    _draw_sparkle(pen, x, y, 7 + 11 * fraction(seed, "ss", star))
        case "none":
            return


def _draw_focus(pen: Pen, width: float, height: float, middle: Point, seed: str, calm: float) -> None:
    far = math.hypot(width, height)
    for line in range(74):
        angle = 2 * math.pi * (line + 0.8 * fraction(seed, "angle", line)) / 74
        near = calm * (1.05 + 0.5 * fraction(seed, "near", line))
        weight = 2 + 5 * fraction(seed, "weight", line)
        _wedge(pen, middle, angle, near, far, weight)


def _wedge(pen: Pen, middle: Point, angle: float, near: float, far: float, weight: float) -> None:
    """A line that widens outwards."""
    dx, dy = math.cos(angle), math.sin(angle)
    # an oval calm zone suits a wide picture
    start = (middle[0] + dx * near * 1.25, middle[1] + dy * near * 0.95)
    end = (middle[0] + dx * far, middle[1] + dy * far)
    pen.fill(
        [
            start,
            (end[0] - dy * weight * 1.6, end[1] + dx * weight * 1.6),
            (end[0] + dy * weight * 1.6, end[1] - dx * weight * 1.6),
        ],
        INK,
    )


def _draw_speed(pen: Pen, width: float, height: float, middle: Point, seed: str, calm: float) -> None:
    for line in range(46):
        y = height * fraction(seed, "y", line)
        x, long = width * (fraction(seed, "x", line) * 1.3 - 0.2), width * (0.14 + 0.3 * fraction(seed, "long", line))
        if abs(y - middle[1]) < calm * 0.8 and x + long > middle[0] - calm and x < middle[0] + calm:
            continue
        pen.stroke([(x, y), (x + long, y - 3)], 0.8 + 2.4 * fraction(seed, "w", line), start=0.4)


def _draw_sparkle(pen: Pen, x: float, y: float, size: float, colour: Colour = WHITE) -> None:
    ring = ellipse(x, y, size, size, -90, 270, 8)[:8]
    pen.shape(
        [
            point if index % 2 == 0 else (x + (point[0] - x) * 0.3, y + (point[1] - y) * 0.3)
            for index, point in enumerate(ring)
        ],
        colour,
        0.7,
    )


def _draw_lightning(pen: Pen, x: float, bottom: float) -> None:
    bolt = [
        (x, -6),
        (x - 22, bottom * 0.36),
        (x - 4, bottom * 0.38),
        (x - 34, bottom * 0.78),
        (x + 26, bottom * 0.3),
        (x + 8, bottom * 0.28),
        (x + 26, -6),
    ]
    pen.shape(bolt, NAMED["yellow"].lighter(0.6), 0.9)
