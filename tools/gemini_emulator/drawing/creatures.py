"""Robots and animals. Units are head heights; (0, 0) is the ground below the figure, y runs down."""

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import INK, NAMED, WHITE, Colour, rgb
from tools.gemini_emulator.drawing.curves import ellipse, rounded_box, smooth, smooth_closed
from tools.gemini_emulator.drawing.expressions import Expression
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.poses import PoseName

GLOW = rgb(0x6FD7F2, 235)
AMBER = rgb(0xF5B83D, 235)
SCREEN = rgb(0x1E2A38, 10)
BEAK = rgb(0xEFA83A, 200)
CREATURE_HEADS = 2.1
ROBOT_HEADS = 2.7


def heads_of(species: str) -> float:
    """Return how many of its heads a creature is high."""
    return ROBOT_HEADS if species == "robot" else CREATURE_HEADS


def creature_head(species: str) -> Point:
    """Return the middle of a creature's head."""
    return (0.06, -(heads_of(species) - 0.52))


def draw_creature(pen: Pen, look: Look, pose: PoseName, expression: Expression, turn: float) -> None:
    """Draw a robot or an animal that faces right."""
    if look.species == "robot":
        _draw_robot(pen, look, pose, expression, turn)
    elif look.species == "ghost":
        _draw_ghost(pen, look, expression, turn)
    elif look.species == "bird":
        _draw_bird(pen, look, expression, turn)
    else:
        _draw_beast(pen, look, pose, expression, turn)


# --- robots ---------------------------------------------------------------------------------------------------------


def _draw_robot(pen: Pen, look: Look, pose: PoseName, expression: Expression, turn: float) -> None:
    body, dark = look.top_colour, look.top_colour.darker(0.8)
    metal = NAMED["silver"]
    is_round = look.has("round")
    lifted = pose in {"wave", "cheer", "jump", "climb", "reach"}
    for side in (-1, 1):
        foot = side * 0.3 + (0.14 * side if pose in {"run", "walk"} else 0)
        pen.limb([(side * 0.26, -0.62), (foot, -0.1)], 0.2, metal)
        pen.shape(
            smooth_closed([(foot - 0.22, -0.16), (foot + 0.2, -0.16), (foot + 0.28, 0.02), (foot - 0.24, 0.02)], 3),
            dark,
        )
    far = (0.98, -1.95) if pose in {"cheer", "jump"} else (0.92, -0.95)
    pen.limb([(0.5, -1.45), (0.78, -1.25), far], 0.16, metal)
    pen.oval(*far, 0.13, 0.13, dark)
    pen.limb([(0, -1.5), (0.04, -1.9)], 0.2, metal)
    trunk = ellipse(0, -1.1, 0.62, 0.62) if is_round else rounded_box(-0.56, -1.66, 0.56, -0.52, 0.18)
    pen.shape(trunk, body)
    pen.fill(
        smooth([(-0.5, -1.5), (-0.52, -1.0), (-0.44, -0.66)]) + smooth([(-0.28, -0.62), (-0.34, -1.0), (-0.3, -1.5)]),
        dark,
    )
    pen.shape(rounded_box(-0.12, -1.36, 0.34, -0.96, 0.06), WHITE, 0.9)
    pen.line([(-0.06, -1.1), (0.06, -1.1), (0.11, -1.24), (0.18, -1.02), (0.22, -1.1), (0.3, -1.1)], 0.9)
    for x, colour in ((-0.04, "red"), (0.1, "yellow"), (0.24, "green")):
        pen.oval(x, -0.78, 0.055, 0.055, NAMED[colour], 0.7)
    if look.has("scarf"):
        pen.blob([(-0.44, -1.72), (0, -1.62), (0.44, -1.72), (0.46, -1.54), (0, -1.44), (-0.46, -1.54)], look.accent)
        pen.blob([(-0.3, -1.54), (-0.08, -1.52), (-0.14, -0.96), (-0.38, -0.98)], look.accent)
    _draw_robot_head(pen.at(*creature_head("robot")), look, expression, turn)
    near = (-0.95, -2.2) if lifted else (-0.86, -0.9)
    if pose in {"point", "reach"}:
        near = (0.95, -1.5)
    pen.limb([(-0.5, -1.45), (-0.78, -1.3) if near[0] < 0 else (0.2, -1.2), near], 0.17, metal)
    pen.oval(*near, 0.14, 0.14, dark)


