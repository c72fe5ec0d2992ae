"""Places under the open sky."""

from tools.gemini_emulator.drawing import scenery
from tools.gemini_emulator.drawing.colours import INK, NAMED, PAPER, WHITE, rgb
from tools.gemini_emulator.drawing.curves import ellipse, smooth
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.place_setting import Setting
from tools.gemini_emulator.story.seeds import fraction

WATER = rgb(0x5FA8CF, 200)
NIGHT_WATER = rgb(0x2A4A78, 60)
SAND = rgb(0xEEDDAF, 245)
STONE = rgb(0xB3AFA8, 200)
WALL = rgb(0xF2E8D5, 250)
WOOD = rgb(0xC79A66, 205)
DARK_WOOD = rgb(0x96693F, 150)
METAL = rgb(0xC5CED8, 222)
ROCK = rgb(0x8E8078, 130)
ASPHALT = rgb(0xB8B8BE, 215)
DEEP = rgb(0x141931, 8)


def draw_forest(pen: Pen, at: Setting) -> None:
    """Paint forest."""
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


def draw_sea(pen: Pen, at: Setting) -> None:
    """Paint sea."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    shore = at.horizon + (at.height - at.horizon) * 0.5
    pen.fill(
        [(0, at.horizon), (at.width, at.horizon), (at.width, at.height), (0, at.height)],
        NIGHT_WATER if at.is_dark else WATER,
    )
    pen.line([(0, at.horizon), (at.width, at.horizon)], 0.7)
    scenery.draw_waves(pen, at.width, at.horizon, shore, at.seed)
    edge = [(at.width * step / 6, shore + 16 * (fraction(at.seed, "shore", step) - 0.5)) for step in range(7)]
    pen.shape(
        [(-4, at.height + 4), (-4, shore), *smooth(edge), (at.width + 4, shore), (at.width + 4, at.height + 4)],
        SAND,
        0.9,
    )
    pen.curve([(x, y + 9) for x, y in edge], 0.6, WHITE)


def draw_lighthouse(pen: Pen, at: Setting) -> None:
    """Paint lighthouse."""
    draw_sea(pen, at)
    x, base = at.width * (0.16 if fraction(at.seed, "side") < 0.5 else 0.82), at.horizon + 10  # noqa: PLR2004 - either side
    high = max(at.height * 0.5, at.horizon * 0.82)
    if at.is_dark:
        for side in (-1, 1):
            pen.fill(
                [
                    (x, base - high * 0.86),
                    (x + side * at.width, base - high * 1.05),
                    (x + side * at.width, base - high * 0.62),
                ],
                scenery.SKIES["night"][3].lighter(0.35),
            )
    pen.shape(
        smooth(
            [
                (x - high * 0.5, base + 24),
                (x - high * 0.26, base - 6),
                (x, base - 16),
                (x + high * 0.28, base - 4),
                (x + high * 0.52, base + 24),
            ]
        ),
        ROCK,
        0.8,
    )
    for part in range(5):
        low, top = high * 0.155 * part, high * 0.155 * (part + 1)
        wide, narrow = high * (0.115 - 0.009 * part), high * (0.115 - 0.009 * (part + 1))
        pen.shape(
            [
                (x - wide, base - 8 - low),
                (x - narrow, base - 8 - top),
                (x + narrow, base - 8 - top),
                (x + wide, base - 8 - low),
            ],
            NAMED["red"] if part % 2 else WHITE,
            0.8,
        )
    y = base - 8 - high * 0.775
    pen.shape(
        [(x - high * 0.09, y), (x + high * 0.09, y), (x + high * 0.09, y - 6), (x - high * 0.09, y - 6)], INK, 0.7
    )
    pen.shape(
        [
            (x - high * 0.05, y - 6),
            (x + high * 0.05, y - 6),
            (x + high * 0.05, y - high * 0.1),
            (x - high * 0.05, y - high * 0.1),
        ],
        scenery.SUN,
        0.8,
    )
    pen.shape(
        [(x - high * 0.075, y - high * 0.1), (x, y - high * 0.18), (x + high * 0.075, y - high * 0.1)],
        NAMED["red"],
        0.8,
    )


def draw_boat(pen: Pen, at: Setting) -> None:
    """Paint boat."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    pen.fill(
        [(0, at.horizon), (at.width, at.horizon), (at.width, at.height), (0, at.height)],
        NIGHT_WATER if at.is_dark else WATER,
    )
    scenery.draw_waves(pen, at.width, at.horizon, at.height, at.seed)
    deck = at.horizon + (at.height - at.horizon) * 0.42
    x = at.width * 0.74
    pen.shape([(x, deck), (x, -10), (x + 12, -10), (x + 12, deck)], DARK_WOOD)
    pen.shape(
        smooth(
            [(x - 4, 8), (x - at.width * 0.22, deck * 0.4), (x - at.width * 0.3, deck * 0.8), (x - 4, deck * 0.82)], 5
        ),
        PAPER,
    )
    pen.shape([(-4, deck), (at.width + 4, deck), (at.width + 4, at.height + 4), (-4, at.height + 4)], WOOD)
    scenery.draw_boards(pen, at.width, deck, at.height, (at.width / 2, at.horizon))
    rail = deck - 40
    pen.line([(0, rail), (at.width, rail)], 3.2, DARK_WOOD.darker())
    for index in range(9):
        pen.line([(at.width * index / 8, rail), (at.width * index / 8, deck)], 2.2, DARK_WOOD.darker())


