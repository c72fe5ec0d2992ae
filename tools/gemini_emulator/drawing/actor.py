"""Puts anybody, person or creature, on the canvas: by the height of an adult in pixels, and where the feet are."""

import math
from dataclasses import dataclass

from tools.gemini_emulator.drawing.canvas import Box, Canvas
from tools.gemini_emulator.drawing.creatures import creature_head, draw_creature, heads_of
from tools.gemini_emulator.drawing.expressions import Expression
from tools.gemini_emulator.drawing.hair import draw_back_hair
from tools.gemini_emulator.drawing.head import draw_head_from_behind
from tools.gemini_emulator.drawing.headwear import draw_hair_ornaments
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.outfit import draw_neckwear, draw_torso, trunk_of
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.person import draw_ground_shadow, draw_person, head_centre
from tools.gemini_emulator.drawing.poses import POSES, PoseName

# Half the width and height of a head with its hair, in head heights.
HEAD_HALF_WIDTH, HEAD_HALF_HEIGHT = 0.6, 0.66


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a picture. `x`, `ground` say where the feet are; `adult_px` is how high a grown-up would be."""

    look: Look
    x: float
    ground: float
    adult_px: float
    pose: PoseName
    expression: Expression
    faces_left: bool = False
    turn: float = 0.35
    prop: str | None = None
    from_behind: bool = False
    lift_px: float = 0.0

    @property
    def head_px(self) -> float:
        """Height of the head in pixels."""
        heads = self.look.heads if self.look.is_human else heads_of(self.look.species)
        return self.adult_px * self.look.height / heads

    @property
    def head_middle(self) -> tuple[float, float]:
        """Where the middle of the head is, in pixels."""
        x, y = head_centre(self.look, POSES[self.pose]) if self.look.is_human else creature_head(self.look.species)
        return self.x + (-x if self.faces_left else x) * self.head_px, self.ground - self.lift_px + y * self.head_px

    @property
    def head_box(self) -> Box:
        """The box around the head in pixels: left, top, right, bottom."""
        x, y = self.head_middle
        wide, high = HEAD_HALF_WIDTH * self.head_px, HEAD_HALF_HEIGHT * self.head_px
        return x - wide, y - high, x + wide, y + high

    @property
    def mouth(self) -> tuple[float, float]:
        """Where the mouth is, in pixels."""
        x, y = self.head_middle
        aside = (-0.1 if self.faces_left else 0.1) * self.head_px
        return x + aside, y + 0.32 * self.head_px


def draw_actor(canvas: Canvas, actor: Actor, line_px: float) -> None:
    """Draw somebody, with the shadow on the ground."""
    pen = Pen(canvas, actor.x, actor.ground, actor.head_px, actor.faces_left, line_px=line_px)
    if actor.from_behind:
        _draw_from_behind(pen.at(*head_centre(actor.look, POSES["stand"])), actor.look)
        return
    draw_ground_shadow(pen, 0.9 if actor.look.is_human else 0.7)
    pen = pen.at(0, -actor.lift_px / actor.head_px)
    if actor.look.is_human:
        draw_person(pen, actor.look, POSES[actor.pose], actor.expression, actor.turn, actor.prop)
    else:
        draw_creature(pen, actor.look, actor.pose, actor.expression, actor.turn)


def _draw_from_behind(head: Pen, look: Look) -> None:
    if not look.is_human:
        draw_creature(head.at(0, heads_of(look.species) - 0.5), look, "stand", Expression(), 1.0)
        return
    trunk = trunk_of(look)
    body = head.at(0, 0.55 + trunk.length)
    draw_back_hair(head, look, 0)
    draw_torso(body, look, trunk, is_seated=False)
    draw_neckwear(body, look, trunk)
    draw_head_from_behind(head, look)


def draw_portrait(pen: Pen, look: Look, expression: Expression, turn: float) -> None:
    """Draw head and shoulders; the pen stands at the middle of the head, one unit is its height."""
    if not look.is_human:
        x, y = creature_head(look.species)
        draw_creature(pen.at(-x, -y), look, "stand", expression, turn)
        return
    height = math.fabs(head_centre(look, POSES["stand"])[1])
    draw_person(pen.at(0, height), look, POSES["stand"], expression, turn, None)
    draw_hair_ornaments(pen, look, turn)
