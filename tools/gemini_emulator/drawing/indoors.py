"""Places with walls around them."""

from tools.gemini_emulator.drawing import scenery
from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import NAMED, PAPER, WHITE, Colour, rgb
from tools.gemini_emulator.drawing.curves import ellipse, rounded_box, smooth, wavy
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.place_setting import Setting
from tools.gemini_emulator.story.seeds import fraction

STONE = rgb(0xB3AFA8, 200)
WALL = rgb(0xF2E8D5, 250)
WOOD = rgb(0xC79A66, 205)
DARK_WOOD = rgb(0x96693F, 150)
METAL = rgb(0xC5CED8, 222)
ROCK = rgb(0x8E8078, 130)
BOARD = rgb(0x3F6B52, 75)
DEEP = rgb(0x141931, 8)
CAVE_DARK = rgb(0x4A3F3E, 50)
CAVE_GLOW = rgb(0xA8928A, 170)


def _walls(pen: Pen, at: Setting, wall: Colour, floor: Colour) -> float:
    """Fill wall and floor; return where the floor begins."""
    edge = min(max(at.horizon + at.height * 0.12, at.height * 0.3), at.height * 0.86)
    pen.fill([(0, 0), (at.width, 0), (at.width, edge), (0, edge)], wall)
    pen.fill([(0, edge), (at.width, edge), (at.width, at.height), (0, at.height)], floor)
    scenery.draw_boards(pen, at.width, edge, at.height, (at.width / 2, edge - at.height * 0.5))
    pen.shape([(-4, edge - 12), (at.width + 4, edge - 12), (at.width + 4, edge), (-4, edge)], wall.darker(0.88), 0.8)
    return edge


def draw_room(pen: Pen, at: Setting) -> None:
    """Paint room."""
    edge = _walls(pen, at, WALL, WOOD)
    scenery.draw_window(pen, at.width * 0.08, edge * 0.2, at.width * 0.2, edge * 0.42, at.daytime)
    for side in (-1, 1):
        x = at.width * (0.07 if side < 0 else 0.29)
        pen.shape(
            smooth(
                [
                    (x, edge * 0.15),
                    (x + side * -26, edge * 0.4),
                    (x + side * -8, edge * 0.68),
                    (x + side * 20, edge * 0.66),
                    (x + side * 12, edge * 0.4),
                    (x + side * 22, edge * 0.15),
                ],
                4,
            ),
            NAMED["teal"].lighter(0.4),
            0.8,
        )
    _shelf(pen, at.width * 0.72, edge * 0.2, at.width * 0.22, edge * 0.78, at.seed, 3)
    pen.shape(rounded_box(at.width * 0.42, edge * 0.2, at.width * 0.56, edge * 0.42, 3), PAPER, 1.1)
    pen.shape(
        [
            (at.width * 0.43, edge * 0.4),
            (at.width * 0.48, edge * 0.27),
            (at.width * 0.52, edge * 0.35),
            (at.width * 0.55, edge * 0.4),
        ],
        scenery.LEAF,
        0.6,
    )
    pen.oval(
        at.width * 0.5,
        edge + (at.height - edge) * 0.52,
        at.width * 0.33,
        (at.height - edge) * 0.2,
        NAMED["crimson"].lighter(0.45),
        0.8,
    )


def draw_kitchen(pen: Pen, at: Setting) -> None:
    """Paint kitchen."""
    edge = _walls(pen, at, rgb(0xE6EEE4, 245), rgb(0xE3D5C0, 235))
    scenery.draw_window(pen, at.width * 0.4, edge * 0.14, at.width * 0.2, edge * 0.36, at.daytime)
    for index in range(4):
        x = at.width * (0.02 + 0.245 * index)
        pen.shape(rounded_box(x, edge * 0.66, x + at.width * 0.23, edge + 8, 3), WOOD, 0.9)
        pen.oval(x + at.width * 0.2, edge * 0.8, 4, 4, NAMED["gold"], 0.7)
    pen.shape(
        [(0, edge * 0.62), (at.width, edge * 0.62), (at.width, edge * 0.68), (0, edge * 0.68)], STONE.lighter(0.5), 0.9
    )
    for x, colour in ((0.07, "red"), (0.13, "teal"), (0.2, "yellow")):
        pen.shape(rounded_box(at.width * x, edge * 0.52, at.width * x + 30, edge * 0.62, 4), NAMED[colour], 0.8)
    for x in (0.68, 0.84):
        pen.shape(rounded_box(at.width * x, edge * 0.08, at.width * (x + 0.14), edge * 0.36, 3), WOOD, 0.9)
    pen.shape(ellipse(at.width * 0.78, edge * 0.58, 38, 20), METAL, 0.9)
    for x in (0.765, 0.79):
        pen.curve([(at.width * x, edge * 0.5), (at.width * x + 8, edge * 0.46), (at.width * x, edge * 0.42)], 0.8)