def _draw_robot_head(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    body = look.top_colour
    pen.line([(0, -0.44), (0.02, -0.72)], 1.5)
    pen.oval(0.02, -0.78, 0.09, 0.09, NAMED["red"] if body != NAMED["red"] else NAMED["yellow"])
    pen.shape(rounded_box(-0.58, -0.46, 0.58, 0.4, 0.26), body)
    for side in (-1, 1):
        pen.shape(rounded_box(side * 0.62 - 0.07, -0.16, side * 0.62 + 0.07, 0.14, 0.05), body.darker(0.8))
    shift = turn * 0.08
    pen.shape(rounded_box(-0.44 + shift, -0.32, 0.46 + shift, 0.26, 0.18), SCREEN)
    if look.has("one eye"):
        _draw_lens(pen, shift, -0.06, 0.19, expression)
    else:
        for side in (-1, 1):
            _draw_lens(pen, shift + side * 0.2, -0.08, 0.12, expression)
        happy = expression.mouth in {"smile", "grin", "talk"}
        bend = 0.05 if happy else -0.04 if expression.mouth in {"frown", "wavy"} else 0
        pen.curve([(shift - 0.1, 0.13), (shift, 0.13 + bend), (shift + 0.1, 0.13)], 1.2, GLOW)
    pen.stroke([(-0.46, -0.32), (-0.3, -0.42), (-0.06, -0.43)], 2.4, body.lighter(0.7))


def _draw_lens(pen: Pen, x: float, y: float, radius: float, expression: Expression) -> None:
    if expression.eyes in {"happy", "closed"}:
        pen.curve([(x - radius, y + 0.04), (x, y - 0.06), (x + radius, y + 0.04)], 2.0, GLOW)
        return
    tall = radius * {"wide": 1.2, "narrow": 0.6, "sad": 0.8}.get(expression.eyes, 1.0)
    pen.fill(ellipse(x, y, radius, tall), GLOW)
    pen.fill(ellipse(x, y, radius * 0.5, tall * 0.5), WHITE)


# --- animals --------------------------------------------------------------------------------------------------------


def _draw_beast(pen: Pen, look: Look, pose: PoseName, expression: Expression, turn: float) -> None:
    coat, dark = look.hair, look.hair.darker(0.84)
    if look.species == "dragon":
        for side in (-1, 1):
            pen.shape(
                smooth(
                    [
                        (side * 0.2, -1.0),
                        (side * 0.7, -1.7),
                        (side * 1.35, -1.6),
                        (side * 1.1, -1.2),
                        (side * 0.9, -1.1),
                        (side * 0.72, -0.8),
                        (side * 0.3, -0.6),
                    ],
                    4,
                ),
                dark,
            )
    _draw_tail(pen, look)
    if pose in {"run", "walk", "jump"}:
        _draw_running_body(pen, look)
    else:
        pen.blob([(0, -1.2), (0.42, -0.9), (0.52, -0.3), (0.4, 0), (-0.4, 0), (-0.52, -0.3), (-0.42, -0.9)], coat)
        pen.fill(
            smooth_closed([(0, -0.95), (0.22, -0.7), (0.24, -0.25), (0, -0.12), (-0.24, -0.25), (-0.22, -0.7)], 4),
            _belly(look),
        )
        for side in (-1, 1):
            pen.blob(
                [(side * 0.1, -0.5), (side * 0.3, -0.5), (side * 0.32, -0.06), (side * 0.3, 0.03), (side * 0.06, 0.03)],
                coat,
            )
            pen.line([(side * 0.16, -0.04), (side * 0.16, 0.03)], 0.6)
            pen.line([(side * 0.24, -0.04), (side * 0.24, 0.03)], 0.6)
    collar_y = -1.12
    if look.has("collar") or look.has("scarf") or look.has("bell") or look.has("bow"):
        pen.blob(
            [
                (-0.36, collar_y - 0.06),
                (0, collar_y + 0.06),
                (0.4, collar_y - 0.06),
                (0.4, collar_y + 0.06),
                (0, collar_y + 0.2),
                (-0.36, collar_y + 0.06),
            ],
            look.accent,
        )
        if look.has("bell"):
            pen.oval(0.02, collar_y + 0.22, 0.09, 0.09, NAMED["gold"])
    _draw_beast_head(pen.at(*creature_head(look.species)), look, expression, turn)


def _belly(look: Look) -> Colour:
    return WHITE if look.hair.grey < 240 else look.hair.darker(0.93)  # noqa: PLR2004 - white on white


def _draw_running_body(pen: Pen, look: Look) -> None:
    coat = look.hair
    for x, reach in ((-0.6, -0.3), (0.3, 0.35)):
        pen.limb([(x, -0.5), (x + reach, -0.05)], 0.17, coat.darker(0.84))
    pen.blob([(-0.85, -0.75), (-0.3, -0.98), (0.3, -1.0), (0.5, -0.7), (0.3, -0.42), (-0.4, -0.38), (-0.8, -0.5)], coat)
    for x, reach in ((-0.7, 0.25), (0.2, 0.2)):
        pen.limb([(x, -0.5), (x + reach, -0.04)], 0.18, coat)


def _draw_tail(pen: Pen, look: Look) -> None:
    coat = look.hair
    match look.species:
        case "cat" | "mouse" | "dragon":
            points = [(-0.4, -0.2), (-0.85, -0.2), (-0.95, -0.7), (-0.75, -1.05)]
            pen.limb(smooth(points), 0.15 if look.species != "mouse" else 0.06, coat)
        case "fox":
            pen.blob([(-0.3, -0.15), (-0.9, -0.1), (-1.25, -0.6), (-1.1, -1.05), (-0.85, -0.6), (-0.4, -0.4)], coat)
            pen.blob([(-1.2, -0.75), (-1.1, -1.05), (-0.95, -0.75)], WHITE)
        case "dog":
            pen.limb(smooth([(-0.4, -0.3), (-0.75, -0.5), (-0.8, -0.85)]), 0.16, coat)
        case _:
            pen.oval(-0.48, -0.22, 0.16, 0.16, WHITE if look.species == "rabbit" else coat)


def _draw_beast_head(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    coat = look.hair
    _draw_ears(pen, look)
    width = 0.6 if look.species in {"cat", "bear", "rabbit", "mouse"} else 0.54
    cheeks = smooth_closed(
        [
            (0, -0.46),
            (width * 0.7, -0.36),
            (width, 0.04),
            (width * 0.72, 0.34),
            (0, 0.44),
            (-width * 0.72, 0.34),
            (-width, 0.04),
            (-width * 0.7, -0.36),
        ],
        5,
    )
    pen.shape(cheeks, coat)
    shift = turn * 0.12
    if look.species in {"fox", "dog", "bear", "mouse", "cat"}:
        pen.fill(
            smooth_closed(
                [
                    (shift, 0.0),
                    (shift + 0.26, 0.16),
                    (shift + 0.2, 0.38),
                    (shift, 0.42),
                    (shift - 0.2, 0.38),
                    (shift - 0.26, 0.16),
                ],
                4,
            ),
            _belly(look),
        )
    if coat == NAMED["calico"]:
        pen.fill(smooth_closed([(-0.5, -0.2), (-0.28, -0.42), (-0.06, -0.36), (-0.2, -0.02)], 4), NAMED["orange"])
        pen.fill(smooth_closed([(0.2, -0.4), (0.44, -0.28), (0.5, 0.0), (0.3, -0.06)], 4), NAMED["dark"])
    if look.species == "cat" and coat in {NAMED["ginger"], NAMED["orange"], NAMED["grey"], NAMED["gray"]}:
        for x in (-0.1, 0.0, 0.1):
            pen.stroke([(x, -0.42), (x * 0.8, -0.26)], 2.6, coat.darker(0.6), start=1)
        for side in (-1, 1):
            for y in (0.06, 0.16):
                pen.stroke([(side * 0.55, y - 0.03), (side * 0.38, y)], 2.4, coat.darker(0.6), start=1)
    for side in (-1, 1):
        _draw_beast_eye(pen.at(shift + side * 0.24, -0.04, flip=side < 0), look, expression)
    _draw_muzzle(pen, look, expression, shift)


def _draw_beast_eye(pen: Pen, look: Look, expression: Expression) -> None:
    if expression.eyes in {"happy", "closed"}:
        pen.stroke([(-0.1, 0.03), (0, -0.04), (0.1, 0.03)], 3, start=0.4, end=0.4)
        return
    tall = {"wide": 0.16, "narrow": 0.09, "sad": 0.11}.get(expression.eyes, 0.135)
    pen.shape(ellipse(0, 0, 0.1, tall), look.eyes.lighter(0.35))
    pen.fill(ellipse(0, 0.01, 0.065, tall * 0.8), INK)
    pen.fill(ellipse(-0.03 * (-1 if pen.flip else 1), -tall * 0.4, 0.035, 0.04), WHITE)
    if expression.brow:
        tilt = expression.brow * 0.07
        pen.stroke([(-0.11, -tall - 0.05 + tilt), (0.1, -tall - 0.05 - tilt)], 3, start=0.7, end=0.5)


def _draw_muzzle(pen: Pen, look: Look, expression: Expression, shift: float) -> None:
    nose = INK if look.species not in {"cat", "rabbit", "mouse"} else NAMED["pink"].darker(0.8)
    pen.shape(smooth_closed([(shift - 0.07, 0.13), (shift + 0.07, 0.13), (shift, 0.2)], 3), nose, 0.7)
    if expression.mouth in {"shout", "open", "talk", "grin"}:
        pen.shape(ellipse(shift, 0.27, 0.09, 0.08), rgb(0x9C3038, 60), 0.8)
    else:
        pen.curve(
            [(shift - 0.13, 0.25), (shift - 0.05, 0.29), (shift, 0.21), (shift + 0.05, 0.29), (shift + 0.13, 0.25)], 0.9
        )
    if look.species in {"cat", "mouse", "rabbit", "fox"}:
        for side in (-1, 1):
            for y in (0.16, 0.24):
                pen.line([(shift + side * 0.24, y), (shift + side * 0.66, y - 0.04 + (y - 0.2) * 0.8)], 0.6)
    if look.species == "rabbit":
        pen.shape([(shift - 0.04, 0.28), (shift + 0.04, 0.28), (shift + 0.04, 0.37), (shift - 0.04, 0.37)], WHITE, 0.6)


def _draw_ears(pen: Pen, look: Look) -> None:
    coat, inner = look.hair, NAMED["pink"].lighter(0.3)
    for side in (-1, 1):
        match look.species:
            case "cat" | "fox":
                pen.shape([(side * 0.14, -0.38), (side * 0.5, -0.78), (side * 0.56, -0.16)], coat)
                pen.fill([(side * 0.26, -0.4), (side * 0.46, -0.64), (side * 0.48, -0.28)], inner)
            case "dog":
                pen.blob(
                    [
                        (side * 0.3, -0.42),
                        (side * 0.62, -0.3),
                        (side * 0.74, 0.14),
                        (side * 0.54, 0.22),
                        (side * 0.46, -0.1),
                    ],
                    coat.darker(0.72),
                )
            case "rabbit":
                pen.blob(
                    [
                        (side * 0.12, -0.36),
                        (side * 0.14, -0.9),
                        (side * 0.28, -1.12),
                        (side * 0.4, -0.9),
                        (side * 0.34, -0.36),
                    ],
                    coat,
                )
                pen.fill(ellipse(side * 0.26, -0.76, 0.065, 0.24), inner)
            case "dragon":
                pen.shape(
                    smooth([(side * 0.2, -0.36), (side * 0.3, -0.7), (side * 0.5, -0.82), (side * 0.42, -0.3)], 4),
                    NAMED["yellow"].lighter(0.4),
                )
            case _:
                radius = 0.26 if look.species == "mouse" else 0.17
                pen.oval(side * 0.44, -0.4, radius, radius, coat)
                pen.fill(ellipse(side * 0.44, -0.4, radius * 0.55, radius * 0.55), inner)


def _draw_bird(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    coat = look.hair
    for x in (-0.14, 0.14):
        pen.line([(x, -0.3), (x, 0), (x + 0.14, 0.02)], 1.4, BEAK.darker(0.7))
    pen.shape(smooth([(-0.4, -0.5), (-0.95, -0.35), (-1.0, -0.15), (-0.4, -0.25)], 4), coat.darker(0.8))
    pen.blob([(0, -1.5), (0.5, -1.0), (0.48, -0.45), (0, -0.2), (-0.48, -0.45), (-0.5, -1.0)], coat)
    pen.fill(smooth_closed([(0.1, -1.0), (0.36, -0.7), (0.1, -0.3), (-0.16, -0.7)], 4), _belly(look))
    pen.blob([(-0.5, -1.05), (-0.1, -0.9), (-0.25, -0.4), (-0.6, -0.55)], coat.darker(0.82))
    head = pen.at(*creature_head("bird"))
    head.oval(0, 0, 0.52, 0.48, coat)
    shift = turn * 0.1
    for side in (-1, 1):
        head.oval(shift + side * 0.22, -0.05, 0.2, 0.2, WHITE, 0.8)
        _draw_beast_eye(head.at(shift + side * 0.22, -0.04, 0.95, flip=side < 0), look, expression)
    opened = 0.08 if expression.mouth in {"shout", "open", "talk", "grin"} else 0
    head.shape([(shift - 0.1, 0.1), (shift + 0.1, 0.1), (shift + 0.02, 0.3)], BEAK)
    if opened:
        head.shape([(shift - 0.07, 0.22), (shift + 0.07, 0.22), (shift + 0.01, 0.38)], BEAK.darker(0.75))


def _draw_ghost(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    hem: list[Point] = [
        (0.6, -0.2),
        (0.42, -0.36),
        (0.22, -0.16),
        (0, -0.34),
        (-0.22, -0.16),
        (-0.42, -0.36),
        (-0.6, -0.2),
    ]
    pen.shape(smooth_closed([(0, -2.1), (0.5, -1.85), (0.62, -1.2), *hem, (-0.62, -1.2), (-0.5, -1.85)], 4), WHITE)
    head = pen.at(*creature_head("ghost"))
    for side in (-1, 1):
        _draw_beast_eye(head.at(turn * 0.1 + side * 0.2, 0, flip=side < 0), look, expression)
    head.oval(turn * 0.1, 0.26, 0.07, 0.09, INK)
