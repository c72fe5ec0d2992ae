"""Hair: what hangs behind the head, and what frames the face. Units as for the head."""

import itertools

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import INK, Colour
from tools.gemini_emulator.drawing.curves import ellipse, smooth, smooth_closed, wavy
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen

DARK_HAIR_GREY = 60


def draw_back_hair(pen: Pen, look: Look, turn: float, *, over: bool = False) -> None:
    """Draw the hair that hangs behind; `over` when it is seen from behind, so that it lies on top."""
    hair = look.hair if over else look.hair.darker(0.85) if look.hair.grey > DARK_HAIR_GREY else look.hair
    back = -turn * 0.08
    match look.hair_style:
        case "bob":
            pen.blob(
                [
                    (0, -0.55),
                    (0.5, -0.3),
                    (0.55, 0.15),
                    (0.5, 0.46),
                    (0.2, 0.5),
                    (-0.2, 0.5),
                    (-0.5, 0.46),
                    (-0.55, 0.15),
                    (-0.5, -0.3),
                ],
                hair,
            )
        case "long":
            _draw_fall(pen, hair, 1.45, back, wave=0.0)
        case "wavy":
            _draw_fall(pen, hair, 1.2, back, wave=0.05)
        case "ponytail":
            x = back * 2 - 0.3
            pen.blob(
                [
                    (x, -0.5),
                    (x - 0.32, -0.42),
                    (x - 0.48, 0.05),
                    (x - 0.36, 0.62),
                    (x - 0.2, 0.86),
                    (x - 0.2, 0.3),
                    (x - 0.1, -0.15),
                ],
                hair,
            )
            pen.oval(x - 0.04, -0.4, 0.08, 0.08, look.accent)
        case "braids":
            for side in (-1, 1):
                _draw_braid(pen, look, hair, side)
        case "bun":
            pen.oval(back * 2, -0.66, 0.22, 0.2, hair)
            pen.curve([(back * 2 - 0.12, -0.7), (back * 2, -0.6), (back * 2 + 0.12, -0.72)], 0.8, _line_on(hair))
        case "curly":
            pen.blob(_scallops(0.56, -0.06, 0.6, 0.52, 9), hair)
        case "fringe" | "messy" | "spiky" | "neat" | "swept" | "bald":
            return


def draw_front_hair(pen: Pen, look: Look, turn: float) -> None:  # noqa: C901 - one case a style
    """Draw the hair over skull and forehead."""
    shift = turn * 0.07
    match look.hair_style:
        case "bald":
            pen.curve([(-0.16, -0.47), (-0.1, -0.5), (0.02, -0.51)], 0.7)
            return
        case "curly":
            _draw_curls(pen, look.hair, shift)
        case "spiky":
            _draw_mass(pen, look.hair, _spikes(), _zigzag_fringe(shift, 5, 0.17))
        case "messy":
            _draw_mass(pen, look.hair, _tufts(), _zigzag_fringe(shift, 6, 0.13))
        case "swept":
            _draw_mass(
                pen,
                look.hair,
                _dome(0.6, 0.05),
                [(0.4, -0.24), (0.2 + shift, -0.4), (-0.15 + shift, -0.42), (-0.4, -0.2)],
            )
            pen.stroke([(-0.25, -0.42), (0.05, -0.56), (0.36, -0.44)], 2, _line_on(look.hair))
        case "neat":
            _draw_mass(
                pen,
                look.hair,
                _dome(0.59, 0.02),
                smooth(
                    [
                        (0.42, -0.12),
                        (0.3, -0.27),
                        (0.08 + shift, -0.24),
                        (-0.14 + shift, -0.32),
                        (-0.34, -0.25),
                        (-0.42, -0.1),
                    ]
                ),
            )
        case "fringe":
            _draw_mass(pen, look.hair, _dome(0.62, 0.14), _zigzag_fringe(shift, 4, 0.08))
        case "bob":
            _draw_mass(pen, look.hair, _dome(0.62, 0.42, inward=True), _straight_fringe(shift))
        case "long" | "wavy":
            _draw_mass(pen, look.hair, _dome(0.63, 0.34), _parted_fringe(shift))
        case "ponytail" | "bun":
            _draw_mass(pen, look.hair, _dome(0.61, 0.1), _side_fringe(shift))
        case "braids":
            _draw_mass(pen, look.hair, _dome(0.61, 0.22), _parted_fringe(shift))
    _draw_shine(pen, look)


