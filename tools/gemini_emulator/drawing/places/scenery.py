"""What fills a whole backdrop: sky, ground, water and walls. Units are pixels of the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import MATERIALS, NAMED, Colour, rgb, spelled_colour
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.story.lexicon.times import Daytime, Weather
from tools.gemini_emulator.story.seeds import choice, fraction

SKIES: dict[Daytime, tuple[Colour, ...]] = {
    "day": (rgb(0x9DD3F0, 235), rgb(0xB4DEF3, 245), rgb(0xCDE9F5, 255), rgb(0xE4F3F7, 255)),
    "dawn": (rgb(0xA9C4E6, 225), rgb(0xE0C9DC, 240), rgb(0xF8D3BE, 255), rgb(0xFCE7C2, 255)),
    "dusk": (rgb(0x6E6AA8, 150), rgb(0xB9759F, 180), rgb(0xEE9775, 210), rgb(0xF9C583, 240)),
    "night": (rgb(0x1C2547, 18), rgb(0x25305A, 34), rgb(0x31406F, 56), rgb(0x425688, 84)),
}
SNOW = rgb(0xF4F8FC, 255)
WATER, NIGHT_WATER = rgb(0x5FA8CF, 200), rgb(0x2A4A78, 60)


@dataclass(frozen=True)
class Setting:
    """What a backdrop is drawn from. The horizon, or the edge of a floor, is in pixels from the top."""

    width: float
    height: float
    horizon: float
    daytime: Daytime
    weather: Weather
    seed: str

    @cached_property
    def palette(self) -> dict[str, Colour]:
        sky = {f"sky{index}": colour for index, colour in enumerate(SKIES[self.daytime])}
        is_dark = self.daytime == "night"
        glow, water = (MATERIALS["sun"], NIGHT_WATER) if is_dark else (SKIES["day"][1], WATER)
        return {**sky, "roof": NAMED[choice(("red", "brown", "teal"), self.seed)], "glow": glow, "water": water}

    def place(self, x: float, y: float) -> Point:
        """Return pixels: x from 0 left to 1 right; y is 0 at the top, 1 at the horizon, 2 at the bottom."""
        below = (y - 1) * (self.height - self.horizon)
        return x * self.width, y * self.horizon if y <= 1 else self.horizon + below

    def chance(self, *words: object) -> float:
        """Return a number in 0..1 that is always the same in this picture."""
        return fraction(self.seed, *words)


type Painter = Callable[[Pen, Setting, list[str]], None]


def _band(pen: Pen, at: Setting, top: float, bottom: float, colour: Colour) -> None:
    pen.fill([(0, top), (at.width, top), (at.width, bottom), (0, bottom)], colour)


def _draw_sky(pen: Pen, at: Setting, _: list[str]) -> None:
    for index, colour in enumerate(SKIES[at.daytime]):
        _band(pen, at, at.horizon * index / 4 - 1, at.height, colour)


def _draw_ground(pen: Pen, at: Setting, colour: list[str]) -> None:
    is_white = at.weather == "snow" and colour[0] != "water"
    _band(pen, at, at.horizon, at.height, SNOW if is_white else spelled_colour(colour[0], at.palette))
    pen.line([(0, at.horizon), (at.width, at.horizon)], 0.7)


def _draw_walls(pen: Pen, at: Setting, arguments: list[str]) -> None:
    """Draw a wall, and a floor of boards that run to a vanishing point."""
    wall, floor = (spelled_colour(colour, {}) for colour in arguments)
    _band(pen, at, 0, at.horizon, wall)
    _band(pen, at, at.horizon, at.height, floor)
    for index in range(-6, 15):
        near, far = index / 8, 0.5 + (index / 8 - 0.5) * 0.55
        pen.line([(at.width * near, at.height), (at.width * far, at.horizon)], 0.45)
    board = [(-4, at.horizon - 12), (at.width + 4, at.horizon - 12), (at.width + 4, at.horizon), (-4, at.horizon)]
    pen.shape(board, wall.darker(0.88), 0.8)


PAINTERS: dict[str, Painter] = {"sky": _draw_sky, "ground": _draw_ground, "walls": _draw_walls}
