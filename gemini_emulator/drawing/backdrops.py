"""The place behind the figures: one painter for each kind of place."""

from collections.abc import Callable
from dataclasses import dataclass

from gemini_emulator.drawing import scenery
from gemini_emulator.drawing.canvas import Point
from gemini_emulator.drawing.colours import INK, NAMED, PAPER, WHITE, Colour, rgb
from gemini_emulator.drawing.curves import ellipse, rounded_box, smooth, wavy
from gemini_emulator.drawing.pen import Pen
from gemini_emulator.story.lexicon.places import PlaceKind
from gemini_emulator.story.lexicon.times import Daytime, Weather
from gemini_emulator.story.seeds import fraction

WATER = rgb(0x5FA8CF, 200)
NIGHT_WATER = rgb(0x2A4A78, 60)
SAND = rgb(0xEEDDAF, 245)
STONE = rgb(0xB3AFA8, 200)
WALL = rgb(0xF2E8D5, 250)
WOOD = rgb(0xC79A66, 205)
DARK_WOOD = rgb(0x96693F, 150)
METAL = rgb(0xC5CED8, 222)
ROCK = rgb(0x8E8078, 130)
SNOW = rgb(0xF4F8FC, 255)
ASPHALT = rgb(0xB8B8BE, 215)
BOARD = rgb(0x3F6B52, 75)
DEEP = rgb(0x141931, 8)
CAVE_DARK = rgb(0x4A3F3E, 50)
CAVE_GLOW = rgb(0xA8928A, 170)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a backdrop is painted from. The horizon is in pixels from the top and may lie outside the picture."""

    width: float
    height: float
    horizon: float
    daytime: Daytime
    seed: str
    weather: Weather = "clear"

    def land(self, colour: Colour) -> Colour:
        """Return the colour of the ground, which may lie under snow."""
        return SNOW if self.weather == "snow" else colour

    @property
    def is_dark(self) -> bool:
        """Whether lamps are on."""
        return self.daytime == "night"


type Painter = Callable[[Pen, Setting], None]


def draw_backdrop(pen: Pen, kind: PlaceKind, setting: Setting) -> None:
    """Paint the place."""
    PAINTERS[kind](pen, setting)


# --- outdoors -------------------------------------------------------------------------------------------------------


def _forest(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.2, scenery.PINE.lighter(0.35), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(scenery.GRASS.darker(0.9)))
    for index in range(9):
        x = at.width * (index + 0.6 * fraction(at.seed, "tree", index)) / 8.4
        size = at.height * (0.42 + 0.3 * fraction(at.seed, "tree size", index))
        if index % 2:
            scenery.draw_pine(pen, x, at.horizon + 14, size)
        else:
            scenery.draw_tree(pen, x, at.horizon + 16, size, f"{at.seed}{index}")
    scenery.draw_grass(pen, at.width, at.horizon, at.height, at.seed)


def _sea(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    shore = at.horizon + (at.height - at.horizon) * 0.5
    pen.fill([(0, at.horizon), (at.width, at.horizon), (at.width, at.height), (0, at.height)], NIGHT_WATER if at.is_dark else WATER)
    pen.line([(0, at.horizon), (at.width, at.horizon)], 0.7)
    scenery.draw_waves(pen, at.width, at.horizon, shore, at.seed)
    edge = [(at.width * step / 6, shore + 16 * (fraction(at.seed, "shore", step) - 0.5)) for step in range(7)]
    pen.shape([(-4, at.height + 4), (-4, shore), *smooth(edge), (at.width + 4, shore), (at.width + 4, at.height + 4)], SAND, 0.9)
    pen.curve([(x, y + 9) for x, y in edge], 0.6, WHITE)


def _lighthouse(pen: Pen, at: Setting) -> None:
    _sea(pen, at)
    x, base = at.width * (0.16 if fraction(at.seed, "side") < 0.5 else 0.82), at.horizon + 10  # noqa: PLR2004 - either side
    high = max(at.height * 0.5, at.horizon * 0.82)
    if at.is_dark:
        for side in (-1, 1):
            pen.fill([(x, base - high * 0.86), (x + side * at.width, base - high * 1.05), (x + side * at.width, base - high * 0.62)], scenery.SKIES["night"][3].lighter(0.35))
    pen.shape(smooth([(x - high * 0.5, base + 24), (x - high * 0.26, base - 6), (x, base - 16), (x + high * 0.28, base - 4), (x + high * 0.52, base + 24)]), ROCK, 0.8)
    for part in range(5):
        low, top = high * 0.155 * part, high * 0.155 * (part + 1)
        wide, narrow = high * (0.115 - 0.009 * part), high * (0.115 - 0.009 * (part + 1))
        pen.shape([(x - wide, base - 8 - low), (x - narrow, base - 8 - top), (x + narrow, base - 8 - top), (x + wide, base - 8 - low)], NAMED["red"] if part % 2 else WHITE, 0.8)
    y = base - 8 - high * 0.775
    pen.shape([(x - high * 0.09, y), (x + high * 0.09, y), (x + high * 0.09, y - 6), (x - high * 0.09, y - 6)], INK, 0.7)
    pen.shape([(x - high * 0.05, y - 6), (x + high * 0.05, y - 6), (x + high * 0.05, y - high * 0.1), (x - high * 0.05, y - high * 0.1)], scenery.SUN, 0.8)
    pen.shape([(x - high * 0.075, y - high * 0.1), (x, y - high * 0.18), (x + high * 0.075, y - high * 0.1)], NAMED["red"], 0.8)


def _boat(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    pen.fill([(0, at.horizon), (at.width, at.horizon), (at.width, at.height), (0, at.height)], NIGHT_WATER if at.is_dark else WATER)
    scenery.draw_waves(pen, at.width, at.horizon, at.height, at.seed)
    deck = at.horizon + (at.height - at.horizon) * 0.42
    x = at.width * 0.74
    pen.shape([(x, deck), (x, -10), (x + 12, -10), (x + 12, deck)], DARK_WOOD)
    pen.shape(smooth([(x - 4, 8), (x - at.width * 0.22, deck * 0.4), (x - at.width * 0.3, deck * 0.8), (x - 4, deck * 0.82)], 5), PAPER)
    pen.shape([(-4, deck), (at.width + 4, deck), (at.width + 4, at.height + 4), (-4, at.height + 4)], WOOD)
    scenery.draw_boards(pen, at.width, deck, at.height, (at.width / 2, at.horizon))
    rail = deck - 40
    pen.line([(0, rail), (at.width, rail)], 3.2, DARK_WOOD.darker())
    for index in range(9):
        pen.line([(at.width * index / 8, rail), (at.width * index / 8, deck)], 2.2, DARK_WOOD.darker())


def _mountain(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_peaks(pen, at.width, at.horizon + 4, max(at.horizon * 0.85, at.height * 0.35), rgb(0x8797AD, 175), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(rgb(0xC9D3C0, 238)))
    for index in range(5):
        x, y = at.width * fraction(at.seed, "rock", index), at.horizon + (at.height - at.horizon) * (0.1 + 0.5 * fraction(at.seed, "rock y", index))
        size = 14 + 30 * fraction(at.seed, "rock size", index)
        pen.shape([(x - size, y), (x - size * 0.6, y - size * 0.7), (x + size * 0.3, y - size * 0.8), (x + size, y)], ROCK.lighter(0.3), 0.8)
    for index in range(3):
        scenery.draw_pine(pen, at.width * fraction(at.seed, "pine", index), at.horizon + 12, at.height * 0.24)


def _desert(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon + 6, at.height * 0.14, SAND.darker(0.92), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(SAND))
    for index in range(4):
        y = at.horizon + (at.height - at.horizon) * (0.15 + 0.22 * index)
        pen.stroke([(at.width * (0.1 + 0.2 * index), y), (at.width * (0.35 + 0.15 * index), y - 12), (at.width * (0.6 + 0.12 * index), y + 4)], 1.8)
    for place in (0.12, 0.86):
        x, y, size = at.width * place, at.horizon + 26, at.height * 0.2
        for arm in (-1, 1):
            pen.limb([(x, y - size * 0.4), (x + arm * size * 0.24, y - size * 0.42), (x + arm * size * 0.24, y - size * 0.7)], size * 0.11, scenery.LEAF)
        pen.limb([(x, y), (x, y - size)], size * 0.16, scenery.LEAF)


def _village(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.18, scenery.LEAF.lighter(0.4), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(scenery.GRASS))
    roofs = (NAMED["red"], NAMED["brown"], NAMED["teal"])
    for index, place in enumerate((0.02, 0.36, 0.7)):
        scenery.draw_house(pen, at.width * place, at.horizon + 16 + 6 * (index % 2), at.width * 0.22, WALL, roofs[index])
    scenery.draw_tree(pen, at.width * 0.3, at.horizon + 20, at.height * 0.36, at.seed)
    path = [(at.width * 0.44, at.horizon + 18), (at.width * 0.36, at.height), (at.width * 0.7, at.height), (at.width * 0.52, at.horizon + 18)]
    pen.shape(path, SAND, 0.6)
    scenery.draw_grass(pen, at.width, at.horizon + 24, at.height, at.seed)


def _city(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    walls = (rgb(0xC9B7A6, 215), rgb(0xA9B4C2, 195), rgb(0xD9C9B0, 235), rgb(0xB59C93, 180), rgb(0xBCC8CC, 220))
    x = -20.0
    index = 0
    while x < at.width:
        wide = at.width * (0.11 + 0.09 * fraction(at.seed, "block", index))
        high = max(at.horizon, at.height * 0.4) * (0.45 + 0.5 * fraction(at.seed, "high", index))
        wall = walls[index % len(walls)]
        scenery.draw_tower_block(pen, x, at.horizon + 2, wide, high, wall.darker(0.45) if at.is_dark else wall, lit=at.is_dark)
        x += wide + 4
        index += 1
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(ASPHALT))
    kerb = at.horizon + (at.height - at.horizon) * 0.18
    pen.fill([(0, at.horizon), (at.width, at.horizon), (at.width, kerb), (0, kerb)], STONE.lighter(0.4))
    pen.line([(0, kerb), (at.width, kerb)], 1)
    for dash in range(5):
        y = kerb + (at.height - kerb) * 0.5
        pen.fill([(at.width * dash / 4.4, y), (at.width * (dash / 4.4 + 0.1), y), (at.width * (dash / 4.4 + 0.09), y + 9), (at.width * (dash / 4.4 - 0.012), y + 9)], WHITE)
    lamp = at.width * (0.08 + 0.84 * round(fraction(at.seed, "lamp")))
    pen.line([(lamp, kerb + 10), (lamp, kerb - at.height * 0.42)], 2.6)
    pen.oval(lamp, kerb - at.height * 0.43, 11, 11, scenery.SUN if at.is_dark else WHITE)


def _park(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(scenery.GRASS))
    for index in range(4):
        scenery.draw_tree(pen, at.width * (index + 0.3 * fraction(at.seed, "tree", index)) / 3.2, at.horizon + 14, at.height * (0.34 + 0.14 * fraction(at.seed, index)), f"{at.seed}{index}")
    bench, seat = at.width * 0.62, at.horizon + (at.height - at.horizon) * 0.24
    for y in (seat - 34, seat - 22, seat):
        pen.shape([(bench, y), (bench + 150, y), (bench + 150, y + 8), (bench, y + 8)], WOOD, 0.8)
    for x in (bench + 14, bench + 136):
        pen.line([(x, seat - 34), (x, seat + 26)], 1.8)
    for index in range(12):
        x, y = at.width * fraction(at.seed, "flower", index), at.horizon + 24 + (at.height - at.horizon) * 0.8 * fraction(at.seed, "flower y", index)
        pen.fill(ellipse(x, y, 4.5, 4.5), NAMED[("pink", "yellow", "red")[index % 3]])
    scenery.draw_grass(pen, at.width, at.horizon, at.height, at.seed)


def _field(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.15, scenery.LEAF.lighter(0.5), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(rgb(0xD8CF82, 240)))
    for index in range(-4, 13):
        pen.line([(at.width * index / 8, at.height), (at.width * (0.5 + (index / 8 - 0.5) * 0.2), at.horizon)], 0.6)
    for index in range(8):
        x = at.width * index / 7
        pen.shape([(x, at.horizon + 34), (x, at.horizon - 8), (x + 8, at.horizon - 14), (x + 16, at.horizon - 8), (x + 16, at.horizon + 34)], WHITE, 0.8)
    pen.line([(0, at.horizon + 6), (at.width, at.horizon + 6)], 1.6)
    scenery.draw_house(pen, at.width * 0.7, at.horizon - 4, at.width * 0.16, NAMED["red"], NAMED["dark"].lighter(0.2))


def _hill(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.height, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon + 20, at.height * 0.16, scenery.LEAF.lighter(0.5), at.seed)
    pen.shape(smooth([(-10, at.height + 8), (-10, at.horizon + 60), (at.width * 0.4, at.horizon), (at.width * 0.7, at.horizon + 6), (at.width + 10, at.horizon + 70), (at.width + 10, at.height + 8)]), scenery.GRASS)
    scenery.draw_tree(pen, at.width * 0.8, at.horizon + 30, at.height * 0.46, at.seed)
    scenery.draw_grass(pen, at.width, at.horizon + 40, at.height, at.seed)


def _river(pen: Pen, at: Setting) -> None:
    _forest(pen, at)
    y = at.horizon + (at.height - at.horizon) * 0.22
    pen.shape([*smooth([(-6, y), (at.width * 0.3, y - 10), (at.width * 0.7, y + 6), (at.width + 6, y - 6)]), *smooth([(at.width + 6, y + 70), (at.width * 0.6, y + 84), (at.width * 0.3, y + 60), (-6, y + 76)])], NIGHT_WATER if at.is_dark else WATER)
    scenery.draw_waves(pen, at.width, y - 4, y + 66, at.seed)


def _rooftop(pen: Pen, at: Setting) -> None:
    _city(pen, at)
    floor = at.horizon + (at.height - at.horizon) * 0.1
    pen.shape([(-4, floor), (at.width + 4, floor), (at.width + 4, at.height + 4), (-4, at.height + 4)], STONE.lighter(0.3))
    for index in range(17):
        x = at.width * index / 16
        pen.line([(x, floor), (x, floor - 64)], 0.9)
    for y in (floor - 64, floor - 32):
        pen.line([(0, y), (at.width, y)], 1.4)
    scenery.draw_boards(pen, at.width, floor, at.height, (at.width / 2, floor - 300))


def _sky(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.height, at.daytime, at.seed)
    for index in range(7):
        scenery.draw_cloud(pen, at.width * fraction(at.seed, "c", index), at.height * (0.2 + 0.8 * fraction(at.seed, "cy", index)), 40 + 60 * fraction(at.seed, "cs", index))
    for index in range(5):
        scenery.draw_cloud(pen, at.width * index / 4, at.height * 0.99, 90)


def _space(pen: Pen, at: Setting) -> None:
    pen.fill([(0, 0), (at.width, 0), (at.width, at.height), (0, at.height)], DEEP)
    for star in range(90):
        radius = 0.7 + 1.7 * fraction(at.seed, "size", star)
        pen.fill(ellipse(at.width * fraction(at.seed, "x", star), at.height * fraction(at.seed, "y", star), radius, radius, steps=6), WHITE)
    x, y, size = at.width * (0.2 + 0.6 * fraction(at.seed, "planet")), at.height * 0.3, at.height * 0.16
    pen.oval(x, y, size, size, rgb(0xD98B5F, 170))
    for band in (-0.4, 0.1, 0.5):
        pen.stroke([(x - size * 0.8, y + size * band), (x, y + size * (band + 0.14)), (x + size * 0.8, y + size * band)], 6, rgb(0xB86A48, 120))
    pen.stroke([(x - size * 1.7, y + size * 0.4), (x, y + size * 0.32), (x + size * 1.7, y - size * 0.3)], 7, METAL, start=0.3, end=0.3)
    ground = [(at.width * step / 6, at.horizon + 22 * (fraction(at.seed, "ground", step) - 0.5)) for step in range(7)]
    pen.shape([*smooth(ground), (at.width + 4, at.height + 4), (-4, at.height + 4)], rgb(0xA9A3B5, 200))
    for index in range(6):
        cx, cy = at.width * fraction(at.seed, "crater", index), at.horizon + 26 + (at.height - at.horizon) * 0.7 * fraction(at.seed, "crater y", index)
        pen.oval(cx, cy, 30, 8, rgb(0x8D879B, 165), 0.7)


def _underwater(pen: Pen, at: Setting) -> None:
    for index, colour in enumerate((rgb(0x7CC8DE, 225), rgb(0x57A9CB, 190), rgb(0x3B86B1, 150), rgb(0x2B6794, 110))):
        pen.fill([(0, at.height * index / 4), (at.width, at.height * index / 4), (at.width, at.height), (0, at.height)], colour)
    for index in range(7):
        x = at.width * (index + fraction(at.seed, "weed", index)) / 7
        high = at.height * (0.2 + 0.2 * fraction(at.seed, "weed high", index))
        pen.limb(smooth([(x, at.height), (x + 14, at.height - high * 0.35), (x - 12, at.height - high * 0.7), (x + 6, at.height - high)]), 9, scenery.LEAF, 0.6)
    for index in range(16):
        size = 3 + 9 * fraction(at.seed, "bubble", index)
        pen.line([*ellipse(at.width * fraction(at.seed, "bx", index), at.height * fraction(at.seed, "by", index), size, size, steps=14), (at.width * fraction(at.seed, "bx", index) + size, at.height * fraction(at.seed, "by", index))], 0.8, WHITE)


# --- indoors --------------------------------------------------------------------------------------------------------


def _walls(pen: Pen, at: Setting, wall: Colour, floor: Colour) -> float:
    """Fill wall and floor; return where the floor begins."""
    edge = min(max(at.horizon + at.height * 0.12, at.height * 0.3), at.height * 0.86)
    pen.fill([(0, 0), (at.width, 0), (at.width, edge), (0, edge)], wall)
    pen.fill([(0, edge), (at.width, edge), (at.width, at.height), (0, at.height)], floor)
    scenery.draw_boards(pen, at.width, edge, at.height, (at.width / 2, edge - at.height * 0.5))
    pen.shape([(-4, edge - 12), (at.width + 4, edge - 12), (at.width + 4, edge), (-4, edge)], wall.darker(0.88), 0.8)
    return edge


def _room(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, WALL, WOOD)
    scenery.draw_window(pen, at.width * 0.08, edge * 0.2, at.width * 0.2, edge * 0.42, at.daytime)
    for side in (-1, 1):
        x = at.width * (0.07 if side < 0 else 0.29)
        pen.shape(smooth([(x, edge * 0.15), (x + side * -26, edge * 0.4), (x + side * -8, edge * 0.68), (x + side * 20, edge * 0.66), (x + side * 12, edge * 0.4), (x + side * 22, edge * 0.15)], 4), NAMED["teal"].lighter(0.4), 0.8)
    _shelf(pen, at.width * 0.72, edge * 0.2, at.width * 0.22, edge * 0.78, at.seed, 3)
    pen.shape(rounded_box(at.width * 0.42, edge * 0.2, at.width * 0.56, edge * 0.42, 3), PAPER, 1.1)
    pen.shape([(at.width * 0.43, edge * 0.4), (at.width * 0.48, edge * 0.27), (at.width * 0.52, edge * 0.35), (at.width * 0.55, edge * 0.4)], scenery.LEAF, 0.6)
    pen.oval(at.width * 0.5, edge + (at.height - edge) * 0.52, at.width * 0.33, (at.height - edge) * 0.2, NAMED["crimson"].lighter(0.45), 0.8)


def _kitchen(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xE6EEE4, 245), rgb(0xE3D5C0, 235))
    scenery.draw_window(pen, at.width * 0.4, edge * 0.14, at.width * 0.2, edge * 0.36, at.daytime)
    for index in range(4):
        x = at.width * (0.02 + 0.245 * index)
        pen.shape(rounded_box(x, edge * 0.66, x + at.width * 0.23, edge + 8, 3), WOOD, 0.9)
        pen.oval(x + at.width * 0.2, edge * 0.8, 4, 4, NAMED["gold"], 0.7)
    pen.shape([(0, edge * 0.62), (at.width, edge * 0.62), (at.width, edge * 0.68), (0, edge * 0.68)], STONE.lighter(0.5), 0.9)
    for x, colour in ((0.07, "red"), (0.13, "teal"), (0.2, "yellow")):
        pen.shape(rounded_box(at.width * x, edge * 0.52, at.width * x + 30, edge * 0.62, 4), NAMED[colour], 0.8)
    for x in (0.68, 0.84):
        pen.shape(rounded_box(at.width * x, edge * 0.08, at.width * (x + 0.14), edge * 0.36, 3), WOOD, 0.9)
    pen.shape(ellipse(at.width * 0.78, edge * 0.58, 38, 20), METAL, 0.9)
    for x in (0.765, 0.79):
        pen.curve([(at.width * x, edge * 0.5), (at.width * x + 8, edge * 0.46), (at.width * x, edge * 0.42)], 0.8)


def _school(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xEFE9D6, 250), WOOD)
    pen.shape(rounded_box(at.width * 0.22, edge * 0.14, at.width * 0.76, edge * 0.62, 3), BOARD, 2.2, DARK_WOOD.darker(0.7))
    for index in range(3):
        y = edge * (0.25 + 0.11 * index)
        pen.curve([(at.width * 0.27, y), (at.width * 0.36, y - 5), (at.width * 0.45, y + 3), (at.width * (0.52 + 0.06 * index), y)], 0.9, WHITE)
    pen.oval(at.width * 0.14, edge * 0.2, 22, 22, WHITE)
    pen.line([(at.width * 0.14, edge * 0.2 - 14), (at.width * 0.14, edge * 0.2), (at.width * 0.14 + 9, edge * 0.2 + 4)], 1.1)
    scenery.draw_window(pen, at.width * 0.82, edge * 0.12, at.width * 0.15, edge * 0.5, at.daytime)
    for index in range(4):
        x, y = at.width * (0.03 + 0.26 * index), edge + (at.height - edge) * 0.1
        pen.line([(x + 12, y), (x + 12, y + 48)], 1.4)
        pen.line([(x + 108, y), (x + 108, y + 48)], 1.4)
        pen.shape([(x + 10, y - 12), (x + 112, y - 12), (x + 122, y + 4), (x, y + 4)], WOOD.lighter(0.25), 0.9)


def _library(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xD9C3A0, 225), DARK_WOOD)
    for index in range(4):
        _shelf(pen, at.width * (0.01 + 0.255 * index), edge * 0.03, at.width * 0.225, edge * 0.97, f"{at.seed}{index}", 5)
    pen.line([(at.width * 0.56, 0), (at.width * 0.62, edge)], 2.2, DARK_WOOD.darker(0.6))
    pen.line([(at.width * 0.61, 0), (at.width * 0.67, edge)], 2.2, DARK_WOOD.darker(0.6))


def _shelf(pen: Pen, x: float, y: float, wide: float, high: float, seed: str, boards: int) -> None:
    pen.shape([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], DARK_WOOD, 1)
    colours = ("red", "blue", "green", "yellow", "purple", "teal", "brown", "white")
    step = high / boards
    for board in range(boards):
        top, low = y + board * step + step * 0.1, y + (board + 1) * step - 5
        pen.fill([(x + 5, top), (x + wide - 5, top), (x + wide - 5, low), (x + 5, low)], DARK_WOOD.darker(0.6))
        left = x + 8.0
        index = 0
        while left < x + wide - 20:
            thick = 9 + 9 * fraction(seed, board, index)
            book = top + (low - top) * 0.35 * fraction(seed, "high", board, index)
            pen.shape([(left, book), (left + thick, book), (left + thick, low), (left, low)], NAMED[colours[int(fraction(seed, "c", board, index) * 8)]], 0.5)
            left += thick + (14 if fraction(seed, "gap", board, index) < 0.12 else 1)  # noqa: PLR2004 - now and then a gap
            index += 1


def _cafe(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xEBD9C0, 238), DARK_WOOD.lighter(0.2))
    scenery.draw_window(pen, at.width * 0.05, edge * 0.12, at.width * 0.34, edge * 0.55, at.daytime)
    for index in range(3):
        x = at.width * (0.2 + 0.3 * index)
        pen.line([(x, 0), (x, edge * 0.08)], 0.9)
        pen.shape([(x - 28, edge * 0.16), (x - 12, edge * 0.07), (x + 12, edge * 0.07), (x + 28, edge * 0.16)], NAMED["teal"], 0.9)
    pen.shape([(at.width * 0.6, edge * 0.62), (at.width + 4, edge * 0.62), (at.width + 4, edge + 20), (at.width * 0.6, edge + 20)], WOOD, 1)
    for index in range(4):
        x = at.width * (0.65 + 0.085 * index)
        pen.shape(rounded_box(x, edge * 0.52, x + 30, edge * 0.62, 5), WHITE if index % 2 else NAMED["copper"], 0.8)
    pen.shape(rounded_box(at.width * 0.66, edge * 0.14, at.width * 0.94, edge * 0.4, 3), BOARD, 1.4)
    for index in range(3):
        pen.line([(at.width * 0.69, edge * (0.2 + 0.07 * index)), (at.width * (0.82 + 0.03 * index), edge * (0.2 + 0.07 * index))], 1, WHITE)


def _train(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xDCE3E6, 236), rgb(0xA9A6A2, 190))
    for index in range(3):
        x = at.width * (0.03 + 0.33 * index)
        bands = scenery.SKIES[at.daytime]
        pen.shape(rounded_box(x, edge * 0.14, x + at.width * 0.28, edge * 0.58, 16), bands[2], 1.5)
        pen.fill([(x + 4, edge * 0.45), (x + at.width * 0.28 - 4, edge * 0.42), (x + at.width * 0.28 - 6, edge * 0.56), (x + 8, edge * 0.56)], scenery.LEAF)
        for dash in range(3):
            pen.line([(x + 16 + 50 * dash, edge * (0.24 + 0.05 * dash)), (x + 58 + 50 * dash, edge * (0.24 + 0.05 * dash))], 0.8, WHITE)
    pen.line([(0, edge * 0.06), (at.width, edge * 0.06)], 2)
    for index in range(8):
        x = at.width * (0.06 + 0.125 * index)
        pen.line([(x, edge * 0.06), (x, edge * 0.12)], 1)
        pen.line([*ellipse(x, edge * 0.155, 10, 10, steps=14), (x + 10, edge * 0.155)], 1.4)
    pen.shape(rounded_box(-10, edge * 0.7, at.width + 10, edge + 14, 12), NAMED["green"].darker(0.8), 1)


def _spaceship(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, METAL, METAL.darker(0.75))
    middle, high = at.width * 0.5, edge * 0.36
    pen.shape(rounded_box(middle - at.width * 0.22, edge * 0.08, middle + at.width * 0.22, edge * 0.08 + high, 40), DEEP, 2.4)
    for star in range(26):
        radius = 0.9 + 1.3 * fraction(at.seed, "s", star)
        pen.fill(ellipse(middle + at.width * 0.4 * (fraction(at.seed, "sx", star) - 0.5), edge * 0.12 + high * 0.8 * fraction(at.seed, "sy", star), radius, radius, steps=6), WHITE)
    pen.oval(middle + at.width * 0.1, edge * 0.28, edge * 0.08, edge * 0.08, rgb(0xD98B5F, 170), 0.8)
    for side in (-1, 1):
        x = middle + side * at.width * 0.37
        pen.shape(rounded_box(x - at.width * 0.1, edge * 0.12, x + at.width * 0.1, edge * 0.5, 8), METAL.darker(0.86), 1)
        for index in range(6):
            pen.oval(x - 40 + 40 * (index % 3), edge * (0.22 + 0.16 * (index // 3)), 9, 9, NAMED[("red", "yellow", "teal")[index % 3]], 0.8)
    pen.shape([(-4, edge * 0.68), (at.width + 4, edge * 0.68), (at.width + 4, edge), (-4, edge)], METAL.darker(0.6), 1)
    for index in range(14):
        x = at.width * (0.03 + 0.07 * index)
        pen.shape(rounded_box(x, edge * 0.74, x + 28, edge * 0.84, 4), NAMED[("teal", "white", "red", "yellow")[index % 4]], 0.7)


def _lab(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xE4EBEE, 246), STONE.lighter(0.4))
    _shelf(pen, at.width * 0.04, edge * 0.12, at.width * 0.24, edge * 0.4, at.seed, 2)
    pen.shape([(0, edge * 0.72), (at.width, edge * 0.72), (at.width, edge * 0.79), (0, edge * 0.79)], WHITE, 1)
    for index in range(5):
        x, y = at.width * (0.36 + 0.12 * index), edge * 0.72
        colour = NAMED[("green", "pink", "blue", "yellow", "purple")[index]].lighter(0.2)
        pen.shape([(x - 7, y - 62), (x + 7, y - 62), (x + 7, y - 40), (x + 24, y), (x - 24, y), (x - 7, y - 40)], WHITE, 0.9)
        pen.fill([(x - 14, y - 24), (x + 14, y - 24), (x + 22, y - 2), (x - 22, y - 2)], colour)
    pen.shape(rounded_box(at.width * 0.6, edge * 0.12, at.width * 0.92, edge * 0.46, 5), BOARD, 1.4)
    pen.curve([(at.width * 0.64, edge * 0.36), (at.width * 0.7, edge * 0.2), (at.width * 0.78, edge * 0.34), (at.width * 0.88, edge * 0.18)], 1, WHITE)


def _workshop(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xC9AE8C, 210), STONE)
    for index in range(7):
        x = at.width * (0.1 + 0.13 * index)
        pen.line([(x, edge * 0.16), (x, edge * (0.32 + 0.06 * (index % 3)))], 2.6, METAL.darker(0.6))
        pen.shape(rounded_box(x - 12, edge * (0.32 + 0.06 * (index % 3)), x + 12, edge * (0.37 + 0.06 * (index % 3)), 3), NAMED["rusty"], 0.8)
    pen.line([(0, edge * 0.16), (at.width, edge * 0.16)], 2)
    pen.shape([(at.width * 0.04, edge * 0.68), (at.width * 0.7, edge * 0.68), (at.width * 0.7, edge * 0.76), (at.width * 0.04, edge * 0.76)], DARK_WOOD, 1)
    for x in (0.07, 0.64):
        pen.line([(at.width * x, edge * 0.76), (at.width * x, edge + 20)], 3)
    for x, y, size in ((0.8, 0.62, 46), (0.92, 0.76, 34), (0.24, 0.6, 26)):
        _cog(pen, at.width * x, edge * y, size)


def _cog(pen: Pen, x: float, y: float, size: float) -> None:
    ring = ellipse(x, y, size, size, steps=32)
    pen.shape([(x + (px - x) * (1.18 if index % 4 < 2 else 1.0), y + (py - y) * (1.18 if index % 4 < 2 else 1.0)) for index, (px, py) in enumerate(ring)], METAL.darker(0.8), 0.9)  # noqa: PLR2004 - two points up, two down
    pen.oval(x, y, size * 0.4, size * 0.4, METAL, 0.9)


def _castle(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, STONE, STONE.darker(0.85))
    for row in range(8):
        y = edge * row / 8
        pen.line([(0, y), (at.width, y)], 0.4)
        for brick in range(7):
            x = at.width * (brick + 0.5 * (row % 2)) / 6.5
            pen.line([(x, y), (x, y + edge / 8)], 0.4)
    for place in (0.2, 0.8):
        x = at.width * place
        arch = [(x - 44, edge * 0.62), (x - 44, edge * 0.3), *smooth([(x - 44, edge * 0.3), (x - 24, edge * 0.17), (x, edge * 0.12), (x + 24, edge * 0.17), (x + 44, edge * 0.3)]), (x + 44, edge * 0.62)]
        pen.shape(arch, scenery.SKIES[at.daytime][1], 1.3)
    x = at.width * 0.5
    pen.shape([(x - 46, 0), (x + 46, 0), (x + 46, edge * 0.52), (x, edge * 0.62), (x - 46, edge * 0.52)], NAMED["crimson"], 1)
    pen.oval(x, edge * 0.28, 22, 22, NAMED["gold"], 0.9)


def _cave(pen: Pen, at: Setting) -> None:
    pen.fill([(0, 0), (at.width, 0), (at.width, at.height), (0, at.height)], CAVE_DARK)
    pen.shape(ellipse(at.width * 0.5, at.height * 0.55, at.width * 0.42, at.height * 0.5), CAVE_GLOW.darker(0.85), 0.8)
    pen.shape(ellipse(at.width * 0.52, at.height * 0.56, at.width * 0.26, at.height * 0.36), CAVE_GLOW.lighter(0.4), 0.7)
    for index in range(9):
        x, size = at.width * index / 8, at.height * (0.1 + 0.16 * fraction(at.seed, "drip", index))
        pen.shape([(x - 26, -4), (x + 26, -4), (x + 4, size)], ROCK.darker(0.7), 0.8)
    floor = at.horizon + (at.height - at.horizon) * 0.2
    edge = [(at.width * step / 6, floor + 20 * (fraction(at.seed, "f", step) - 0.5)) for step in range(7)]
    pen.shape([*smooth(edge), (at.width + 4, at.height + 4), (-4, at.height + 4)], ROCK)


def _stage(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, CAVE_DARK, WOOD)
    for x in (0.3, 0.7):
        pen.fill([(at.width * x, -10), (at.width * (x - 0.16), edge + 60), (at.width * (x + 0.16), edge + 60)], rgb(0xF7E9B8, 235))
    for side in (0, 1):
        for fold in range(4):
            x = at.width * (0.055 * fold) if side == 0 else at.width * (1 - 0.055 * fold)
            pen.shape(smooth([(x - 26, -4), (x + 26, -4), (x + 22, edge * 0.5), (x + 28, edge + 10), (x - 28, edge + 10), (x - 22, edge * 0.5)], 3), NAMED["crimson"], 0.8)
    top: list[Point] = [(0.0, edge * 0.1)]
    top += wavy((0, edge * 0.12), (at.width, edge * 0.12), 7, -26)
    pen.shape([(-4, -4), *top, (at.width + 4, -4)], NAMED["crimson"].darker(0.85), 1)


def _temple(pen: Pen, at: Setting) -> None:
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.2, scenery.PINE.lighter(0.3), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(STONE.lighter(0.45)))
    x, high = at.width * 0.5, max(at.horizon, at.height * 0.4) * 0.8
    for side in (-1, 1):
        pen.shape([(x + side * 120 - 11, at.horizon + 20), (x + side * 112 - 9, at.horizon - high), (x + side * 112 + 9, at.horizon - high), (x + side * 120 + 11, at.horizon + 20)], NAMED["red"], 1)
    pen.shape(smooth([(x - 190, at.horizon - high - 20), (x, at.horizon - high - 6), (x + 190, at.horizon - high - 20), (x + 184, at.horizon - high + 8), (x, at.horizon - high + 16), (x - 184, at.horizon - high + 8)], 5), NAMED["red"], 1)
    pen.shape([(x - 136, at.horizon - high + 44), (x + 136, at.horizon - high + 44), (x + 136, at.horizon - high + 60), (x - 136, at.horizon - high + 60)], NAMED["red"], 1)
    for place in (0.12, 0.88):
        scenery.draw_pine(pen, at.width * place, at.horizon + 16, at.height * 0.42)


def _market(pen: Pen, at: Setting) -> None:
    _village(pen, at)
    colours = ("red", "teal", "orange")
    for index in range(3):
        x, y, wide = at.width * (0.02 + 0.34 * index), at.horizon + 40, at.width * 0.27
        top = y - at.height * 0.34
        for post in (x + 8, x + wide - 8):
            pen.line([(post, y), (post, top)], 2)
        for stripe in range(6):
            left = x + wide * stripe / 6
            pen.shape([(left, top), (left + wide / 6, top), (left + wide / 6 + 3, top + 34), *ellipse(left + wide / 12, top + 34, wide / 12 + 2, 10, 0, 180, 8), (left - 3, top + 34)], NAMED[colours[index]] if stripe % 2 else WHITE, 0.7)
        pen.shape([(x, y - 46), (x + wide, y - 46), (x + wide, y + 6), (x, y + 6)], WOOD, 0.9)
        for fruit in range(7):
            pen.oval(x + 20 + (wide - 40) * fruit / 6, y - 52, 11, 11, NAMED[("red", "orange", "green", "yellow")[(fruit + index) % 4]], 0.7)


def _office(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xE3E7E6, 244), STONE.lighter(0.3))
    for index in range(3):
        scenery.draw_window(pen, at.width * (0.05 + 0.32 * index), edge * 0.1, at.width * 0.25, edge * 0.4, at.daytime)
    pen.shape([(at.width * 0.1, edge * 0.74), (at.width * 0.9, edge * 0.74), (at.width * 0.9, edge * 0.8), (at.width * 0.1, edge * 0.8)], WOOD, 1)
    for x in (0.22, 0.66):
        pen.shape(rounded_box(at.width * x, edge * 0.54, at.width * x + 84, edge * 0.7, 4), DEEP, 1.2)
        pen.line([(at.width * x + 42, edge * 0.7), (at.width * x + 42, edge * 0.74)], 2.4)


def _hospital(pen: Pen, at: Setting) -> None:
    edge = _walls(pen, at, rgb(0xE6F0F0, 250), rgb(0xCFDCDD, 235))
    scenery.draw_window(pen, at.width * 0.08, edge * 0.14, at.width * 0.22, edge * 0.42, at.daytime)
    pen.shape(rounded_box(at.width * 0.5, edge * 0.7, at.width * 0.98, edge + 14, 8), WHITE, 1)
    pen.shape(rounded_box(at.width * 0.84, edge * 0.6, at.width * 0.96, edge * 0.76, 10), WHITE, 1)
    x, y = at.width * 0.44, edge * 0.28
    pen.shape(rounded_box(x - 30, y - 30, x + 30, y + 30, 4), WHITE, 1)
    pen.fill([(x - 7, y - 22), (x + 7, y - 22), (x + 7, y + 22), (x - 7, y + 22)], NAMED["red"])
    pen.fill([(x - 22, y - 7), (x + 22, y - 7), (x + 22, y + 7), (x - 22, y + 7)], NAMED["red"])


PAINTERS: dict[PlaceKind, Painter] = {
    "forest": _forest, "city": _city, "sea": _sea, "boat": _boat, "room": _room, "kitchen": _kitchen, "school": _school,
    "space": _space, "spaceship": _spaceship, "mountain": _mountain, "desert": _desert, "village": _village,
    "castle": _castle, "cafe": _cafe, "train": _train, "park": _park, "cave": _cave, "library": _library, "lab": _lab,
    "river": _river, "field": _field, "rooftop": _rooftop, "workshop": _workshop, "stage": _stage, "temple": _temple,
    "sky": _sky, "underwater": _underwater, "hill": _hill, "lighthouse": _lighthouse, "market": _market,
    "office": _office, "hospital": _hospital,
}  # fmt: skip
