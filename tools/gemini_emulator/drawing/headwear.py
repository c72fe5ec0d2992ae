"""What is worn on the head and in the face: hats, glasses, beards, bows. Units as for the head."""

from tools.gemini_emulator.drawing.colours import INK, NAMED, rgb
from tools.gemini_emulator.drawing.curves import ellipse, smooth, smooth_closed
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen

STRAW = rgb(0xE5C273, 225)
GLASS = rgb(0xDDEFF5, 255)


def draw_face_extras(pen: Pen, look: Look, turn: float) -> None:
    """Draw beard, moustache and glasses, which lie on the face and under the hair."""
    shift = turn * 0.13
    if look.has("beard"):
        _draw_beard(pen, look, shift)
    if look.has("moustache") or look.has("long beard"):
        hair = look.hair if look.age != "old" else NAMED["white"]
        for side in (-1, 1):
            pen.shape(
                smooth(
                    [
                        (shift * 1.1, 0.23),
                        (shift + side * 0.12, 0.235),
                        (shift + side * 0.22, 0.3),
                        (shift + side * 0.08, 0.29),
                        (shift * 1.1, 0.262),
                    ]
                ),
                hair,
                0.8,
            )
    if look.has("glasses"):
        for side in (-1, 1):
            x = shift + side * 0.19
            pen.line([*ellipse(x, 0.075, 0.145, 0.13), (x + 0.145, 0.075)], 1.3)
        pen.curve([(shift - 0.05, 0.06), (shift, 0.04), (shift + 0.05, 0.06)], 1.2)
        pen.line([(shift + 0.335, 0.06), (0.43, 0.02)], 1.1)
        pen.line([(shift - 0.335, 0.06), (-0.43, 0.02)], 1.1)


def draw_hat(pen: Pen, look: Look, turn: float) -> None:
    """Draw what is on the head, over the hair."""
    shift = turn * 0.05
    colour = look.accent
    match look.hat:
        case "knit":
            pen.shape([*ellipse(0, -0.26, 0.53, 0.46, 180, 360, 18)], colour)
            pen.shape(
                smooth_closed(
                    [(-0.55, -0.34), (0, -0.42), (0.55, -0.34), (0.56, -0.18), (0, -0.24), (-0.56, -0.18)], 4
                ),
                colour.darker(0.85),
            )
            for x in (-0.36, -0.18, 0, 0.18, 0.36):
                pen.line([(x, -0.38), (x, -0.25)], 0.6)
            pen.oval(0, -0.75, 0.1, 0.09, colour.lighter(0.4))
        case "cap":
            pen.shape([*ellipse(0, -0.26, 0.52, 0.42, 180, 360, 18)], colour)
            pen.shape(
                smooth_closed(
                    [
                        (0.02 + shift, -0.33),
                        (0.4, -0.32),
                        (0.74 + shift, -0.2),
                        (0.62 + shift, -0.15),
                        (0.3, -0.2),
                        (-0.1, -0.24),
                    ],
                    4,
                ),
                colour.darker(0.8),
            )
        case "brim":
            pen.shape(smooth_closed([(-0.36, -0.36), (-0.3, -0.72), (0, -0.78), (0.3, -0.72), (0.36, -0.36)], 5), STRAW)
            pen.shape(ellipse(0, -0.34, 0.78, 0.12), STRAW)
            pen.shape([(-0.36, -0.46), (0.36, -0.46), (0.37, -0.37), (-0.37, -0.37)], colour, 0.7)
        case "helmet":
            pen.shape([*ellipse(0, -0.16, 0.58, 0.56, 180, 360, 20)], colour.lighter(0.35))
            pen.line([(0, -0.72), (0, -0.17)], 1.2)
            pen.shape([(-0.6, -0.22), (0.6, -0.22), (0.6, -0.13), (-0.6, -0.13)], colour)
        case "crown":
            gold = NAMED["gold"]
            pen.shape(
                [(-0.38, -0.4), (-0.42, -0.76), (-0.2, -0.58), (0, -0.82), (0.2, -0.58), (0.42, -0.76), (0.38, -0.4)],
                gold,
            )
            for x in (-0.22, 0, 0.22):
                pen.fill(ellipse(x, -0.48, 0.035, 0.035), NAMED["red"])
        case "pointed":
            pen.shape(
                smooth(
                    [
                        (-0.4, -0.36),
                        (-0.22, -0.8),
                        (-0.1, -1.2),
                        (0.22, -1.36),
                        (0.06, -1.12),
                        (0.24, -0.78),
                        (0.4, -0.36),
                    ]
                ),
                NAMED["navy"],
            )
            pen.shape(ellipse(0, -0.34, 0.8, 0.13), NAMED["navy"])
            pen.shape([(-0.38, -0.48), (0.38, -0.48), (0.4, -0.38), (-0.4, -0.38)], colour, 0.7)
        case _:
            return