def draw_school(pen: Pen, at: Setting) -> None:
    """Paint school."""
    edge = _walls(pen, at, rgb(0xEFE9D6, 250), WOOD)
    pen.shape(
        rounded_box(at.width * 0.22, edge * 0.14, at.width * 0.76, edge * 0.62, 3), BOARD, 2.2, DARK_WOOD.darker(0.7)
    )
    for index in range(3):
        y = edge * (0.25 + 0.11 * index)
        pen.curve(
            [
                (at.width * 0.27, y),
                (at.width * 0.36, y - 5),
                (at.width * 0.45, y + 3),
                (at.width * (0.52 + 0.06 * index), y),
            ],
            0.9,
            WHITE,
        )
    pen.oval(at.width * 0.14, edge * 0.2, 22, 22, WHITE)
    pen.line(
        [(at.width * 0.14, edge * 0.2 - 14), (at.width * 0.14, edge * 0.2), (at.width * 0.14 + 9, edge * 0.2 + 4)], 1.1
    )
    scenery.draw_window(pen, at.width * 0.82, edge * 0.12, at.width * 0.15, edge * 0.5, at.daytime)
    for index in range(4):
        x, y = at.width * (0.03 + 0.26 * index), edge + (at.height - edge) * 0.1
        pen.line([(x + 12, y), (x + 12, y + 48)], 1.4)
        pen.line([(x + 108, y), (x + 108, y + 48)], 1.4)
        pen.shape([(x + 10, y - 12), (x + 112, y - 12), (x + 122, y + 4), (x, y + 4)], WOOD.lighter(0.25), 0.9)


def draw_library(pen: Pen, at: Setting) -> None:
    """Paint library."""
    edge = _walls(pen, at, rgb(0xD9C3A0, 225), DARK_WOOD)
    for index in range(4):
        _shelf(
            pen, at.width * (0.01 + 0.255 * index), edge * 0.03, at.width * 0.225, edge * 0.97, f"{at.seed}{index}", 5
        )
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
            pen.shape(
                [(left, book), (left + thick, book), (left + thick, low), (left, low)],
                NAMED[colours[int(fraction(seed, "c", board, index) * 8)]],
                0.5,
            )
            left += thick + (14 if fraction(seed, "gap", board, index) < 0.12 else 1)  # noqa: PLR2004 - now and then a gap
            index += 1


def draw_cafe(pen: Pen, at: Setting) -> None:
    """Paint cafe."""
    edge = _walls(pen, at, rgb(0xEBD9C0, 238), DARK_WOOD.lighter(0.2))
    scenery.draw_window(pen, at.width * 0.05, edge * 0.12, at.width * 0.34, edge * 0.55, at.daytime)
    for index in range(3):
        x = at.width * (0.2 + 0.3 * index)
        pen.line([(x, 0), (x, edge * 0.08)], 0.9)
        pen.shape(
            [(x - 28, edge * 0.16), (x - 12, edge * 0.07), (x + 12, edge * 0.07), (x + 28, edge * 0.16)],
            NAMED["teal"],
            0.9,
        )
    pen.shape(
        [
            (at.width * 0.6, edge * 0.62),
            (at.width + 4, edge * 0.62),
            (at.width + 4, edge + 20),
            (at.width * 0.6, edge + 20),
        ],
        WOOD,
        1,
    )
    for index in range(4):
        x = at.width * (0.65 + 0.085 * index)
        pen.shape(rounded_box(x, edge * 0.52, x + 30, edge * 0.62, 5), WHITE if index % 2 else NAMED["copper"], 0.8)
    pen.shape(rounded_box(at.width * 0.66, edge * 0.14, at.width * 0.94, edge * 0.4, 3), BOARD, 1.4)
    for index in range(3):
        pen.line(
            [
                (at.width * 0.69, edge * (0.2 + 0.07 * index)),
                (at.width * (0.82 + 0.03 * index), edge * (0.2 + 0.07 * index)),
            ],
            1,
            WHITE,
        )


