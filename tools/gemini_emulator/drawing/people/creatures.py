"""Robots and animals. Units are head heights, (0, 0) is the ground, y runs down."""

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import INK, NAMED, WHITE
from tools.gemini_emulator.drawing.ink.curves import ellipse
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch, turned
from tools.gemini_emulator.drawing.people.expressions import Expression
from tools.gemini_emulator.drawing.people.look import Look
from tools.gemini_emulator.drawing.people.poses import PoseName
from tools.gemini_emulator.drawing.people.sketches import CREATURES, WORN

OPEN_MOUTHS = frozenset({"shout", "open", "talk", "grin"})
EYE_HEIGHTS = {"wide": 1.2, "narrow": 0.6, "sad": 0.8}
TABBY_COLOURS = (NAMED["ginger"], NAMED["orange"], NAMED["grey"])


def creature_head(look: Look) -> Point:
    return 0.06, 0.52 - look.heads


def draw_creature(pen: Pen, look: Look, pose: PoseName, expression: Expression, turn: float) -> None:
    """Draw a robot or an animal that faces right."""
    head = pen.at(*creature_head(look))
    match look.species:
        case "robot":
            _draw_robot(pen, head, look, pose, expression, turn)
        case "bird":
            _sketch(pen, look, "bird")
            _sketch(head, look, "bird-head", turn=turn)
            _draw_eyes(head, look, expression, turn, 0.22)
            _sketch(head, look, "beak-open" if expression.mouth in OPEN_MOUTHS else "beak-closed", turn=turn)
        case _:
            _sketch(pen, look, _tail_of(look), "running" if pose in {"run", "walk", "jump"} else "sitting")
            if look.extras & {"collar", "scarf", "bow", "bell"}:
                _sketch(pen, look, "collar", *(["bell"] if look.has("bell") else []))
            _draw_animal_head(head, look, expression, turn)


def _sketch(pen: Pen, look: Look, *names: str, turn: float = 0.0) -> None:
    for name in names:
        draw_sketch(pen, CREATURES[name], look.palette, turn)


def _tail_of(look: Look) -> str:
    return f"tail-{'cat' if look.species == 'dog' else look.species}"


def _draw_animal_head(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    species = look.species
    _sketch(pen, look, f"ears-{'cat' if species == 'fox' else species}", "head")
    if species not in {"rabbit", "dragon"}:
        _sketch(pen, look, "cheeks", turn=turn)
    if species == "cat" and look.hair in TABBY_COLOURS:
        _sketch(pen, look, "tabby")
    _draw_eyes(pen, look, expression, turn, 0.24)
    mouth = "mouth-open" if expression.mouth in OPEN_MOUTHS else "mouth-closed"
    _sketch(pen, look, "nose", mouth, turn=turn)
    if species in {"cat", "mouse", "rabbit", "fox"}:
        _sketch(pen, look, "whiskers", turn=turn)


def _draw_eyes(pen: Pen, look: Look, expression: Expression, turn: float, apart: float) -> None:
    for side in (-1, 1):
        eye = pen.at(*turned((side * apart, -0.04), turn), flip=side < 0)
        if expression.eyes in {"happy", "closed"}:
            eye.stroke([(-0.1, 0.03), (0, -0.04), (0.1, 0.03)], 3, start=0.4, end=0.4)
            continue
        tall = 0.135 * EYE_HEIGHTS.get(expression.eyes, 1)
        eye.shape(ellipse(0, 0, 0.1, tall), look.eyes.lighter(0.35))
        eye.fill(ellipse(0, 0.01, 0.065, tall * 0.8), INK)
        eye.fill(ellipse(0.03 if eye.flip else -0.03, -tall * 0.4, 0.035, 0.04), WHITE)
        if tilt := expression.brow * 0.07:
            eye.stroke([(-0.11, -tall - 0.05 + tilt), (0.1, -tall - 0.05 - tilt)], 3, start=0.7, end=0.5)


def _draw_robot(pen: Pen, head: Pen, look: Look, pose: PoseName, expression: Expression, turn: float) -> None:
    is_cheering = pose in {"cheer", "jump"}
    far = (0.98, -1.95) if is_cheering else (0.95, -1.5) if pose in {"point", "reach", "hold"} else (0.92, -0.95)
    near = (-0.95, -2.2) if is_cheering or pose == "wave" else (-0.86, -0.9)
    _draw_robot_arm(pen, look, [(0.5, -1.45), (0.78, -1.25), far])
    _sketch(pen, look, "robot-body")
    if look.has("scarf"):
        draw_sketch(pen.at(0, -1.66), WORN["scarf"], look.palette)
    _sketch(head, look, "robot-head")
    _sketch(head, look, "robot-screen", turn=turn)
    eyes = ((0.0, -0.06, 0.19),) if look.has("one eye") else ((-0.2, -0.08, 0.12), (0.2, -0.08, 0.12))
    for x, y, radius in eyes:
        _draw_lens(head.at(*turned((x, y), turn)), look, radius, expression)
    if len(eyes) > 1:
        is_unhappy = expression.mouth in {"frown", "wavy"}
        _sketch(head, look, "robot-frown" if is_unhappy else "robot-smile", turn=turn)
    _draw_robot_arm(pen, look, [(-0.5, -1.45), (-0.78, -1.3), near])


def _draw_robot_arm(pen: Pen, look: Look, points: list[Point]) -> None:
    pen.limb(points, 0.17, NAMED["silver"])
    pen.oval(*points[-1], 0.14, 0.14, look.top_colour.darker())


def _draw_lens(pen: Pen, look: Look, radius: float, expression: Expression) -> None:
    glow = look.palette["glow"]
    if expression.eyes in {"happy", "closed"}:
        pen.curve([(-radius, 0.04), (0, -0.06), (radius, 0.04)], 2, glow)
        return
    tall = radius * EYE_HEIGHTS.get(expression.eyes, 1)
    pen.fill(ellipse(0, 0, radius, tall), glow)
    pen.fill(ellipse(0, 0, radius / 2, tall / 2), WHITE)
