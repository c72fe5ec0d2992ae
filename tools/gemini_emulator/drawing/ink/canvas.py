"""A canvas of flat colours with ink lines, drawn at twice the final size and printed as manga or comic.

The canvas stores one byte per pixel: the number of a colour. The same strokes can so become screentones in black
and white, or colours.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tools.gemini_emulator.drawing.ink.colours import INK, Colour
from tools.gemini_emulator.drawing.ink.finishes import Finish

SUPERSAMPLING = 2
MAX_COLOURS = 256
DOT_PERIOD_PX = 8

type Point = tuple[float, float]
type Box = tuple[float, float, float, float]


class Canvas:
    """A picture while it is drawn. Coordinates are pixels of the finished picture at `detail` 1.

    With a larger detail, the finished picture has so many times as many pixels in each direction.
    """

    def __init__(self, size: tuple[int, int], background: Colour, detail: int = 1) -> None:
        self.detail = detail
        self._scale = SUPERSAMPLING * detail
        big = (size[0] * self._scale, size[1] * self._scale)
        self._colours: dict[Colour, int] = {}
        self._image = Image.new("L", big, self._number(background))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon(self._scaled(points), fill=self._number(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        big = self._scaled(points)
        thickness = max(1, round(width * self._scale))
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
        place = (corner[0] * self._scale, corner[1] * self._scale)
        self._image.paste(mapped(other._image, table), place)  # noqa: SLF001 - same class

    def printed(self, *, is_comic: bool, finish: Finish | None = None) -> Image.Image:
        """Return the picture: mode RGB for comic, mode L with screentones for manga, mode RGB with a finish."""
        if finish is not None:
            return self._finished(finish, is_comic=is_comic)
        return self._printed_as_comic() if is_comic else self._screened("dots").reduce(SUPERSAMPLING)

    def _screened(self, screen: str) -> Image.Image:
        """Return the picture in black and white, its greys as dots or lines."""
        grey = mapped(self._image, [colour.grey for colour in self._colours])
        threshold = _line_threshold if screen == "lines" else _threshold
        above_threshold = ImageChops.subtract(grey, _screen(grey.size, DOT_PERIOD_PX * self.detail, threshold))
        return mapped(above_threshold, [0] + [255] * 255)

    def _printed_as_comic(self) -> Image.Image:
        return self._coloured([(colour.red, colour.green, colour.blue) for colour in self._colours])

    def _coloured(self, table: Sequence[tuple[int, int, int]]) -> Image.Image:
        flat = self._image.copy()
        flat.putpalette([part for colour in table for part in colour])
        return flat.convert("RGB").reduce(SUPERSAMPLING)

    def _finished(self, finish: Finish, *, is_comic: bool) -> Image.Image:
        if finish.screen is not None and not (is_comic and finish.keeps_colours):
            ink = self._screened(finish.screen).reduce(SUPERSAMPLING)
            return Image.composite(
                Image.new("RGB", ink.size, finish.paper), Image.new("RGB", ink.size, finish.ink), ink
            )
        colours = list(self._colours)
        picture = self._coloured([finish.ink if colour == INK else finish.tint(colour) for colour in colours])
        if not finish.blur_px:
            return picture
        lines = self._coloured([finish.ink if colour == INK else (255, 255, 255) for colour in colours])
        washes = self._coloured([finish.paper if colour == INK else finish.tint(colour) for colour in colours])
        return ImageChops.multiply(washes.filter(ImageFilter.GaussianBlur(finish.blur_px * self.detail)), lines)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def _number(self, colour: Colour) -> int:
        number = self._colours.setdefault(colour, len(self._colours))
        if number >= MAX_COLOURS:
            raise ValueError(f"More than {MAX_COLOURS} colours in one picture: reuse some.")
        return number


def mapped(image: Image.Image, table: list[int]) -> Image.Image:
    """Return an image of mode L with each value looked up in a table; values outside the table become 0."""
    table = table + [0] * (256 - len(table))
    return image.point(table)  # pyright: ignore[reportUnknownMemberType] - Pillow types the table's callback loosely


type Threshold = Callable[[int, int, int], int]


@lru_cache(maxsize=12)
def _screen(size: tuple[int, int], period_px: int, threshold: Threshold) -> Image.Image:
    """Return the thresholds of a screen: a grey above its threshold stays paper."""
    period = range(period_px)
    tile = Image.frombytes(
        "L", (period_px, period_px), bytes(threshold(x, y, period_px) for y in period for x in period)
    )
    screen = Image.new("L", size)
    for x in range(0, size[0], period_px):
        screen.paste(tile, (x, 0))
    row = screen.crop((0, 0, size[0], period_px))
    for y in range(period_px, size[1], period_px):
        screen.paste(row, (0, y))
    return screen


def _threshold(x: int, y: int, period_px: int) -> int:
    """Return the threshold of round dots at 45 degrees."""
    step = 2 * math.pi / period_px
    # two crossed waves make a pattern of dots; 5..245 keeps near-white clean and near-black solid
    return round(125 + 120 * math.cos(step * (x + 0.5)) * math.cos(step * (y + 0.5)))


def _line_threshold(_x: int, y: int, period_px: int) -> int:
    """Return the threshold of level lines."""
    return round(125 + 120 * math.cos(2 * math.pi / period_px * (y + 0.5)))