def draw_mountain(pen: Pen, at: Setting) -> None:
    """Paint mountain."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_peaks(
        pen, at.width, at.horizon + 4, max(at.horizon * 0.85, at.height * 0.35), rgb(0x8797AD, 175), at.seed
    )
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(rgb(0xC9D3C0, 238)))
    for index in range(5):
        x, y = (
            at.width * fraction(at.seed, "rock", index),
            at.horizon + (at.height - at.horizon) * (0.1 + 0.5 * fraction(at.seed, "rock y", index)),
        )
        size = 14 + 30 * fraction(at.seed, "rock size", index)
        pen.shape(
            [(x - size, y), (x - size * 0.6, y - size * 0.7), (x + size * 0.3, y - size * 0.8), (x + size, y)],
            ROCK.lighter(0.3),
            0.8,
        )
    for index in range(3):
        scenery.draw_pine(pen, at.width * fraction(at.seed, "pine", index), at.horizon + 12, at.height * 0.24)


def draw_desert(pen: Pen, at: Setting) -> None:
    """Paint desert."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon + 6, at.height * 0.14, SAND.darker(0.92), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(SAND))
    for index in range(4):
        y = at.horizon + (at.height - at.horizon) * (0.15 + 0.22 * index)
        pen.stroke(
            [
                (at.width * (0.1 + 0.2 * index), y),
                (at.width * (0.35 + 0.15 * index), y - 12),
                (at.width * (0.6 + 0.12 * index), y + 4),
            ],
            1.8,
        )
    for place in (0.12, 0.86):
        x, y, size = at.width * place, at.horizon + 26, at.height * 0.2
        for arm in (-1, 1):
            pen.limb(
                [
                    (x, y - size * 0.4),
                    (x + arm * size * 0.24, y - size * 0.42),
                    (x + arm * size * 0.24, y - size * 0.7),
                ],
                size * 0.11,
                scenery.LEAF,
            )
        pen.limb([(x, y), (x, y - size)], size * 0.16, scenery.LEAF)


