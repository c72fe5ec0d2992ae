"""A person's head: skull, ears, face. Units: the head is 1 high, its middle is (0, 0), chin at y = 0.5.

`turn` says where the face looks: 0 to the reader, 1 far to the right.
"""

from tools.gemini_emulator.drawing.colours import INK, WHITE, Colour, rgb
from tools.gemini_emulator.drawing.curves import ellipse, smooth_closed
from tools.gemini_emulator.drawing.expressions import Expression
from tools.gemini_emulator.drawing.hair import draw_back_hair, draw_front_hair
from tools.gemini_emulator.drawing.headwear import draw_face_extras, draw_hat
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen

MOUTH_RED = rgb(0x9C3038, 60)
TONGUE = rgb(0xE07A78, 200)
BLUSH = rgb(0xF2A08E, 215)
TEAR = rgb(0xBFE3F5, 255)


def draw_head(pen: Pen, look: Look, expression: Expression, turn: float = 0.3) -> None:
    """Draw the head with hair, face and whatever is worn on it; the back hair is drawn before, with the body."""
    _draw_ears(pen, look, turn)
    pen.shape(_face_outline(look, turn), look.skin)
    _draw_neck_shadow_under_hair(pen, look, turn)
    _draw_face(pen, look, expression, turn)
    draw_face_extras(pen, look, turn)
    draw_front_hair(pen, look, turn)
    if look.hat:
        draw_hat(pen, look, turn)


def draw_head_from_behind(pen: Pen, look: Look) -> None:
    """Draw the back of the head, for over-the-shoulder views."""
    pen.blob(
        [(0, -0.56), (0.4, -0.4), (0.47, 0.0), (0.36, 0.36), (0, 0.48), (-0.36, 0.36), (-0.47, 0), (-0.4, -0.4)],
        look.skin,
    )
    if look.hair_style != "bald":
        pen.blob(
            [
                (0, -0.64),
                (0.42, -0.46),
                (0.52, 0.0),
                (0.42, 0.38),
                (0, 0.44),
                (-0.42, 0.38),
                (-0.52, 0),
                (-0.42, -0.46),
            ],
            look.hair,
        )
        draw_back_hair(pen, look, 0, over=True)
        for x in (-0.3, -0.1, 0.12, 0.3):
            pen.stroke([(x * 0.6, -0.5), (x, -0.1), (x * 1.05, 0.36)], 2.2, _strand(look.hair))
    if look.hat:
        draw_hat(pen, look, 0)


def _strand(hair: Colour) -> Colour:
    return hair.lighter(0.3) if hair.grey < 60 else INK  # noqa: PLR2004 - dark hair shows light strands


def _face_outline(look: Look, turn: float) -> list[tuple[float, float]]:
    cheek = 0.43 if look.age == "child" else 0.4
    jaw = {"child": 0.35, "teen": 0.3, "adult": 0.28 if look.is_female else 0.32, "old": 0.33}[look.age]
    if look.has("broad") or look.has("round"):
        cheek, jaw = cheek + 0.02, jaw + 0.04
    chin = 0.1 if look.is_female or look.age == "child" else 0.14
    shift = turn * 0.1
    points = [
        (0, -0.54),
        (0.33, -0.44),
        (cheek + 0.02, -0.1),
        (cheek - 0.01 - shift * 0.2, 0.14),
        (jaw + shift * 0.5, 0.34),
        (chin + shift, 0.485),
        (shift, 0.505),
        (-chin + shift, 0.485),
        (-jaw + shift * 0.5, 0.34),
        (-cheek + 0.01, 0.14),
        (-cheek - 0.02, -0.1),
        (-0.33, -0.44),
    ]
    return smooth_closed(points, 5)


def _draw_ears(pen: Pen, look: Look, turn: float) -> None:
    for side in (-1, 1):
        if side * turn > 0.55:  # noqa: PLR2004 - the far ear is hidden
            continue
        x = side * 0.42 - turn * 0.04
        pen.oval(x, 0.08, 0.075, 0.12, look.skin)
        pen.curve([(x + side * 0.03, 0.03), (x - side * 0.01, 0.07), (x + side * 0.02, 0.13)], 0.6)


def _draw_neck_shadow_under_hair(pen: Pen, look: Look, turn: float) -> None:
    if look.hair_style in {"bald", "swept"} and not look.hat:
        return
    shadow = look.skin.darker(0.86)
    shift = turn * 0.05
    pen.fill(
        [
            (-0.4, -0.3),
            (0.4, -0.3),
            (0.4, -0.1),
            (0.2 + shift, -0.15),
            (shift, -0.1),
            (-0.2 + shift, -0.15),
            (-0.4, -0.08),
        ],
        shadow,
    )


