"""A canvas of flat colours with ink lines, drawn twice as large as it is shown, and printed as manga or comic.

Every colour has a number, and the canvas holds only numbers: one byte a point, which makes drawing cheap and lets
the same strokes become screentones in black and white, or colours.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from tools.gemini_emulator.drawing.colours import Colour
from tools.gemini_emulator.drawing.pixels import from_values, mapped, stretched

SUPERSAMPLING = 2
MAX_COLOURS = 256
DOT_PERIOD_PX = 8

type Point = tuple[float, float]
type Box = tuple[float, float, float, float]


class Canvas:
    """The picture while it is drawn. Coordinates are pixels of the finished picture."""

    def __init__(self, size: tuple[int, int], background: Colour) -> None:
        """Prepare an empty canvas."""
        self.width, self.height = size
        big = (self.width * SUPERSAMPLING, self.height * SUPERSAMPLING)
        self._colours: dict[Colour, int] = {}
        self._image = Image.new("L", big, self._number(background))
        self._draw = ImageDraw.Draw(self._image)
        self._shade = Image.new("L", big, 255)
        self._shade_draw = ImageDraw.Draw(self._shade)
        self._is_shaded = False

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon(_scaled(points), fill=self._number(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a line with round joints and ends."""
        big = _scaled(points)
        thickness = max(1, round(width * SUPERSAMPLING))
        number = self._number(colour)
        self._draw.line(big, fill=number, width=thickness, joint="curve")
        if thickness > 3:  # noqa: PLR2004 - thinner ends look round anyway
            radius = thickness / 2
            for x, y in (big[0], big[-1]):
                self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=number)

    def ellipse(self, box: Box, colour: Colour) -> None:
        """Fill an upright ellipse."""
        left, top, right, bottom = (part * SUPERSAMPLING for part in box)
        if right > left and bottom > top:
            self._draw.ellipse((left, top, right, bottom), fill=self._number(colour))

    def shade(self, points: Sequence[Point], light: int) -> None:
        """Put a polygon in shadow (255 leaves it as it is) or, with 255, take it out of the shadow."""
        self._shade_draw.polygon(_scaled(points), fill=light)
        self._is_shaded = True

    def shade_gradient(self, box: Box, top: int, bottom: int) -> None:
        """Shade a rectangle from one light to another, downwards."""
        left, upper, right, lower = (round(part * SUPERSAMPLING) for part in box)
        if right <= left or lower <= upper:
            return
        ramp = stretched(_ramp(top, bottom), (right - left, lower - upper))
        self._shade.paste(ImageChops.darker(self._shade.crop((left, upper, right, lower)), ramp), (left, upper))
        self._is_shaded = True

    def veil(self, amount: float) -> None:
        """Lighten everything that is drawn so far towards paper, as distance does."""
        self._recolour([self._number(colour.lighter(amount)) for colour in list(self._colours)])

    def dim(self, amount: float) -> None:
        """Darken everything that is drawn so far, as night does."""
        self._recolour([self._number(colour.in_dusk(amount)) for colour in list(self._colours)])

    def _recolour(self, table: list[int]) -> None:
        self._image = mapped(self._image, table + [0] * (MAX_COLOURS - len(table)))
        self._draw = ImageDraw.Draw(self._image)

    def paste(self, other: "Canvas", corner: tuple[int, int]) -> None:
        """Put another canvas, with its shadows, at a corner."""
        table = [self._number(colour) for colour in other._colours]  # noqa: SLF001 - one of us
        place = (corner[0] * SUPERSAMPLING, corner[1] * SUPERSAMPLING)
        numbers, shade = other._image, other._shade  # noqa: SLF001 - one of us
        self._image.paste(mapped(numbers, table + [0] * (MAX_COLOURS - len(table))), place)
        self._shade.paste(shade, place)

    def printed_as_manga(self) -> Image.Image:
        """Return the picture in black and white with screentones, as mode L."""
        grey = mapped(self._image, self._greys())
        if self._is_shaded:
            grey = ImageChops.multiply(grey, self._shade)
        dots = _dot_screen(self._image.size)
        # paper where the tone is brighter than the screen's threshold, ink elsewhere
        return mapped(ImageChops.subtract(grey, dots), _THRESHOLD).reduce(SUPERSAMPLING)

    def printed_as_comic(self) -> Image.Image:
        """Return the picture in colour, as mode RGB."""
        flat = self._image.copy()
        flat.putpalette([part for colour in self._colours for part in (colour.red, colour.green, colour.blue)])
        picture = flat.convert("RGB").reduce(SUPERSAMPLING)
        if not self._is_shaded:
            return picture
        shade = self._shade.reduce(SUPERSAMPLING)
        # shadows are bluish: the blue channel loses less
        cool = mapped(shade, [70 + value * 185 // 255 for value in range(256)])
        return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, cool)))

    def _number(self, colour: Colour) -> int:
        number = self._colours.setdefault(colour, len(self._colours))
        if number >= MAX_COLOURS:
            raise ValueError(f"More than {MAX_COLOURS} colours in one picture: reuse some.")
        return number

    def _greys(self) -> list[int]:
        greys = [colour.grey for colour in self._colours]
        return greys + [0] * (MAX_COLOURS - len(greys))


_THRESHOLD = [0] + [255] * 255


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in points]


@lru_cache(maxsize=16)
def _ramp(top: int, bottom: int) -> Image.Image:
    return from_values((1, 256), [round(top + (bottom - top) * step / 255) for step in range(256)])


@lru_cache(maxsize=12)
def _dot_screen(size: tuple[int, int]) -> Image.Image:
    """Return the thresholds of a screen of round dots at 45 degrees: a grey above its threshold stays paper."""
    period = DOT_PERIOD_PX
    tile = from_values((period, period), [_threshold(x, y, period) for y in range(period) for x in range(period)])
    screen = Image.new("L", size)
    row = Image.new("L", (size[0], period))
    for x in range(0, size[0], period):
        row.paste(tile, (x, 0))
    for y in range(0, size[1], period):
        screen.paste(row, (0, y))
    return screen


def _threshold(x: int, y: int, period: int) -> int:
    wave = math.cos(2 * math.pi * (x + 0.5) / period) * math.cos(2 * math.pi * (y + 0.5) / period)
    # two crossed waves give a chequer of dots; 5..245 keeps near-white clean and near-black solid
    return round(125 + 120 * wave)
