"""Clothes on a body: torso with collar and pattern, skirt, scarf and bags. Units: head heights, from the hips."""

from dataclasses import dataclass

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import INK, NAMED, WHITE, Colour
from tools.gemini_emulator.drawing.curves import ellipse, smooth, smooth_closed
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen

LONG_TOPS = frozenset({"coat", "robe", "dress"})


@dataclass(frozen=True, slots=True)
class Trunk:
    """Half widths and length of the torso; the pen stands at the hips and y runs down."""

    shoulder: float
    waist: float
    hip: float
    length: float


def trunk_of(look: Look) -> Trunk:
    """Return the measures of a body."""
    shoulder = {"child": 0.36, "teen": 0.43, "adult": 0.46 if look.is_female else 0.54, "old": 0.46}[look.age]
    if look.has("broad"):
        shoulder += 0.07
    waist = shoulder * (0.76 if look.is_female and look.age != "child" else 0.88)
    length = look.heads * (0.3 if look.age == "child" else 0.315)
    return Trunk(shoulder, waist, shoulder * 0.9, length)


def draw_torso(pen: Pen, look: Look, trunk: Trunk, *, is_seated: bool) -> None:
    """Draw the trunk in its clothes."""
    top = -trunk.length
    colour = look.top_colour
    hem = _hem(look, is_seated=is_seated)
    flare = trunk.hip * (1.0 + 0.28 * (hem > 0.2))  # noqa: PLR2004 - long garments widen
    outline: list[Point] = [
        (-0.14, top - 0.02),
        (-trunk.shoulder * 0.72, top + 0.03),
        (-trunk.shoulder, top + 0.16),
        (-trunk.waist, top * 0.4),
        (-flare, hem),
        (0, hem + 0.04),
        (flare, hem),
        (trunk.waist, top * 0.4),
        (trunk.shoulder, top + 0.16),
        (trunk.shoulder * 0.72, top + 0.03),
        (0.14, top - 0.02),
    ]
    body = smooth_closed(outline, 4)
    pen.shape(body, colour)
    _draw_side_shadow(pen, trunk, top, hem, flare, colour)
    if look.has("stripes"):
        _draw_stripes(pen, trunk, top, hem, colour)
    _draw_details(pen, look, trunk, top, hem)
    pen.line([*body, body[0]])


def draw_neckwear(pen: Pen, look: Look, trunk: Trunk) -> None:
    """Draw scarf, necklace and straps over the torso and below the chin."""
    top = -trunk.length
    if look.has("backpack"):
        for side in (-1, 1):
            pen.line([(side * 0.26, top + 0.03), (side * 0.3, top * 0.35)], 4.2, INK)
            pen.line([(side * 0.26, top + 0.03), (side * 0.3, top * 0.35)], 2.6, look.accent)
    if look.has("satchel"):
        pen.line([(-trunk.shoulder * 0.6, top + 0.04), (trunk.waist * 0.9, -0.1)], 3.6, INK)
        pen.line([(-trunk.shoulder * 0.6, top + 0.04), (trunk.waist * 0.9, -0.1)], 2.2, NAMED["brown"])
        pen.blob(
            [
                (trunk.waist * 0.55, -0.14),
                (trunk.waist + 0.3, -0.14),
                (trunk.waist + 0.3, 0.28),
                (trunk.waist * 0.55, 0.28),
            ],
            NAMED["brown"],
        )
    if look.has("necklace"):
        pen.curve([(-0.17, top + 0.02), (0, top + 0.3), (0.17, top + 0.02)], 0.9)
        pen.oval(0, top + 0.31, 0.06, 0.06, NAMED["gold"], 0.8)
    if look.has("tie"):
        pen.shape(
            [
                (0, top + 0.08),
                (0.07, top + 0.2),
                (0.09, top + 0.62),
                (0, top + 0.74),
                (-0.09, top + 0.62),
                (-0.07, top + 0.2),
            ],
            look.accent,
        )
    if look.has("scarf"):
        pen.blob([(0.12, top + 0.05), (0.34, top + 0.1), (0.32, top + 0.74), (0.12, top + 0.78)], look.accent)
        pen.line([(0.15, top + 0.62), (0.31, top + 0.58)], 0.7)
        pen.blob(
            [
                (-0.3, top - 0.06),
                (0, top + 0.02),
                (0.3, top - 0.06),
                (0.36, top + 0.1),
                (0, top + 0.22),
                (-0.36, top + 0.1),
            ],
            look.accent,
        )
        pen.curve([(-0.22, top + 0.02), (-0.02, top + 0.1), (0.2, top + 0.06)], 0.7)


def draw_skirt(pen: Pen, look: Look, trunk: Trunk) -> None:
    """Draw a pleated skirt."""
    width = trunk.hip * 1.55
    pen.shape([(-trunk.hip, -0.12), (trunk.hip, -0.12), (width, 0.62), (-width, 0.62)], look.bottom_colour)
    for part in (-0.6, -0.2, 0.2, 0.6):
        pen.line([(trunk.hip * part, 0.0), (width * part, 0.6)], 0.7)


def sleeve_colour(look: Look) -> Colour:
    """Return the colour of the sleeves."""
    if look.top == "vest":
        return NAMED["white"]
    return look.top_colour


def _hem(look: Look, *, is_seated: bool) -> float:
    if look.top not in LONG_TOPS:
        return 0.08
    if is_seated:
        return 0.22
    return {"coat": 0.75, "robe": look.heads * 0.36, "dress": 0.85}.get(look.top, 0.08)