def _draw_face(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    shift = turn * 0.13
    spread = 0.185
    size = {"child": 1.18, "teen": 1.06, "adult": 0.9, "old": 0.78}[look.age] * (1.06 if look.is_female else 0.95)
    for side in (-1, 1):
        # the eye on the far side of a turned face is narrower
        squeeze = 1 - 0.22 * max(0.0, side * turn)
        x = shift + side * spread * (1 - 0.1 * abs(turn))
        if side == 1 and look.has("eyepatch"):
            _draw_eyepatch(pen, x)
            continue
        eye = pen.at(x, 0.07, size, flip=side < 0)
        _draw_eye(eye, look, expression, squeeze, side * turn)
        _draw_brow(pen, look, expression, x, side, squeeze)
    _draw_nose(pen, look, shift, turn)
    _draw_mouth(pen.at(shift * 1.05, 0.315), look, expression)
    _draw_marks(pen, look, expression, shift)


def _draw_eye(pen: Pen, look: Look, expression: Expression, squeeze: float, gaze: float) -> None:
    """Draw an eye; the pen's x runs outwards."""
    wide = 0.105 * squeeze
    if expression.eyes in {"happy", "closed"}:
        bend = -0.06 if expression.eyes == "happy" else 0.035
        pen.stroke([(-wide, 0.01 - bend * 0.3), (0, 0.0 + bend), (wide, 0.01 - bend * 0.3)], 3.4, start=0.3, end=0.5)
        if look.is_female:
            pen.line([(wide * 0.9, 0.01 - bend * 0.3), (wide * 1.25, -0.02)], 0.9)
        return
    tall = {"open": 0.1, "wide": 0.125, "sad": 0.085, "narrow": 0.066}[expression.eyes]
    pen.fill(ellipse(0, 0, wide, tall), WHITE)
    iris = 0.66 if expression.eyes == "wide" else 0.92
    x = gaze * 0.025
    pen.shape(ellipse(x, 0.005, wide * 0.72 * iris, tall * iris), look.eyes, 0.7)
    pen.fill(ellipse(x, -tall * iris * 0.25, wide * 0.6 * iris, tall * iris * 0.62), look.eyes.darker(0.55))
    pen.fill(ellipse(x, 0.005, wide * 0.36 * iris, tall * 0.5 * iris), INK)
    side = -1 if pen.flip else 1
    pen.fill(ellipse(x - side * 0.03, -tall * 0.42, wide * 0.3, tall * 0.27), WHITE)
    pen.fill(ellipse(x + side * 0.022, tall * 0.45, wide * 0.14, tall * 0.13), WHITE)
    _draw_lids(pen, look, expression, wide, tall)


def _draw_lids(pen: Pen, look: Look, expression: Expression, wide: float, tall: float) -> None:
    slant = {"narrow": 0.03, "sad": -0.03}.get(expression.eyes, 0.0)
    if slant:
        # skin over the eye, where the lid hangs
        pen.fill(
            [
                (-wide * 1.2, -tall * 1.3),
                (wide * 1.2, -tall * 1.3),
                (wide * 1.1, -tall * 0.55 - slant),
                (-wide * 1.1, -tall * 0.55 + slant),
            ],
            look.skin,
        )
    top = -tall * (0.6 if slant else 0.95)
    lid = [
        (-wide * 1.12, top * 0.35 + slant),
        (-wide * 0.4, top + slant * 0.5),
        (wide * 0.4, top - slant * 0.5),
        (wide * 1.15, top * 0.3 - slant),
    ]
    pen.stroke(lid, 4.2 if look.is_female else 3.4, start=0.35, end=0.9)
    if look.is_female:
        pen.stroke([(wide * 1.0, top * 0.42 - slant), (wide * 1.42, top * 0.72 - slant)], 2.2, start=1)
    pen.curve([(-wide * 0.5, tall * 0.98), (wide * 0.1, tall * 1.05), (wide * 0.7, tall * 0.85)], 0.6)


def _draw_brow(pen: Pen, look: Look, expression: Expression, x: float, side: int, squeeze: float) -> None:
    y = -0.115 - expression.lift - (0.03 if look.age == "child" else 0)
    inner, outer = x - side * 0.1 * squeeze, x + side * 0.11 * squeeze
    tilt = expression.brow * 0.07
    colour = INK if look.hair.grey < 180 else look.hair.darker(0.55)  # noqa: PLR2004 - pale brows would vanish
    weight = 2.2 if look.is_female or look.age == "child" else 3.4
    pen.stroke([(inner, y + tilt), (x, y - 0.028), (outer, y + 0.012 - tilt * 0.6)], weight, colour, start=0.8, end=0.2)


def _draw_eyepatch(pen: Pen, x: float) -> None:
    pen.line([(-0.42, -0.2), (x, 0.05), (0.43, -0.1)], 1.4)
    pen.oval(x, 0.07, 0.12, 0.12, INK)


def _draw_nose(pen: Pen, look: Look, shift: float, turn: float) -> None:
    side = 1 if turn >= 0 else -1
    x = shift * 1.25
    if look.age in {"child", "teen"} or look.is_female:
        pen.curve([(x + side * 0.012, 0.165), (x + side * 0.032, 0.195), (x, 0.205)], 0.8)
    else:
        pen.curve([(x, 0.07), (x + side * 0.055, 0.19), (x - side * 0.01, 0.215)], 0.9)


def _draw_mouth(pen: Pen, look: Look, expression: Expression) -> None:  # noqa: C901 - one case a mouth
    match expression.mouth:
        case "smile":
            pen.stroke([(-0.085, -0.012), (0, 0.025), (0.085, -0.012)], 1.9, start=0.4, end=0.4)
        case "grin":
            pen.shape([*ellipse(0, -0.03, 0.12, 0.115, 0, 180, 12)], MOUTH_RED, 0.9)
            pen.fill([(-0.1, -0.025), (0.1, -0.025), (0.085, 0.008), (-0.085, 0.008)], WHITE)
        case "flat":
            pen.stroke([(-0.075, 0.008), (0, 0), (0.075, 0.008)], 2.0, start=0.5, end=0.5)
        case "frown":
            pen.stroke([(-0.08, 0.03), (0, -0.008), (0.08, 0.03)], 2.0, start=0.4, end=0.4)
        case "open":
            pen.oval(0, 0.015, 0.048, 0.068, MOUTH_RED, 0.9)
        case "shout":
            pen.shape(
                smooth_closed(
                    [(-0.11, -0.045), (0, -0.07), (0.11, -0.045), (0.085, 0.08), (0, 0.11), (-0.085, 0.08)], 4
                ),
                MOUTH_RED,
                0.9,
            )
            pen.fill([(-0.095, -0.045), (0, -0.062), (0.095, -0.045), (0.085, -0.015), (-0.085, -0.015)], WHITE)
            pen.fill(ellipse(0, 0.08, 0.05, 0.025), TONGUE)
        case "wavy":
            pen.curve([(-0.09, 0.01), (-0.05, -0.015), (0, 0.012), (0.05, -0.015), (0.09, 0.01)], 1.1)
        case "talk":
            pen.shape(
                smooth_closed(
                    [(-0.065, -0.025), (0, -0.035), (0.065, -0.025), (0.05, 0.04), (0, 0.055), (-0.05, 0.04)], 4
                ),
                MOUTH_RED,
                0.8,
            )
            pen.fill(ellipse(0, 0.035, 0.03, 0.014), TONGUE)
        case "small":
            pen.stroke([(-0.035, 0.004), (0, 0.012), (0.035, 0.004)], 1.7, start=0.5, end=0.5)
    if look.age == "old":
        pen.curve([(-0.14, -0.07), (-0.165, 0.0), (-0.15, 0.05)], 0.6)
        pen.curve([(0.14, -0.07), (0.165, 0.0), (0.15, 0.05)], 0.6)


def _draw_marks(pen: Pen, look: Look, expression: Expression, shift: float) -> None:  # noqa: C901 - one branch a mark
    if look.age == "old":
        for side in (-1, 1):
            x = shift + side * 0.2
            pen.curve([(x - side * 0.06, 0.185), (x, 0.2), (x + side * 0.06, 0.185)], 0.6)
    if expression.blush:
        for side in (-1, 1):
            for step in (-1, 0, 1):
                x = shift + side * 0.25 + step * 0.035
                pen.line([(x + 0.014, 0.19), (x - 0.014, 0.235)], 0.7, BLUSH.darker(0.85))
    if look.has("freckles"):
        for side in (-1, 1):
            for x, y in ((0.17, 0.19), (0.22, 0.21), (0.26, 0.18)):
                pen.fill(ellipse(shift + side * x, y, 0.011, 0.011), look.skin.darker(0.62))
    if expression.tears:
        for side in (-1, 1):
            x = shift + side * 0.2
            pen.blob([(x, 0.16), (x + 0.035, 0.25), (x, 0.3), (x - 0.035, 0.25)], TEAR, 0.6)
    if expression.sweat:
        pen.blob([(0.36, -0.24), (0.4, -0.13), (0.36, -0.09), (0.32, -0.13)], TEAR, 0.7)