def draw_hair_ornaments(pen: Pen, look: Look, turn: float) -> None:
    """Draw what sits in or around the hair: bows, pins, goggles, headphones."""
    shift = turn * 0.05
    if look.has("bow") and look.is_human:
        bow = pen.at(-0.3 + shift, -0.5, 1.0, turn=-20)
        for side in (-1, 1):
            bow.shape(
                smooth_closed([(0, 0), (side * 0.2, -0.13), (side * 0.24, 0), (side * 0.2, 0.13)], 4), look.accent
            )
        bow.oval(0, 0, 0.055, 0.06, look.accent.darker(0.8))
    if look.has("hairpin"):
        pin = pen.at(0.34 + shift, -0.27)
        pin.shape(
            [
                (0.09 * (1 if i % 2 == 0 else 0.42) * x, 0.09 * (1 if i % 2 == 0 else 0.42) * y)
                for i, (x, y) in enumerate(ellipse(0, 0, 1, 1, -90, 270, 10)[:10])
            ],
            NAMED["yellow"],
            0.7,
        )
    if look.has("goggles"):
        pen.line([(-0.5, -0.28), (0, -0.37), (0.5, -0.28)], 3.4, NAMED["brown"])
        for side in (-1, 1):
            pen.oval(shift + side * 0.17, -0.36, 0.14, 0.11, NAMED["copper"])
            pen.oval(shift + side * 0.17, -0.36, 0.095, 0.07, GLASS, 0.7)
    if look.has("headphones"):
        pen.line(ellipse(0, -0.1, 0.56, 0.58, 190, 350, 16), 3.6, INK)
        for side in (-1, 1):
            pen.shape(
                smooth_closed([(side * 0.47, -0.08), (side * 0.6, -0.02), (side * 0.6, 0.22), (side * 0.47, 0.26)], 4),
                look.accent,
            )


def _draw_beard(pen: Pen, look: Look, shift: float) -> None:
    hair = look.hair if look.age != "old" else NAMED["white"]
    length = 0.86 if look.has("long beard") else 0.6
    points = [
        (-0.4, 0.08),
        (-0.42, 0.3),
        (-0.26 + shift, length - 0.08),
        (shift, length),
        (0.26 + shift, length - 0.08),
        (0.42, 0.3),
        (0.4, 0.08),
        (0.3 + shift * 0.5, 0.24),
        (0.14 + shift, 0.25),
        (shift, 0.235),
        (-0.14 + shift, 0.25),
        (-0.3 + shift * 0.5, 0.24),
    ]
    pen.shape(smooth_closed(points, 4), hair)
    for x in (-0.16, 0.0, 0.16):
        pen.stroke([(x + shift, 0.42), (x * 0.9 + shift, length - 0.08)], 1.4)
    pen.fill(ellipse(shift * 1.05, 0.315, 0.13, 0.055), look.skin)
