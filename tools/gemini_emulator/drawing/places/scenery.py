"""What fills a whole backdrop: sky, ground, walls, hills, water. Units are pixels of the picture."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import INK, MATERIALS, NAMED, WHITE, Colour, rgb, spelled_colour
from tools.gemini_emulator.drawing.ink.curves import ellipse, wavy
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.story.lexicon.times import Daytime, Weather
from tools.gemini_emulator.story.seeds import choice, fraction

SKIES: dict[Daytime, tuple[Colour, ...]] = {
    "day": (rgb(0x9DD3F0, 235), rgb(0xB4DEF3, 245), rgb(0xCDE9F5, 255), rgb(0xE4F3F7, 255)),
    "dawn": (rgb(0xA9C4E6, 225), rgb(0xE0C9DC, 240), rgb(0xF8D3BE, 255), rgb(0xFCE7C2, 255)),
    "dusk": (rgb(0x6E6AA8, 150), rgb(0xB9759F, 180), rgb(0xEE9775, 210), rgb(0xF9C583, 240)),
    "night": (rgb(0x1C2547, 18), rgb(0x25305A, 34), rgb(0x31406F, 56), rgb(0x425688, 84)),
}
SNOW, CLOUD = rgb(0xF4F8FC, 255), rgb(0xFDFEFF, 255)
WATER, NIGHT_WATER = rgb(0x5FA8CF, 200), rgb(0x2A4A78, 60)
CITY_WALLS = (rgb(0xC9B7A6, 215), rgb(0xA9B4C2, 195), rgb(0xD9C9B0, 235), rgb(0xB59C93, 180))
WINDOW_PX = 17


@dataclass(frozen=True)
class Setting:
    """What a backdrop is drawn from. The horizon, or the edge of a floor, is in pixels from the top."""

    width: float
    height: float
    horizon: float
    daytime: Daytime
    weather: Weather
    seed: str

    @property
    def is_dark(self) -> bool:
        """Whether lamps are on."""
        return self.daytime == "night"

    @cached_property
    def palette(self) -> dict[str, Colour]:
        """The colours of this place, for sketches."""
        sky = {f"sky{index}": colour for index, colour in enumerate(SKIES[self.daytime])}
        roof = NAMED[choice(("red", "brown", "teal"), self.seed, "roof")]
        glow, water = (MATERIALS["sun"], NIGHT_WATER) if self.is_dark else (SKIES["day"][1], WATER)
        return {**sky, "roof": roof, "cloud": CLOUD, "glow": glow, "water": water}

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
    x = at.width * (0.14 + 0.7 * at.chance("sun"))
    if at.is_dark:
        _draw_dots(pen, at, 34, at.horizon * 0.9, MATERIALS["moon"])
        pen.fill(ellipse(x, at.horizon * 0.24, 34, 34), SKIES["night"][2])
        pen.fill(ellipse(x, at.horizon * 0.24, 25, 25), MATERIALS["moon"])
        return
    high, radius = (0.2, 25) if at.daytime == "day" else (0.92, 58)
    pen.fill(ellipse(x, at.horizon * high, radius, radius), MATERIALS["sun"])
    for cloud in range(3):
        y = at.horizon * (0.12 + 0.4 * at.chance("cloud y", cloud))
        _draw_cloud(pen, at.width * at.chance("cloud", cloud), y, 34 + 34 * at.chance("cloud size", cloud))


def _draw_dots(pen: Pen, at: Setting, count: int, bottom: float, colour: Colour) -> None:
    for dot in range(count):
        radius = 0.8 + 1.5 * at.chance("dot size", dot)
        pen.fill(ellipse(at.width * at.chance("dot x", dot), bottom * at.chance("dot y", dot), radius, radius), colour)


def _draw_cloud(pen: Pen, x: float, y: float, size: float) -> None:
    """Draw a cloud with a flat bottom."""
    bumps = [(-1.5, 0.0), (-0.8, -0.42), (0.0, -0.62), (0.8, -0.4), (1.5, 0.0)]
    top = [(x + dx * size, y + dy * size) for dx, dy in bumps]
    outline = [point for start, end in itertools.pairwise(top) for point in wavy(start, end, 1, size * 0.3)]
    pen.shape(outline, CLOUD, 0.55)


def _draw_stars(pen: Pen, at: Setting, _: list[str]) -> None:
    _band(pen, at, 0, at.height, MATERIALS["deep"])
    _draw_dots(pen, at, 90, at.height, WHITE)


def _draw_ground(pen: Pen, at: Setting, colour: list[str]) -> None:
    _band(pen, at, at.horizon, at.height, SNOW if at.weather == "snow" else spelled_colour(colour[0], {}))
    pen.line([(0, at.horizon), (at.width, at.horizon)], 0.7)


def _draw_tufts(pen: Pen, at: Setting, _: list[str]) -> None:
    """Draw tufts of grass, larger towards the reader."""
    for tuft in range(18):
        depth = at.chance("tuft y", tuft)
        x, y = at.place(at.chance("tuft x", tuft), 1.1 + 0.9 * depth)
        size = 5 + 11 * depth
        for lean in (-0.5, 0.0, 0.5):
            pen.stroke([(x + lean * size * 0.4, y), (x + lean * size, y - size)], 1.1, start=1)


def _draw_water(pen: Pen, at: Setting, _: list[str]) -> None:
    _band(pen, at, at.horizon, at.height, at.palette["water"])
    pen.line([(0, at.horizon), (at.width, at.horizon)], 0.7)
    for wave in range(16):
        depth = at.chance("wave y", wave) ** 1.4
        x, y = at.place(at.chance("wave x", wave), 1.05 + 0.45 * depth)
        crest = [(-1, 0), (-0.4, -0.18), (0, 0), (0.5, -0.16), (1, 0)]
        size = 14 + 40 * depth
        pen.stroke([(x + dx * size, y + dy * size) for dx, dy in crest], 1.4, WHITE if wave % 3 else INK)


def _draw_skyline(pen: Pen, at: Setting, _: list[str]) -> None:
    x = -20.0
    while x < at.width:
        wide = at.width * (0.11 + 0.09 * at.chance("block", x))
        high = max(at.horizon, at.height * 0.4) * (0.45 + 0.5 * at.chance("high", x))
        wall = choice(CITY_WALLS, at.seed, x)
        wall = wall.darker(0.45) if at.is_dark else wall
        top, base = at.horizon + 2 - high, at.horizon + 2
        pen.shape([(x, base), (x, top), (x + wide, top), (x + wide, base)], wall, 0.7)
        for row in range(math.ceil(high / WINDOW_PX / 1.6) - 1):
            for column in range(int(wide / WINDOW_PX / 1.5)):
                is_lit = at.is_dark and at.chance("lit", x, row, column) < 0.5  # noqa: PLR2004 - every other window
                left, upper = x + (0.5 + column * 1.5) * WINDOW_PX, top + (0.6 + row * 1.6) * WINDOW_PX
                pane = [(left, upper), (left + 10, upper), (left + 10, upper + 12), (left, upper + 12)]
                pen.fill(pane, MATERIALS["sun"] if is_lit else wall.darker(0.7))
        x += wide + 4


def _draw_walls(pen: Pen, at: Setting, arguments: list[str]) -> None:
    wall, floor = (spelled_colour(colour, {}) for colour in arguments)
    _band(pen, at, 0, at.horizon, wall)
    _draw_boards(pen, at, floor)
    board = [(-4, at.horizon - 12), (at.width + 4, at.horizon - 12), (at.width + 4, at.horizon), (-4, at.horizon)]
    pen.shape(board, wall.darker(0.88), 0.8)


def _draw_boards(pen: Pen, at: Setting, floor: Colour) -> None:
    """Draw floor boards that run to a vanishing point."""
    _band(pen, at, at.horizon, at.height, floor)
    for index in range(-6, 15):
        near, far = index / 8, 0.5 + (index / 8 - 0.5) * 0.55
        pen.line([(at.width * near, at.height), (at.width * far, at.horizon)], 0.45)


PAINTERS: dict[str, Painter] = {
    "sky": _draw_sky,
    "stars": _draw_stars,
    "ground": _draw_ground,
    "tufts": _draw_tufts,
    "water": _draw_water,
    "skyline": _draw_skyline,
    "walls": _draw_walls,
}