def _draw_side_shadow(pen: Pen, trunk: Trunk, top: float, hem: float, flare: float, colour: Colour) -> None:
    """The side away from the light, which is on the left of the figure."""
    pen.fill(
        smooth([(-trunk.shoulder * 0.98, top + 0.2), (-trunk.waist * 0.98, top * 0.4), (-flare * 0.97, hem - 0.02)], 4)
        + smooth([(-flare * 0.6, hem), (-trunk.waist * 0.62, top * 0.4), (-trunk.shoulder * 0.68, top + 0.2)], 4),
        colour.darker(0.82),
    )


def _draw_stripes(pen: Pen, trunk: Trunk, top: float, hem: float, colour: Colour) -> None:
    stripe = WHITE if colour.grey < 200 else NAMED["navy"]  # noqa: PLR2004 - what stands out
    y = top + 0.3
    while y < hem - 0.08:
        width = trunk.waist * 0.97
        pen.fill([(-width, y), (width, y), (width, y + 0.09), (-width, y + 0.09)], stripe)
        y += 0.24


def _draw_details(pen: Pen, look: Look, trunk: Trunk, top: float, hem: float) -> None:  # noqa: C901, PLR0912 - one case a garment
    match look.top:
        case "jacket" | "coat" | "uniform":
            pen.fill([(-0.13, top), (0.13, top), (0.0, top + 0.42)], WHITE)
            for side in (-1, 1):
                pen.shape(
                    [(side * 0.13, top - 0.03), (side * 0.27, top + 0.12), (side * 0.02, top + 0.46)],
                    look.top_colour.darker(0.86),
                    0.8,
                )
            pen.line([(0, top + 0.44), (0, hem)], 0.9)
            for y in (0.6, 0.84, 1.08):
                if top + y < hem:
                    pen.oval(0.07, top + y, 0.035, 0.035, NAMED["gold"] if look.top == "uniform" else WHITE, 0.6)
        case "hoodie":
            pen.blob(
                [
                    (-0.3, top - 0.02),
                    (0, top + 0.08),
                    (0.3, top - 0.02),
                    (0.32, top + 0.14),
                    (0, top + 0.26),
                    (-0.32, top + 0.14),
                ],
                look.top_colour.darker(0.88),
            )
            for side in (-1, 1):
                pen.line([(side * 0.09, top + 0.22), (side * 0.1, top + 0.46)], 1.1, WHITE)
            pen.curve([(-0.26, -0.06), (-0.2, -0.34), (0.2, -0.34), (0.26, -0.06)], 0.9)
        case "shirt":
            for side in (-1, 1):
                pen.shape(
                    [(0, top + 0.06), (side * 0.16, top - 0.04), (side * 0.22, top + 0.14), (side * 0.06, top + 0.22)],
                    look.top_colour.lighter(0.5),
                    0.8,
                )
            pen.line([(0, top + 0.2), (0, hem)], 0.7)
        case "sweater":
            pen.curve([(-0.19, top), (0, top + 0.13), (0.19, top)], 1.4)
            pen.line([(-trunk.hip, hem - 0.1), (trunk.hip, hem - 0.1)], 0.8)
        case "dress":
            pen.blob(
                [(-0.2, top), (0, top + 0.12), (0.2, top), (0.24, top + 0.12), (0, top + 0.24), (-0.24, top + 0.12)],
                WHITE,
            )
            pen.line([(-trunk.waist * 0.95, top * 0.3), (trunk.waist * 0.95, top * 0.3)], 1.6)
            for part in (-0.5, 0.0, 0.5):
                pen.line([(trunk.hip * part, top * 0.2), (trunk.hip * part * 1.5, hem - 0.06)], 0.6)
        case "vest":
            pen.fill([(-0.15, top), (0.15, top), (0.0, top + 0.5)], WHITE)
            pen.line([(-0.15, top), (0, top + 0.5), (0.15, top)], 0.9)
            pen.line([(0, top + 0.5), (0, hem)], 0.9)
        case "robe":
            pen.line([(-0.16, top), (0.1, top + 0.62)], 1.2)
            pen.line([(0.16, top), (-0.02, top + 0.36)], 1.2)
            pen.shape(
                [(-trunk.waist, -0.34), (trunk.waist, -0.34), (trunk.waist, -0.12), (-trunk.waist, -0.12)],
                look.accent,
                0.8,
            )
        case "armour":
            pen.curve([(-trunk.waist * 0.9, top * 0.45), (0, top * 0.36), (trunk.waist * 0.9, top * 0.45)], 1.2)
            pen.line([(0, top + 0.1), (0, top * 0.38)], 0.9)
        case "spacesuit":
            pen.blob([(-0.24, top * 0.72), (0.24, top * 0.72), (0.24, top * 0.36), (-0.24, top * 0.36)], WHITE, 0.9)
            for x, colour in ((-0.12, "red"), (0, "yellow"), (0.12, "blue")):
                pen.fill(ellipse(x, top * 0.54, 0.045, 0.045), NAMED[colour])
    if look.has("apron"):
        pen.blob(
            [(-0.24, top + 0.3), (0.24, top + 0.3), (trunk.hip * 0.85, 0.3), (0, 0.42), (-trunk.hip * 0.85, 0.3)], WHITE
        )
