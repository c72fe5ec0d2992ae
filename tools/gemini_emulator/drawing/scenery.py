"""Things that stand in a landscape: sky, clouds, trees, hills, houses. Units are pixels of the picture."""

import itertools

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import INK, WHITE, Colour, rgb
from tools.gemini_emulator.drawing.curves import ellipse, smooth, wavy
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.story.lexicon.times import Daytime
from tools.gemini_emulator.story.seeds import fraction

SKIES: dict[Daytime, tuple[Colour, ...]] = {
    "day": (rgb(0x9DD3F0, 235), rgb(0xB4DEF3, 245), rgb(0xCDE9F5, 255), rgb(0xE4F3F7, 255)),
    "dawn": (rgb(0xA9C4E6, 225), rgb(0xE0C9DC, 240), rgb(0xF8D3BE, 255), rgb(0xFCE7C2, 255)),
    "dusk": (rgb(0x6E6AA8, 150), rgb(0xB9759F, 180), rgb(0xEE9775, 210), rgb(0xF9C583, 240)),
    "night": (rgb(0x1C2547, 18), rgb(0x25305A, 34), rgb(0x31406F, 56), rgb(0x425688, 84)),
}
LEAF = rgb(0x5C9C4E, 165)
PINE = rgb(0x35704F, 120)
GRASS = rgb(0x9CC56B, 232)
BARK = rgb(0x8A6242, 130)
CLOUD = rgb(0xFDFEFF, 255)
CLOUD_EDGE = rgb(0x9A9CA4, 0)
MOON = rgb(0xFBF3CF, 255)
SUN = rgb(0xFFE27A, 255)


def draw_sky(pen: Pen, width: float, horizon: float, daytime: Daytime, seed: str) -> None:
    """Fill everything above the horizon, with sun, moon, stars and clouds as the hour has it."""
    bands = SKIES[daytime]
    for index, colour in enumerate(bands):
        top = horizon * index / len(bands)
        pen.fill([(0, top - 1), (width, top - 1), (width, horizon + 1), (0, horizon + 1)], colour)
    x = width * (0.14 + 0.7 * fraction(seed, "sun"))
    if daytime == "night":
        for star in range(34):
            radius = 0.8 + 1.5 * fraction(seed, "star size", star)
            pen.fill(
                ellipse(
                    width * fraction(seed, "star x", star),
                    horizon * 0.9 * fraction(seed, "star y", star),
                    radius,
                    radius,
                    steps=6,
                ),
                MOON,
            )
        pen.fill(ellipse(x, horizon * 0.24, 34, 34), bands[2])
        pen.fill(ellipse(x, horizon * 0.24, 25, 25), MOON)
        return
    if daytime in {"dawn", "dusk"}:
        pen.fill(ellipse(x, horizon * 0.92, 58, 58, 180, 360), SUN)
    else:
        pen.fill(ellipse(x, horizon * 0.2, 25, 25), SUN)
    for cloud in range(3):
        draw_cloud(
            pen,
            width * fraction(seed, "cloud", cloud),
            horizon * (0.12 + 0.4 * fraction(seed, "cloud y", cloud)),
            34 + 34 * fraction(seed, "cloud size", cloud),
        )


def draw_cloud(pen: Pen, x: float, y: float, size: float) -> None:
    """Draw a cloud with a flat bottom."""
    top = [
        (x - size * 1.5, y),
        (x - size * 0.8, y - size * 0.42),
        (x, y - size * 0.62),
        (x + size * 0.8, y - size * 0.4),
        (x + size * 1.5, y),
    ]
    outline: list[Point] = []
    for start, end in itertools.pairwise(top):
        outline += wavy(start, end, 1, size * 0.3)
    pen.shape(outline, CLOUD, 0.55, CLOUD_EDGE)


def draw_ground(pen: Pen, width: float, horizon: float, height: float, colour: Colour) -> None:
    """Fill everything below the horizon."""
    pen.fill([(0, horizon), (width, horizon), (width, height), (0, height)], colour)
    pen.line([(0, horizon), (width, horizon)], 0.7)


def draw_hills(pen: Pen, width: float, base: float, rise: float, colour: Colour, seed: str) -> None:
    """Draw a chain of round hills that stands on `base`."""
    points = [(width * step / 6, base - rise * (0.25 + 0.75 * fraction(seed, "hill", step))) for step in range(7)]
    pen.shape([*smooth(points), (width + 4, base + 2), (-4, base + 2)], colour, 0.6)