def draw_village(pen: Pen, at: Setting) -> None:
    """Paint village."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.18, scenery.LEAF.lighter(0.4), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(scenery.GRASS))
    roofs = (NAMED["red"], NAMED["brown"], NAMED["teal"])
    for index, place in enumerate((0.02, 0.36, 0.7)):
        scenery.draw_house(
            pen, at.width * place, at.horizon + 16 + 6 * (index % 2), at.width * 0.22, WALL, roofs[index]
        )
    scenery.draw_tree(pen, at.width * 0.3, at.horizon + 20, at.height * 0.36, at.seed)
    path = [
        (at.width * 0.44, at.horizon + 18),
        (at.width * 0.36, at.height),
        (at.width * 0.7, at.height),
        (at.width * 0.52, at.horizon + 18),
    ]
    pen.shape(path, SAND, 0.6)
    scenery.draw_grass(pen, at.width, at.horizon + 24, at.height, at.seed)


def draw_city(pen: Pen, at: Setting) -> None:
    """Paint city."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    walls = (rgb(0xC9B7A6, 215), rgb(0xA9B4C2, 195), rgb(0xD9C9B0, 235), rgb(0xB59C93, 180), rgb(0xBCC8CC, 220))
    x = -20.0
    index = 0
    while x < at.width:
        wide = at.width * (0.11 + 0.09 * fraction(at.seed, "block", index))
        high = max(at.horizon, at.height * 0.4) * (0.45 + 0.5 * fraction(at.seed, "high", index))
        wall = walls[index % len(walls)]
        scenery.draw_tower_block(
            pen, x, at.horizon + 2, wide, high, wall.darker(0.45) if at.is_dark else wall, lit=at.is_dark
        )
        x += wide + 4
        index += 1
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(ASPHALT))
    kerb = at.horizon + (at.height - at.horizon) * 0.18
    pen.fill([(0, at.horizon), (at.width, at.horizon), (at.width, kerb), (0, kerb)], STONE.lighter(0.4))
    pen.line([(0, kerb), (at.width, kerb)], 1)
    for dash in range(5):
        y = kerb + (at.height - kerb) * 0.5
        pen.fill(
            [
                (at.width * dash / 4.4, y),
                (at.width * (dash / 4.4 + 0.1), y),
                (at.width * (dash / 4.4 + 0.09), y + 9),
                (at.width * (dash / 4.4 - 0.012), y + 9),
            ],
            WHITE,
        )
    lamp = at.width * (0.08 + 0.84 * round(fraction(at.seed, "lamp")))
    pen.line([(lamp, kerb + 10), (lamp, kerb - at.height * 0.42)], 2.6)
    pen.oval(lamp, kerb - at.height * 0.43, 11, 11, scenery.SUN if at.is_dark else WHITE)


def draw_park(pen: Pen, at: Setting) -> None:
    """Paint park."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(scenery.GRASS))
    for index in range(4):
        scenery.draw_tree(
            pen,
            at.width * (index + 0.3 * fraction(at.seed, "tree", index)) / 3.2,
            at.horizon + 14,
            at.height * (0.34 + 0.14 * fraction(at.seed, index)),
            f"{at.seed}{index}",
        )
    bench, seat = at.width * 0.62, at.horizon + (at.height - at.horizon) * 0.24
    for y in (seat - 34, seat - 22, seat):
        pen.shape([(bench, y), (bench + 150, y), (bench + 150, y + 8), (bench, y + 8)], WOOD, 0.8)
    for x in (bench + 14, bench + 136):
        pen.line([(x, seat - 34), (x, seat + 26)], 1.8)
    for index in range(12):
        x, y = (
            at.width * fraction(at.seed, "flower", index),
            at.horizon + 24 + (at.height - at.horizon) * 0.8 * fraction(at.seed, "flower y", index),
        )
        pen.fill(ellipse(x, y, 4.5, 4.5), NAMED[("pink", "yellow", "red")[index % 3]])
    scenery.draw_grass(pen, at.width, at.horizon, at.height, at.seed)


def draw_field(pen: Pen, at: Setting) -> None:
    """Paint field."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.15, scenery.LEAF.lighter(0.5), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(rgb(0xD8CF82, 240)))
    for index in range(-4, 13):
        pen.line([(at.width * index / 8, at.height), (at.width * (0.5 + (index / 8 - 0.5) * 0.2), at.horizon)], 0.6)
    for index in range(8):
        x = at.width * index / 7
        pen.shape(
            [
                (x, at.horizon + 34),
                (x, at.horizon - 8),
                (x + 8, at.horizon - 14),
                (x + 16, at.horizon - 8),
                (x + 16, at.horizon + 34),
            ],
            WHITE,
            0.8,
        )
    pen.line([(0, at.horizon + 6), (at.width, at.horizon + 6)], 1.6)
    scenery.draw_house(pen, at.width * 0.7, at.horizon - 4, at.width * 0.16, NAMED["red"], NAMED["dark"].lighter(0.2))


