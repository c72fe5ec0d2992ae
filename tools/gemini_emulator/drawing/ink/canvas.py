"""A canvas of flat colours with ink lines, drawn at twice the final size and printed as manga or comic.

The canvas stores one byte per pixel: the number of a colour. The same strokes can so become screentones in black
and white, or colours.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from tools.gemini_emulator.drawing.ink.colours import Colour

SUPERSAMPLING = 2
MAX_COLOURS = 256
DOT_PERIOD_PX = 8

type Point = tuple[float, float]
type Box = tuple[float, float, float, float]


class Canvas:
    """A picture while it is drawn. Coordinates are pixels of the finished picture."""

    def __init__(self, size: tuple[int, int], background: Colour) -> None:
        big = (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING)
        self._colours: dict[Colour, int] = {}
        self._image = Image.new("L", big, self._number(background))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon(_scaled(points), fill=self._number(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        big = _scaled(points)
        thickness = max(1, round(width * SUPERSAMPLING))
        number = self._number(colour)
        self._draw.line(big, fill=number, width=thickness, joint="curve")
        radius = thickness / 2
        for x, y in (big[0], big[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=number)

    def veil(self, amount: float) -> None:
        """Lighten everything drawn so far, as distance does."""
        self._recolour([self._number(colour.lighter(amount)) for colour in list(self._colours)])

    def dim(self, amount: float) -> None:
        """Darken everything drawn so far, as night does."""
        self._recolour([self._number(colour.in_dusk(amount)) for colour in list(self._colours)])

    def _recolour(self, table: list[int]) -> None:
        self._image = mapped(self._image, table)
        self._draw = ImageDraw.Draw(self._image)

    def paste(self, other: "Canvas", corner: tuple[int, int]) -> None:
        table = [self._number(colour) for colour in other._colours]  # noqa: SLF001 - same class
        place = (corner[0] * SUPERSAMPLING, corner[1] * SUPERSAMPLING)
        self._image.paste(mapped(other._image, table), place)  # noqa: SLF001 - same class

    def printed(self, *, is_comic: bool) -> Image.Image:
        """Return the picture: mode RGB for comic, mode L with screentones for manga."""
        return self._printed_as_comic() if is_comic else self._printed_as_manga()

    def _printed_as_manga(self) -> Image.Image:
        grey = mapped(self._image, [colour.grey for colour in self._colours])
        above_threshold = ImageChops.subtract(grey, _dot_screen(self._image.size))
        return mapped(above_threshold, [0] + [255] * 255).reduce(SUPERSAMPLING)

    def _printed_as_comic(self) -> Image.Image:
        flat = self._image.copy()
        flat.putpalette([part for colour in self._colours for part in (colour.red, colour.green, colour.blue)])
        return flat.convert("RGB").reduce(SUPERSAMPLING)

    def _number(self, colour: Colour) -> int:
        number = self._colours.setdefault(colour, len(self._colours))
        if number >= MAX_COLOURS:
            raise ValueError(f"More than {MAX_COLOURS} colours in one picture: reuse some.")
        return number


def mapped(image: Image.Image, table: list[int]) -> Image.Image:
    """Return an image of mode L with each value looked up in a table; values outside the table become 0."""
    table = table + [0] * (256 - len(table))
    return image.point(table)  # pyright: ignore[reportUnknownMemberType] - Pillow types the table's callback loosely


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in points]


@lru_cache(maxsize=12)
def _dot_screen(size: tuple[int, int]) -> Image.Image:
    """Return the thresholds of a screen of round dots at 45 degrees: a grey above its threshold stays paper."""
    period = range(DOT_PERIOD_PX)
    tile = Image.frombytes("L", (DOT_PERIOD_PX, DOT_PERIOD_PX), bytes(_threshold(x, y) for y in period for x in period))
    screen = Image.new("L", size)
    for x in range(0, size[0], DOT_PERIOD_PX):
        screen.paste(tile, (x, 0))
    row = screen.crop((0, 0, size[0], DOT_PERIOD_PX))
    for y in range(DOT_PERIOD_PX, size[1], DOT_PERIOD_PX):
        screen.paste(row, (0, y))
    return screen


def _threshold(x: int, y: int) -> int:
    step = 2 * math.pi / DOT_PERIOD_PX
    # two crossed waves make a pattern of dots; 5..245 keeps near-white clean and near-black solid
    return round(125 + 120 * math.cos(step * (x + 0.5)) * math.cos(step * (y + 0.5)))
