"""A person's head: hair, face, and what is worn on it. The head is 1 high, its middle is (0, 0), chin at y = 0.5.

`turn` says where the face looks: 0 to the reader, 1 far to the right.
"""

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import INK, WHITE
from tools.gemini_emulator.drawing.ink.curves import ellipse, smooth_closed
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch, turned
from tools.gemini_emulator.drawing.people.expressions import Expression
from tools.gemini_emulator.drawing.people.look import PALE_GREY, Look
from tools.gemini_emulator.drawing.people.sketches import HEAD

EYE_SIZES = {"child": 1.18, "teen": 1.06, "adult": 0.9, "old": 0.78}
EYE_HEIGHTS = {"open": 0.1, "wide": 0.125, "sad": 0.085, "narrow": 0.066}
FRONT_HAIR = {"ponytail": "side", "bun": "side", "braids": "long"}
HIDDEN_EAR_TURN = 0.55


def draw_head(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    """Draw the head. The hair behind it is drawn before, with `draw_back_hair`."""
    _draw_ears(pen, look, turn)
    pen.shape(_face_outline(look, turn), look.skin)
    if look.hair_style != "bald":
        pen.fill([(-0.4, -0.3), (0.4, -0.3), (0.4, -0.1), (0, -0.12), (-0.4, -0.1)], look.skin.darker(0.86))
    _draw_face(pen, look, expression, turn)
    _draw_parts(pen, look, turn, ("beard", "moustache", "glasses"))
    draw_sketch(pen, HEAD[f"front-{FRONT_HAIR.get(look.hair_style, look.hair_style)}"], look.palette, turn)
    if look.hat:
        draw_sketch(pen, HEAD[look.hat], look.palette, turn)
    elif look.hair_style != "bald":
        draw_sketch(pen, HEAD["shine"], look.palette)
    _draw_parts(pen, look, turn, ("bow",))


def draw_back_hair(pen: Pen, look: Look, turn: float) -> None:
    if sketch := HEAD.get(f"back-{look.hair_style}"):
        draw_sketch(pen.at(-turn * 0.08, 0), sketch, look.palette)


def _draw_parts(pen: Pen, look: Look, turn: float, names: tuple[str, ...]) -> None:
    for name in names:
        if look.has(name):
            draw_sketch(pen, HEAD[name], look.palette, turn)


def _face_outline(look: Look, turn: float) -> list[Point]:
    cheek = (0.43 if look.age == "child" else 0.4) + 0.02 * look.has("broad")
    jaw = {"child": 0.35, "teen": 0.3, "adult": 0.28 if look.is_female else 0.32, "old": 0.33}[look.age]
    chin = 0.1 if look.is_female or look.age == "child" else 0.14
    right = [(0.33, -0.44), (cheek + 0.02, -0.1), (cheek - 0.01, 0.14), (jaw, 0.34), (chin, 0.485)]
    outline = [(0, -0.54), *right, (0, 0.505), *((-x, y) for x, y in reversed(right))]
    # the chin moves when the head turns, the crown does not
    return smooth_closed([(x + turn * 0.1 * max(0.0, y) / 0.5, y) for x, y in outline], 5)


def _draw_ears(pen: Pen, look: Look, turn: float) -> None:
    for side in (-1, 1):
        if side * turn <= HIDDEN_EAR_TURN:
            x = side * 0.42 - turn * 0.04
            pen.oval(x, 0.08, 0.075, 0.12, look.skin)
            pen.curve([(x + side * 0.03, 0.03), (x - side * 0.01, 0.07), (x + side * 0.02, 0.13)], 0.6)


def _draw_face(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    size = EYE_SIZES[look.age] * (1.06 if look.is_female else 0.95)
    for side in (-1, 1):
        # the eye on the far side of a turned face is narrower
        squeeze = 1 - 0.22 * max(0.0, side * turn)
        x, y = turned((side * 0.185, 0.07), turn)
        _draw_eye(pen.at(x, y, size, flip=side < 0), look, expression, squeeze)
        _draw_brow(pen.at(x, 0, flip=side < 0), look, expression, squeeze)
    x, _ = turned((0, 0.1), turn * 1.25)
    nose = [(x, 0.07), (x + 0.055, 0.19), (x - 0.01, 0.215)]
    is_soft = look.is_female or look.age in {"child", "teen"}
    pen.curve([(x + 0.012, 0.165), (x + 0.032, 0.195), (x, 0.205)] if is_soft else nose, 0.8)
    draw_sketch(pen.at(*turned((0, 0.315), turn)), HEAD[expression.mouth], look.palette)
    marks = {
        "wrinkles": look.age == "old",
        "blush": expression.blush,
        "tears": expression.tears,
        "sweat": expression.sweat,
    }
    for mark in (mark for mark, is_shown in marks.items() if is_shown):
        draw_sketch(pen, HEAD[mark], look.palette, turn)


def _draw_eye(pen: Pen, look: Look, expression: Expression, squeeze: float) -> None:
    """Draw an eye; the pen's x runs outwards."""
    wide = 0.105 * squeeze
    if expression.eyes in {"happy", "closed"}:
        bend = -0.06 if expression.eyes == "happy" else 0.035
        pen.stroke([(-wide, 0.01 - bend * 0.3), (0, bend), (wide, 0.01 - bend * 0.3)], 3.4, start=0.3, end=0.5)
        return
    tall = EYE_HEIGHTS[expression.eyes]
    iris = 0.66 if expression.eyes == "wide" else 0.92
    pen.fill(ellipse(0, 0, wide, tall), WHITE)
    pen.shape(ellipse(0, 0.005, wide * 0.72 * iris, tall * iris), look.eyes, 0.7)
    pen.fill(ellipse(0, -tall * iris * 0.25, wide * 0.6 * iris, tall * iris * 0.62), look.eyes.darker(0.55))
    pen.fill(ellipse(0, 0.005, wide * 0.36 * iris, tall * 0.5 * iris), INK)
    # the light comes from the left for both eyes
    side = -1 if pen.flip else 1
    pen.fill(ellipse(-side * 0.03, -tall * 0.42, wide * 0.3, tall * 0.27), WHITE)
    _draw_lids(pen, look, expression, wide, tall)


def _draw_lids(pen: Pen, look: Look, expression: Expression, wide: float, tall: float) -> None:
    slant = {"narrow": 0.03, "sad": -0.03}.get(expression.eyes, 0.0)
    if slant:
        outer, inner = (wide * 1.1, -tall * 0.55 - slant), (-wide * 1.1, -tall * 0.55 + slant)
        pen.fill([(-wide * 1.2, -tall * 1.3), (wide * 1.2, -tall * 1.3), outer, inner], look.skin)
    top = -tall * (0.6 if slant else 0.95)
    left, right = (-wide * 1.12, top * 0.35 + slant), (wide * 1.15, top * 0.3 - slant)
    middle = [(-wide * 0.4, top + slant * 0.5), (wide * 0.4, top - slant * 0.5)]
    pen.stroke([left, *middle, right], 4.2 if look.is_female else 3.4, start=0.35, end=0.9)
    if look.is_female:
        pen.stroke([(wide, top * 0.42 - slant), (wide * 1.42, top * 0.72 - slant)], 2.2, start=1)


def _draw_brow(pen: Pen, look: Look, expression: Expression, squeeze: float) -> None:
    """Draw an eyebrow; the pen's x runs outwards."""
    y = -0.115 - expression.lift - (0.03 if look.age == "child" else 0)
    tilt = expression.brow * 0.07
    points = [(-0.1 * squeeze, y + tilt), (0, y - 0.028), (0.11 * squeeze, y + 0.012 - tilt * 0.6)]
    colour = look.hair.darker(0.55) if look.hair.grey >= PALE_GREY else INK
    pen.stroke(points, 2.2 if look.is_female or look.age == "child" else 3.4, colour, start=0.8, end=0.2)