def _line_on(hair: Colour) -> Colour:
    return hair.lighter(0.35) if hair.grey < DARK_HAIR_GREY else INK


def _draw_mass(pen: Pen, hair: Colour, outer: list[Point], inner: list[Point]) -> None:
    """Fill between the outer edge, from left to right over the top, and the hairline, from right to left."""
    pen.shape([*outer, *inner], hair)


def _draw_shine(pen: Pen, look: Look) -> None:
    """A band of light on the crown, which makes flat hair round."""
    light = look.hair.lighter(0.55) if look.hair.grey < 240 else look.hair.darker(0.9)  # noqa: PLR2004 - white hair gets a grey band
    if look.hat:
        return
    pen.stroke([(-0.34, -0.34), (-0.2, -0.43), (-0.02, -0.46)], 4.5, light)
    pen.stroke([(0.1, -0.46), (0.22, -0.43), (0.3, -0.38)], 3.2, light)


def _dome(top: float, down: float, *, inward: bool = False) -> list[Point]:
    """The outer edge of smooth hair: from the left side, over the top, to the right side, ending at y = down."""
    tuck = 0.46 if inward else 0.5
    return smooth(
        [
            (-tuck, down),
            (-0.53, -0.02),
            (-0.48, -0.32),
            (-0.27, -top + 0.05),
            (0, -top - 0.02),
            (0.27, -top + 0.05),
            (0.48, -0.32),
            (0.53, -0.02),
            (tuck, down),
        ],
        5,
    )


def _spikes() -> list[Point]:
    return [
        (-0.45, 0.1),
        (-0.6, -0.04),
        (-0.5, -0.12),
        (-0.7, -0.3),
        (-0.51, -0.34),
        (-0.62, -0.6),
        (-0.36, -0.53),
        (-0.34, -0.8),
        (-0.12, -0.61),
        (0.02, -0.88),
        (0.16, -0.62),
        (0.4, -0.78),
        (0.38, -0.52),
        (0.64, -0.56),
        (0.51, -0.33),
        (0.7, -0.26),
        (0.5, -0.12),
        (0.58, 0.0),
        (0.45, 0.1),
    ]


def _tufts() -> list[Point]:
    return [
        (-0.45, 0.14),
        (-0.57, 0.02),
        (-0.5, -0.08),
        (-0.6, -0.2),
        (-0.49, -0.3),
        (-0.53, -0.46),
        (-0.34, -0.5),
        (-0.3, -0.66),
        (-0.1, -0.6),
        (0.04, -0.72),
        (0.12, -0.6),
        (0.32, -0.64),
        (0.36, -0.5),
        (0.55, -0.44),
        (0.49, -0.28),
        (0.6, -0.14),
        (0.5, -0.04),
        (0.56, 0.06),
        (0.45, 0.14),
    ]


def _zigzag_fringe(shift: float, teeth: int, depth: float) -> list[Point]:
    points: list[Point] = [(0.42, -0.02)]
    for tooth in range(teeth):
        x = 0.36 - 0.72 * tooth / (teeth - 1)
        points.append((x * 0.92 + shift + 0.05, -0.3))
        points.append((x * 0.95 + shift - 0.03, -0.22 + depth * (1.0 - 0.35 * (tooth % 2))))
    return [*points, (-0.37, -0.28), (-0.42, -0.02)]


def _straight_fringe(shift: float) -> list[Point]:
    points: list[Point] = [(0.4, 0.42), (0.385, 0.0), (0.36, -0.14)]
    for x in (0.2, 0.06, -0.08, -0.22):
        points += [(x + 0.04 + shift, -0.1), (x + 0.015 + shift, -0.16)]
    return [*points, (-0.36, -0.12), (-0.385, 0.0), (-0.4, 0.42)]


