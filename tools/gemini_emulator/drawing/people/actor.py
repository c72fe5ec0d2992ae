"""A character in a picture: where the feet are, how large, in which pose."""

from dataclasses import dataclass

from tools.gemini_emulator.drawing.ink.canvas import Box, Canvas, Point
from tools.gemini_emulator.drawing.ink.colours import rgb
from tools.gemini_emulator.drawing.ink.curves import ellipse
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.people.creatures import creature_head, draw_creature
from tools.gemini_emulator.drawing.people.expressions import Expression
from tools.gemini_emulator.drawing.people.look import Look
from tools.gemini_emulator.drawing.people.person import draw_person, head_centre
from tools.gemini_emulator.drawing.people.poses import POSES, PoseName

# Half the width and height of a head with its hair, in head heights.
HEAD_HALF_WIDTH, HEAD_HALF_HEIGHT = 0.6, 0.66
GROUND_SHADOW = rgb(0x7C7C8C, 120)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a picture. `x` and `ground` are where the feet are; `adult_px` is the height of a grown-up."""

    look: Look
    x: float
    ground: float
    adult_px: float
    pose: PoseName
    expression: Expression
    faces_left: bool = False
    turn: float = 0.35
    prop: str | None = None

    @property
    def head_px(self) -> float:
        return self.adult_px * self.look.height / self.look.heads

    @property
    def head_middle(self) -> Point:
        x, y = _head_of(self.look, self.pose)
        return self.x + (-x if self.faces_left else x) * self.head_px, self.ground + y * self.head_px

    @property
    def head_box(self) -> Box:
        x, y = self.head_middle
        wide, high = HEAD_HALF_WIDTH * self.head_px, HEAD_HALF_HEIGHT * self.head_px
        return x - wide, y - high, x + wide, y + high

    @property
    def mouth(self) -> Point:
        x, y = self.head_middle
        return x + (-0.1 if self.faces_left else 0.1) * self.head_px, y + 0.32 * self.head_px


def draw_actor(canvas: Canvas, actor: Actor, line_px: float) -> None:
    """Draw somebody, with the shadow on the ground."""
    look = actor.look
    pen = Pen(canvas, actor.x, actor.ground, actor.head_px, actor.faces_left, line_px=line_px)
    width = 0.9 if look.is_human else 0.7
    pen.fill(ellipse(0, 0.06, width, width * 0.2), GROUND_SHADOW)
    _draw_figure(pen, look, actor.pose, actor.expression, actor.turn, actor.prop)


def draw_portrait(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    """Draw head and shoulders; the pen stands at the middle of the head."""
    x, y = _head_of(look, "stand")
    _draw_figure(pen.at(-x, -y), look, "stand", expression, turn, None)


def _head_of(look: Look, pose: PoseName) -> Point:
    return head_centre(look, POSES[pose]) if look.is_human else creature_head(look)


def _draw_figure(pen: Pen, look: Look, pose: PoseName, expression: Expression, turn: float, prop: str | None) -> None:
    if look.is_human:
        draw_person(pen, look, POSES[pose], expression, turn, prop)
    else:
        draw_creature(pen, look, pose, expression, turn)