def draw_train(pen: Pen, at: Setting) -> None:
    """Paint train."""
    edge = _walls(pen, at, rgb(0xDCE3E6, 236), rgb(0xA9A6A2, 190))
    for index in range(3):
        x = at.width * (0.03 + 0.33 * index)
        bands = scenery.SKIES[at.daytime]
        pen.shape(rounded_box(x, edge * 0.14, x + at.width * 0.28, edge * 0.58, 16), bands[2], 1.5)
        pen.fill(
            [
                (x + 4, edge * 0.45),
                (x + at.width * 0.28 - 4, edge * 0.42),
                (x + at.width * 0.28 - 6, edge * 0.56),
                (x + 8, edge * 0.56),
            ],
            scenery.LEAF,
        )
        for dash in range(3):
            pen.line(
                [(x + 16 + 50 * dash, edge * (0.24 + 0.05 * dash)), (x + 58 + 50 * dash, edge * (0.24 + 0.05 * dash))],
                0.8,
                WHITE,
            )
    pen.line([(0, edge * 0.06), (at.width, edge * 0.06)], 2)
    for index in range(8):
        x = at.width * (0.06 + 0.125 * index)
        pen.line([(x, edge * 0.06), (x, edge * 0.12)], 1)
        pen.line([*ellipse(x, edge * 0.155, 10, 10, steps=14), (x + 10, edge * 0.155)], 1.4)
    pen.shape(rounded_box(-10, edge * 0.7, at.width + 10, edge + 14, 12), NAMED["green"].darker(0.8), 1)