def _parted_fringe(shift: float) -> list[Point]:
    part = 0.08 + shift
    right = smooth([(0.4, 0.34), (0.4, 0.0), (0.32, -0.16), (part, -0.44)])
    return [*right, *smooth([(part, -0.44), (-0.2, -0.26), (-0.39, -0.04), (-0.4, 0.34)])]


def _side_fringe(shift: float) -> list[Point]:
    part = 0.22 + shift
    right = smooth([(0.42, 0.08), (0.39, -0.12), (part, -0.42)])
    return [*right, *smooth([(part, -0.42), (0.0 + shift, -0.16), (-0.26, -0.12), (-0.4, -0.02)]), (-0.42, 0.08)]


def _scallops(rx: float, y: float, ry: float, _width: float, bumps: int) -> list[Point]:
    ring = ellipse(0, y, rx, ry, steps=bumps * 2)
    return [(x * (1.09 if i % 2 else 0.97), (py - y) * (1.09 if i % 2 else 0.97) + y) for i, (x, py) in enumerate(ring)]


def _draw_curls(pen: Pen, hair: Colour, shift: float) -> None:
    outer: list[Point] = []
    ring = [
        (-0.47, 0.08),
        (-0.53, -0.2),
        (-0.4, -0.48),
        (-0.14, -0.63),
        (0.14, -0.63),
        (0.4, -0.48),
        (0.53, -0.2),
        (0.47, 0.08),
    ]
    for start, end in itertools.pairwise(ring):
        outer += wavy(start, end, 2, 0.05)
    inner: list[Point] = []
    line = [
        (0.4, -0.02),
        (0.3 + shift, -0.2),
        (0.06 + shift, -0.27),
        (-0.18 + shift, -0.25),
        (-0.36, -0.16),
        (-0.4, 0.02),
    ]
    for start, end in itertools.pairwise(line):
        inner += wavy(start, end, 1, 0.05)
    pen.shape([*outer, *inner], hair)
    for x, y in ((-0.3, -0.4), (-0.05, -0.48), (0.22, -0.45), (0.4, -0.25), (-0.44, -0.16)):
        pen.line(ellipse(x, y, 0.06, 0.05, 20, 250, 8), 0.8, _line_on(hair))


def _draw_fall(pen: Pen, hair: Colour, length: float, back: float, wave: float) -> None:
    left: list[Point] = [(-0.5, -0.3), (-0.56, 0.1), (-0.58 - wave, 0.45), (-0.54 + wave, 0.8), (-0.56 - wave, length)]
    right: list[Point] = [(0.56 + wave, length), (0.54 - wave, 0.8), (0.58 + wave, 0.45), (0.56, 0.1), (0.5, -0.3)]
    ends: list[Point] = [
        (-0.4, length - 0.12),
        (-0.28, length + 0.05),
        (-0.12, length - 0.1),
        (0.08, length + 0.04),
        (0.3, length - 0.1),
    ]
    outline = [(x + back, y) for x, y in (*smooth(left), *ends, *smooth(right))]
    pen.shape([(0 + back, -0.5), *outline], hair)
    for x in (-0.36, -0.12, 0.16, 0.4):
        pen.stroke([(x + back, 0.3), (x * 1.06 + wave + back, 0.7), (x + back, length - 0.1)], 1.6, _line_on(hair))


def _draw_braid(pen: Pen, look: Look, hair: Colour, side: int) -> None:
    x, y = side * 0.5, 0.2
    for step in range(4):
        size = 0.15 - step * 0.012
        pen.oval(x + side * 0.025 * (step % 2), y + step * 0.19, size, 0.13, hair)
        pen.stroke([(x - size * 0.6, y + step * 0.19 - 0.04), (x, y + step * 0.19 + 0.04)], 1.4, _line_on(hair))
    pen.oval(x, y + 0.74, 0.08, 0.05, look.accent)
    pen.shape(
        smooth_closed([(x - 0.06, y + 0.78), (x + 0.06, y + 0.78), (x + 0.09, y + 0.96), (x - 0.09, y + 0.96)], 3), hair
    )