def draw_hill(pen: Pen, at: Setting) -> None:
    """Paint hill."""
    scenery.draw_sky(pen, at.width, at.height, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon + 20, at.height * 0.16, scenery.LEAF.lighter(0.5), at.seed)
    pen.shape(
        smooth(
            [
                (-10, at.height + 8),
                (-10, at.horizon + 60),
                (at.width * 0.4, at.horizon),
                (at.width * 0.7, at.horizon + 6),
                (at.width + 10, at.horizon + 70),
                (at.width + 10, at.height + 8),
            ]
        ),
        scenery.GRASS,
    )
    scenery.draw_tree(pen, at.width * 0.8, at.horizon + 30, at.height * 0.46, at.seed)
    scenery.draw_grass(pen, at.width, at.horizon + 40, at.height, at.seed)


def draw_river(pen: Pen, at: Setting) -> None:
    """Paint river."""
    draw_forest(pen, at)
    y = at.horizon + (at.height - at.horizon) * 0.22
    pen.shape(
        [
            *smooth([(-6, y), (at.width * 0.3, y - 10), (at.width * 0.7, y + 6), (at.width + 6, y - 6)]),
            *smooth([(at.width + 6, y + 70), (at.width * 0.6, y + 84), (at.width * 0.3, y + 60), (-6, y + 76)]),
        ],
        NIGHT_WATER if at.is_dark else WATER,
    )
    scenery.draw_waves(pen, at.width, y - 4, y + 66, at.seed)


def draw_rooftop(pen: Pen, at: Setting) -> None:
    """Paint rooftop."""
    draw_city(pen, at)
    floor = at.horizon + (at.height - at.horizon) * 0.1
    pen.shape(
        [(-4, floor), (at.width + 4, floor), (at.width + 4, at.height + 4), (-4, at.height + 4)], STONE.lighter(0.3)
    )
    for index in range(17):
        x = at.width * index / 16
        pen.line([(x, floor), (x, floor - 64)], 0.9)
    for y in (floor - 64, floor - 32):
        pen.line([(0, y), (at.width, y)], 1.4)
    scenery.draw_boards(pen, at.width, floor, at.height, (at.width / 2, floor - 300))


def draw_sky(pen: Pen, at: Setting) -> None:
    """Paint sky."""
    scenery.draw_sky(pen, at.width, at.height, at.daytime, at.seed)
    for index in range(7):
        scenery.draw_cloud(
            pen,
            at.width * fraction(at.seed, "c", index),
            at.height * (0.2 + 0.8 * fraction(at.seed, "cy", index)),
            40 + 60 * fraction(at.seed, "cs", index),
        )
    for index in range(5):
        scenery.draw_cloud(pen, at.width * index / 4, at.height * 0.99, 90)


def draw_space(pen: Pen, at: Setting) -> None:
    """Paint space."""
    pen.fill([(0, 0), (at.width, 0), (at.width, at.height), (0, at.height)], DEEP)
    for star in range(90):
        radius = 0.7 + 1.7 * fraction(at.seed, "size", star)
        pen.fill(
            ellipse(
                at.width * fraction(at.seed, "x", star),
                at.height * fraction(at.seed, "y", star),
                radius,
                radius,
                steps=6,
            ),
            WHITE,
        )
    x, y, size = at.width * (0.2 + 0.6 * fraction(at.seed, "planet")), at.height * 0.3, at.height * 0.16
    pen.oval(x, y, size, size, rgb(0xD98B5F, 170))
    for band in (-0.4, 0.1, 0.5):
        pen.stroke(
            [(x - size * 0.8, y + size * band), (x, y + size * (band + 0.14)), (x + size * 0.8, y + size * band)],
            6,
            rgb(0xB86A48, 120),
        )
    pen.stroke(
        [(x - size * 1.7, y + size * 0.4), (x, y + size * 0.32), (x + size * 1.7, y - size * 0.3)],
        7,
        METAL,
        start=0.3,
        end=0.3,
    )
    ground = [(at.width * step / 6, at.horizon + 22 * (fraction(at.seed, "ground", step) - 0.5)) for step in range(7)]
    pen.shape([*smooth(ground), (at.width + 4, at.height + 4), (-4, at.height + 4)], rgb(0xA9A3B5, 200))
    for index in range(6):
        cx, cy = (
            at.width * fraction(at.seed, "crater", index),
            at.horizon + 26 + (at.height - at.horizon) * 0.7 * fraction(at.seed, "crater y", index),
        )
        pen.oval(cx, cy, 30, 8, rgb(0x8D879B, 165), 0.7)