def draw_spaceship(pen: Pen, at: Setting) -> None:
    """Paint spaceship."""
    edge = _walls(pen, at, METAL, METAL.darker(0.75))
    middle, high = at.width * 0.5, edge * 0.36
    pen.shape(
        rounded_box(middle - at.width * 0.22, edge * 0.08, middle + at.width * 0.22, edge * 0.08 + high, 40), DEEP, 2.4
    )
    for star in range(26):
        radius = 0.9 + 1.3 * fraction(at.seed, "s", star)
        pen.fill(
            ellipse(
                middle + at.width * 0.4 * (fraction(at.seed, "sx", star) - 0.5),
                edge * 0.12 + high * 0.8 * fraction(at.seed, "sy", star),
                radius,
                radius,
                steps=6,
            ),
            WHITE,
        )
    pen.oval(middle + at.width * 0.1, edge * 0.28, edge * 0.08, edge * 0.08, rgb(0xD98B5F, 170), 0.8)
    for side in (-1, 1):
        x = middle + side * at.width * 0.37
        pen.shape(
            rounded_box(x - at.width * 0.1, edge * 0.12, x + at.width * 0.1, edge * 0.5, 8), METAL.darker(0.86), 1
        )
        for index in range(6):
            pen.oval(
                x - 40 + 40 * (index % 3),
                edge * (0.22 + 0.16 * (index // 3)),
                9,
                9,
                NAMED[("red", "yellow", "teal")[index % 3]],
                0.8,
            )
    pen.shape([(-4, edge * 0.68), (at.width + 4, edge * 0.68), (at.width + 4, edge), (-4, edge)], METAL.darker(0.6), 1)
    for index in range(14):
        x = at.width * (0.03 + 0.07 * index)
        pen.shape(
            rounded_box(x, edge * 0.74, x + 28, edge * 0.84, 4),
            NAMED[("teal", "white", "red", "yellow")[index % 4]],
            0.7,
        )


def draw_lab(pen: Pen, at: Setting) -> None:
    """Paint lab."""
    edge = _walls(pen, at, rgb(0xE4EBEE, 246), STONE.lighter(0.4))
    _shelf(pen, at.width * 0.04, edge * 0.12, at.width * 0.24, edge * 0.4, at.seed, 2)
    pen.shape([(0, edge * 0.72), (at.width, edge * 0.72), (at.width, edge * 0.79), (0, edge * 0.79)], WHITE, 1)
    for index in range(5):
        x, y = at.width * (0.36 + 0.12 * index), edge * 0.72
        colour = NAMED[("green", "pink", "blue", "yellow", "purple")[index]].lighter(0.2)
        pen.shape(
            [(x - 7, y - 62), (x + 7, y - 62), (x + 7, y - 40), (x + 24, y), (x - 24, y), (x - 7, y - 40)], WHITE, 0.9
        )
        pen.fill([(x - 14, y - 24), (x + 14, y - 24), (x + 22, y - 2), (x - 22, y - 2)], colour)
    pen.shape(rounded_box(at.width * 0.6, edge * 0.12, at.width * 0.92, edge * 0.46, 5), BOARD, 1.4)
    pen.curve(
        [
            (at.width * 0.64, edge * 0.36),
            (at.width * 0.7, edge * 0.2),
            (at.width * 0.78, edge * 0.34),
            (at.width * 0.88, edge * 0.18),
        ],
        1,
        WHITE,
    )


def draw_workshop(pen: Pen, at: Setting) -> None:
    """Paint workshop."""
    edge = _walls(pen, at, rgb(0xC9AE8C, 210), STONE)
    for index in range(7):
        x = at.width * (0.1 + 0.13 * index)
        pen.line([(x, edge * 0.16), (x, edge * (0.32 + 0.06 * (index % 3)))], 2.6, METAL.darker(0.6))
        pen.shape(
            rounded_box(x - 12, edge * (0.32 + 0.06 * (index % 3)), x + 12, edge * (0.37 + 0.06 * (index % 3)), 3),
            NAMED["rusty"],
            0.8,
        )
    pen.line([(0, edge * 0.16), (at.width, edge * 0.16)], 2)
    pen.shape(
        [
            (at.width * 0.04, edge * 0.68),
            (at.width * 0.7, edge * 0.68),
            (at.width * 0.7, edge * 0.76),
            (at.width * 0.04, edge * 0.76),
        ],
        DARK_WOOD,
        1,
    )
    for x in (0.07, 0.64):
        pen.line([(at.width * x, edge * 0.76), (at.width * x, edge + 20)], 3)
    for x, y, size in ((0.8, 0.62, 46), (0.92, 0.76, 34), (0.24, 0.6, 26)):
        _cog(pen, at.width * x, edge * y, size)


def _cog(pen: Pen, x: float, y: float, size: float) -> None:
    ring = ellipse(x, y, size, size, steps=32)
    reach = (1.18, 1.18, 1.0, 1.0)  # two points out, two in
    teeth = [(x + (px - x) * reach[at % 4], y + (py - y) * reach[at % 4]) for at, (px, py) in enumerate(ring)]
    pen.shape(teeth, METAL.darker(0.8), 0.9)
    pen.oval(x, y, size * 0.4, size * 0.4, METAL, 0.9)


def draw_castle(pen: Pen, at: Setting) -> None:
    """Paint castle."""
    edge = _walls(pen, at, STONE, STONE.darker(0.85))
    for row in range(8):
        y = edge * row / 8
        pen.line([(0, y), (at.width, y)], 0.4)
        for brick in range(7):
            x = at.width * (brick + 0.5 * (row % 2)) / 6.5
            pen.line([(x, y), (x, y + edge / 8)], 0.4)
    for place in (0.2, 0.8):
        x = at.width * place
        arch = [
            (x - 44, edge * 0.62),
            (x - 44, edge * 0.3),
            *smooth(
                [
                    (x - 44, edge * 0.3),
                    (x - 24, edge * 0.17),
                    (x, edge * 0.12),
                    (x + 24, edge * 0.17),
                    (x + 44, edge * 0.3),
                ]
            ),
            (x + 44, edge * 0.62),
        ]
        pen.shape(arch, scenery.SKIES[at.daytime][1], 1.3)
    x = at.width * 0.5
    pen.shape(
        [(x - 46, 0), (x + 46, 0), (x + 46, edge * 0.52), (x, edge * 0.62), (x - 46, edge * 0.52)], NAMED["crimson"], 1
    )
    pen.oval(x, edge * 0.28, 22, 22, NAMED["gold"], 0.9)


def draw_cave(pen: Pen, at: Setting) -> None:
    """Paint cave."""
    pen.fill([(0, 0), (at.width, 0), (at.width, at.height), (0, at.height)], CAVE_DARK)
    pen.shape(ellipse(at.width * 0.5, at.height * 0.55, at.width * 0.42, at.height * 0.5), CAVE_GLOW.darker(0.85), 0.8)
    pen.shape(
        ellipse(at.width * 0.52, at.height * 0.56, at.width * 0.26, at.height * 0.36), CAVE_GLOW.lighter(0.4), 0.7
    )
    for index in range(9):
        x, size = at.width * index / 8, at.height * (0.1 + 0.16 * fraction(at.seed, "drip", index))
        pen.shape([(x - 26, -4), (x + 26, -4), (x + 4, size)], ROCK.darker(0.7), 0.8)
    floor = at.horizon + (at.height - at.horizon) * 0.2
    edge = [(at.width * step / 6, floor + 20 * (fraction(at.seed, "f", step) - 0.5)) for step in range(7)]
    pen.shape([*smooth(edge), (at.width + 4, at.height + 4), (-4, at.height + 4)], ROCK)


def draw_stage(pen: Pen, at: Setting) -> None:
    """Paint stage."""
    edge = _walls(pen, at, CAVE_DARK, WOOD)
    for x in (0.3, 0.7):
        pen.fill(
            [(at.width * x, -10), (at.width * (x - 0.16), edge + 60), (at.width * (x + 0.16), edge + 60)],
            rgb(0xF7E9B8, 235),
        )
    for side in (0, 1):
        for fold in range(4):
            x = at.width * (0.055 * fold) if side == 0 else at.width * (1 - 0.055 * fold)
            pen.shape(
                smooth(
                    [
                        (x - 26, -4),
                        (x + 26, -4),
                        (x + 22, edge * 0.5),
                        (x + 28, edge + 10),
                        (x - 28, edge + 10),
                        (x - 22, edge * 0.5),
                    ],
                    3,
                ),
                NAMED["crimson"],
                0.8,
            )
    top: list[Point] = [(0.0, edge * 0.1)]
    top += wavy((0, edge * 0.12), (at.width, edge * 0.12), 7, -26)
    pen.shape([(-4, -4), *top, (at.width + 4, -4)], NAMED["crimson"].darker(0.85), 1)


def draw_office(pen: Pen, at: Setting) -> None:
    """Paint office."""
    edge = _walls(pen, at, rgb(0xE3E7E6, 244), STONE.lighter(0.3))
    for index in range(3):
        scenery.draw_window(pen, at.width * (0.05 + 0.32 * index), edge * 0.1, at.width * 0.25, edge * 0.4, at.daytime)
    pen.shape(
        [
            (at.width * 0.1, edge * 0.74),
            (at.width * 0.9, edge * 0.74),
            (at.width * 0.9, edge * 0.8),
            (at.width * 0.1, edge * 0.8),
        ],
        WOOD,
        1,
    )
    for x in (0.22, 0.66):
        pen.shape(rounded_box(at.width * x, edge * 0.54, at.width * x + 84, edge * 0.7, 4), DEEP, 1.2)
        pen.line([(at.width * x + 42, edge * 0.7), (at.width * x + 42, edge * 0.74)], 2.4)


def draw_hospital(pen: Pen, at: Setting) -> None:
    """Paint hospital."""
    edge = _walls(pen, at, rgb(0xE6F0F0, 250), rgb(0xCFDCDD, 235))
    scenery.draw_window(pen, at.width * 0.08, edge * 0.14, at.width * 0.22, edge * 0.42, at.daytime)
    pen.shape(rounded_box(at.width * 0.5, edge * 0.7, at.width * 0.98, edge + 14, 8), WHITE, 1)
    pen.shape(rounded_box(at.width * 0.84, edge * 0.6, at.width * 0.96, edge * 0.76, 10), WHITE, 1)
    x, y = at.width * 0.44, edge * 0.28
    pen.shape(rounded_box(x - 30, y - 30, x + 30, y + 30, 4), WHITE, 1)
    pen.fill([(x - 7, y - 22), (x + 7, y - 22), (x + 7, y + 22), (x - 7, y + 22)], NAMED["red"])
    pen.fill([(x - 22, y - 7), (x + 22, y - 7), (x + 22, y + 7), (x - 22, y + 7)], NAMED["red"])