def draw_peaks(pen: Pen, width: float, base: float, rise: float, colour: Colour, seed: str) -> None:
    """Draw mountains with snow on them."""
    for index, place in enumerate((0.12, 0.82, 0.46)):
        x = width * (place + 0.1 * (fraction(seed, "peak x", index) - 0.5))
        high, wide = rise * (0.65 + 0.35 * fraction(seed, "peak", index)), width * 0.28
        pen.shape(
            [
                (x - wide, base),
                (x - wide * 0.3, base - high * 0.72),
                (x, base - high),
                (x + wide * 0.36, base - high * 0.6),
                (x + wide, base),
            ],
            colour.lighter(0.18 * index),
            0.8,
        )
        snow = [
            (x - wide * 0.21, base - high * 0.8),
            (x, base - high),
            (x + wide * 0.2, base - high * 0.78),
            (x + wide * 0.08, base - high * 0.7),
            (x, base - high * 0.78),
            (x - wide * 0.1, base - high * 0.68),
        ]
        pen.shape(snow, WHITE, 0.6)


def draw_tree(pen: Pen, x: float, ground: float, size: float, seed: str) -> None:
    """Draw a leafy tree `size` high."""
    pen.shape(
        smooth(
            [
                (x - size * 0.06, ground),
                (x - size * 0.04, ground - size * 0.5),
                (x + size * 0.04, ground - size * 0.5),
                (x + size * 0.07, ground),
            ],
            3,
        ),
        BARK,
        0.8,
    )
    top = ground - size * 0.68
    ring = ellipse(x, top, size * 0.34, size * 0.33, steps=9)
    outline: list[Point] = []
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        outline += wavy(start, end, 1, size * 0.05)
    leaf = LEAF if fraction(seed, "leaf") < 0.6 else LEAF.darker(0.9)  # noqa: PLR2004 - two kinds of tree
    pen.shape(outline, leaf, 0.8)
    pen.fill(ellipse(x - size * 0.1, top - size * 0.1, size * 0.14, size * 0.11), leaf.lighter(0.3))
    for dx, dy in ((0.12, 0.08), (-0.14, 0.14), (0.04, -0.16)):
        pen.curve(
            [
                (x + (dx - 0.06) * size, top + dy * size),
                (x + dx * size, top + (dy + 0.04) * size),
                (x + (dx + 0.06) * size, top + dy * size),
            ],
            0.6,
        )


def draw_pine(pen: Pen, x: float, ground: float, size: float, colour: Colour = PINE) -> None:
    """Draw a fir tree `size` high."""
    pen.shape(
        [
            (x - size * 0.04, ground),
            (x - size * 0.04, ground - size * 0.2),
            (x + size * 0.04, ground - size * 0.2),
            (x + size * 0.04, ground),
        ],
        BARK,
        0.7,
    )
    for step in range(3):
        low, wide = ground - size * (0.14 + 0.26 * step), size * (0.27 - 0.065 * step)
        pen.shape(
            [
                (x - wide, low),
                (x, low - size * 0.42),
                (x + wide, low),
                (x + wide * 0.4, low - size * 0.03),
                (x - wide * 0.4, low - size * 0.03),
            ],
            colour,
            0.7,
        )


def draw_house(pen: Pen, x: float, ground: float, size: float, wall: Colour, roof: Colour) -> None:
    """Draw a cottage with a pitched roof, `size` wide."""
    pen.shape([(x, ground), (x, ground - size * 0.6), (x + size, ground - size * 0.6), (x + size, ground)], wall, 0.8)
    pen.shape(
        [
            (x + size * 0.72, ground - size * 0.8),
            (x + size * 0.72, ground - size * 1.12),
            (x + size * 0.86, ground - size * 1.12),
            (x + size * 0.86, ground - size * 0.7),
        ],
        roof.darker(0.8),
        0.7,
    )
    pen.shape(
        [
            (x - size * 0.1, ground - size * 0.58),
            (x + size * 0.5, ground - size * 1.05),
            (x + size * 1.1, ground - size * 0.58),
        ],
        roof,
        0.8,
    )
    pen.shape(
        [
            (x + size * 0.42, ground),
            (x + size * 0.42, ground - size * 0.34),
            (x + size * 0.62, ground - size * 0.34),
            (x + size * 0.62, ground),
        ],
        BARK,
        0.7,
    )
    for place in (0.14, 0.74):
        left, top = x + size * place, ground - size * 0.46
        pen.shape(
            [
                (left, top),
                (left + size * 0.16, top),
                (left + size * 0.16, top + size * 0.18),
                (left, top + size * 0.18),
            ],
            SUN,
            0.7,
        )
        pen.line([(left + size * 0.08, top), (left + size * 0.08, top + size * 0.18)], 0.6)