def draw_underwater(pen: Pen, at: Setting) -> None:
    """Paint underwater."""
    for index, colour in enumerate((rgb(0x7CC8DE, 225), rgb(0x57A9CB, 190), rgb(0x3B86B1, 150), rgb(0x2B6794, 110))):
        pen.fill(
            [(0, at.height * index / 4), (at.width, at.height * index / 4), (at.width, at.height), (0, at.height)],
            colour,
        )
    for index in range(7):
        x = at.width * (index + fraction(at.seed, "weed", index)) / 7
        high = at.height * (0.2 + 0.2 * fraction(at.seed, "weed high", index))
        pen.limb(
            smooth(
                [
                    (x, at.height),
                    (x + 14, at.height - high * 0.35),
                    (x - 12, at.height - high * 0.7),
                    (x + 6, at.height - high),
                ]
            ),
            9,
            scenery.LEAF,
            0.6,
        )
    for index in range(16):
        size = 3 + 9 * fraction(at.seed, "bubble", index)
        pen.line(
            [
                *ellipse(
                    at.width * fraction(at.seed, "bx", index),
                    at.height * fraction(at.seed, "by", index),
                    size,
                    size,
                    steps=14,
                ),
                (at.width * fraction(at.seed, "bx", index) + size, at.height * fraction(at.seed, "by", index)),
            ],
            0.8,
            WHITE,
        )


def draw_temple(pen: Pen, at: Setting) -> None:
    """Paint temple."""
    scenery.draw_sky(pen, at.width, at.horizon, at.daytime, at.seed)
    scenery.draw_hills(pen, at.width, at.horizon, at.height * 0.2, scenery.PINE.lighter(0.3), at.seed)
    scenery.draw_ground(pen, at.width, at.horizon, at.height, at.land(STONE.lighter(0.45)))
    x, high = at.width * 0.5, max(at.horizon, at.height * 0.4) * 0.8
    for side in (-1, 1):
        pen.shape(
            [
                (x + side * 120 - 11, at.horizon + 20),
                (x + side * 112 - 9, at.horizon - high),
                (x + side * 112 + 9, at.horizon - high),
                (x + side * 120 + 11, at.horizon + 20),
            ],
            NAMED["red"],
            1,
        )
    pen.shape(
        smooth(
            [
                (x - 190, at.horizon - high - 20),
                (x, at.horizon - high - 6),
                (x + 190, at.horizon - high - 20),
                (x + 184, at.horizon - high + 8),
                (x, at.horizon - high + 16),
                (x - 184, at.horizon - high + 8),
            ],
            5,
        ),
        NAMED["red"],
        1,
    )
    pen.shape(
        [
            (x - 136, at.horizon - high + 44),
            (x + 136, at.horizon - high + 44),
            (x + 136, at.horizon - high + 60),
            (x - 136, at.horizon - high + 60),
        ],
        NAMED["red"],
        1,
    )
    for place in (0.12, 0.88):
        scenery.draw_pine(pen, at.width * place, at.horizon + 16, at.height * 0.42)


def draw_market(pen: Pen, at: Setting) -> None:
    """Paint market."""
    draw_village(pen, at)
    colours = ("red", "teal", "orange")
    for index in range(3):
        x, y, wide = at.width * (0.02 + 0.34 * index), at.horizon + 40, at.width * 0.27
        top = y - at.height * 0.34
        for post in (x + 8, x + wide - 8):
            pen.line([(post, y), (post, top)], 2)
        for stripe in range(6):
            left = x + wide * stripe / 6
            pen.shape(
                [
                    (left, top),
                    (left + wide / 6, top),
                    (left + wide / 6 + 3, top + 34),
                    *ellipse(left + wide / 12, top + 34, wide / 12 + 2, 10, 0, 180, 8),
                    (left - 3, top + 34),
                ],
                NAMED[colours[index]] if stripe % 2 else WHITE,
                0.7,
            )
        pen.shape([(x, y - 46), (x + wide, y - 46), (x + wide, y + 6), (x, y + 6)], WOOD, 0.9)
        for fruit in range(7):
            pen.oval(
                x + 20 + (wide - 40) * fruit / 6,
                y - 52,
                11,
                11,
                NAMED[("red", "orange", "green", "yellow")[(fruit + index) % 4]],
                0.7,
            )
