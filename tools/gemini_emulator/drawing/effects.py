"""What lies over a scene: rain and snow, speed and focus lines, gloom and sparkles."""

import math
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import INK, NAMED, WHITE
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.story.lexicon.times import Weather
from tools.gemini_emulator.story.seeds import fraction

type Effect = Literal["speed", "focus", "gloom", "sparkle", "none"]

BOLT = ((0, 0), (-22, 0.36), (-4, 0.38), (-34, 0.78), (26, 0.3), (8, 0.28), (26, 0))
SPARKLE = ((0, -1), (0.2, -0.2), (1, 0), (0.2, 0.2), (0, 1), (-0.2, 0.2), (-1, 0), (-0.2, -0.2))


@dataclass(frozen=True, slots=True)
class Area:
    """Where effects are drawn: the picture's size, and the middle that stays free of lines, in pixels."""

    width: float
    height: float
    middle: Point
    calm: float
    seed: str

    def chance(self, *words: object) -> float:
        """Return a number in 0..1 that is always the same in this picture."""
        return fraction(self.seed, *words)


def draw_weather(pen: Pen, weather: Weather, area: Area, *, in_front: bool) -> None:
    """Draw rain, snow, fog or lightning, some of it behind the figures and some in front."""
    if weather in {"rain", "storm"}:
        for drop in range(46):
            x, y = _anywhere(area, in_front, drop)
            size = 16 + 22 * area.chance(in_front, "size", drop)
            pen.stroke([(x, y), (x - size * 0.28, y + size)], 1.0, NAMED["silver"] if drop % 2 else INK)
    if weather == "storm" and not in_front:
        x = area.width * (0.2 + 0.6 * area.chance("bolt"))
        pen.shape([(x + dx, y * area.height * 0.42 - 6) for dx, y in BOLT], NAMED["yellow"].lighter(0.6), 0.9)
    if weather == "snow":
        for flake in range(44):
            size = 1.8 + (4.2 if in_front else 2.4) * area.chance(in_front, "size", flake)
            pen.oval(*_anywhere(area, in_front, flake), size, size, WHITE, 0.4)
    if weather == "fog" and not in_front:
        for band in range(4):
            y, width = area.height * (0.35 + 0.18 * band), area.width
            pen.stroke([(-20, y), (width * 0.3, y - 12), (width * 0.7, y + 10), (width + 20, y)], 22, NAMED["white"])


def draw_effect(pen: Pen, effect: Effect, area: Area) -> None:
    match effect:
        case "focus":
            _draw_focus(pen, area)
        case "speed":
            _draw_speed(pen, area)
        case "gloom":
            for line in range(26):
                x = area.width * (line + 0.7 * area.chance("gloom", line)) / 26
                pen.stroke([(x, -6), (x, area.height * (0.1 + 0.2 * area.chance("long", line)))], 1.6, start=1)
        case "sparkle":
            for star in range(9):
                x, y = _anywhere(area, "sparkle", star)
                size = 7 + 11 * area.chance("sparkle size", star)
                if math.dist((x, y), area.middle) > area.calm * 0.7:
                    pen.shape([(x + dx * size, y + dy * size) for dx, dy in SPARKLE], WHITE, 0.7)
        case "none":
            return


def _anywhere(area: Area, *words: object) -> Point:
    return area.width * area.chance("x", *words), area.height * area.chance("y", *words)


def _draw_focus(pen: Pen, area: Area) -> None:
    """Draw lines from all sides that widen outwards and leave the middle free."""
    x, y = area.middle
    far = math.hypot(area.width, area.height)
    for line in range(74):
        angle = 2 * math.pi * (line + 0.8 * area.chance("angle", line)) / 74
        dx, dy = math.cos(angle), math.sin(angle)
        near = area.calm * (1.05 + 0.5 * area.chance("near", line))
        half = 3 + 8 * area.chance("weight", line)
        ends = [(x + dx * far - dy * side * half, y + dy * far + dx * side * half) for side in (1, -1)]
        pen.fill([(x + dx * near * 1.25, y + dy * near * 0.95), *ends], INK)


def _draw_speed(pen: Pen, area: Area) -> None:
    for line in range(46):
        x = area.width * (area.chance("speed x", line) * 1.3 - 0.2)
        y = area.height * area.chance("speed y", line)
        end = x + area.width * (0.14 + 0.3 * area.chance("long", line))
        is_near = x - area.calm < area.middle[0] < end + area.calm
        if abs(y - area.middle[1]) > area.calm * 0.8 or not is_near:
            pen.stroke([(x, y), (end, y - 3)], 0.8 + 2.4 * area.chance("weight", line), start=0.4)