def draw_tower_block(pen: Pen, x: float, ground: float, wide: float, high: float, wall: Colour, *, lit: bool) -> None:
    """Draw a building with rows of windows."""
    pen.shape([(x, ground), (x, ground - high), (x + wide, ground - high), (x + wide, ground)], wall, 0.7)
    step = max(15.0, wide / 5)
    y = ground - high + step * 0.6
    row = 0
    while y + step * 0.6 < ground:
        column = x + step * 0.35
        while column + step * 0.5 < x + wide:
            glow = lit and fraction(x, row, column) < 0.5  # noqa: PLR2004 - every other window
            pen.fill(
                [
                    (column, y),
                    (column + step * 0.45, y),
                    (column + step * 0.45, y + step * 0.55),
                    (column, y + step * 0.55),
                ],
                SUN if glow else wall.darker(0.7),
            )
            column += step * 0.85
        y += step
        row += 1


def draw_waves(pen: Pen, width: float, top: float, bottom: float, seed: str) -> None:
    """Draw crests on water."""
    for index in range(16):
        depth = fraction(seed, "wave y", index) ** 1.4
        y, x = top + 8 + (bottom - top) * depth, width * fraction(seed, "wave x", index)
        size = 14 + 40 * depth
        pen.stroke(
            [
                (x - size, y),
                (x - size * 0.4, y - size * 0.18),
                (x, y),
                (x + size * 0.5, y - size * 0.16),
                (x + size, y),
            ],
            1.4,
            WHITE if index % 3 else INK,
        )


def draw_grass(pen: Pen, width: float, top: float, bottom: float, seed: str, colour: Colour = INK) -> None:
    """Draw tufts of grass, larger towards the reader."""
    for index in range(18):
        depth = fraction(seed, "tuft y", index)
        x, y, size = width * fraction(seed, "tuft x", index), top + 8 + (bottom - top) * depth, 5 + 11 * depth
        for lean in (-0.5, 0.0, 0.5):
            pen.stroke([(x + lean * size * 0.4, y), (x + lean * size, y - size)], 1.1, colour, start=1)


def draw_boards(pen: Pen, width: float, top: float, bottom: float, vanish: Point) -> None:
    """Draw floor boards that run to a vanishing point."""
    for index in range(-6, 15):
        x = width * index / 8
        t = (top - bottom) / (vanish[1] - bottom) if vanish[1] != bottom else 0
        pen.line([(x, bottom), (x + (vanish[0] - x) * t, top)], 0.45)


def draw_window(pen: Pen, x: float, y: float, wide: float, high: float, daytime: Daytime) -> None:
    """Draw a window with the sky in it."""
    bands = SKIES[daytime]
    pen.shape([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], bands[1], 1.2)
    pen.fill(
        [(x + 2, y + high * 0.6), (x + wide - 2, y + high * 0.6), (x + wide - 2, y + high - 2), (x + 2, y + high - 2)],
        bands[2],
    )
    if daytime == "night":
        pen.fill(ellipse(x + wide * 0.72, y + high * 0.25, wide * 0.09, wide * 0.09), MOON)
    else:
        pen.fill(ellipse(x + wide * 0.3, y + high * 0.34, wide * 0.16, high * 0.07), CLOUD)
    pen.line([(x + wide / 2, y), (x + wide / 2, y + high)], 1.1)
    pen.line([(x, y + high / 2), (x + wide, y + high / 2)], 1.1)
    pen.shape(
        [(x - 6, y + high), (x + wide + 6, y + high), (x + wide + 6, y + high + 7), (x - 6, y + high + 7)], WHITE, 0.9
    )
