"""A whole person in a pose. Units are head heights; (0, 0) is the ground between the feet, y runs down."""

import math

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.colours import NAMED, WHITE
from tools.gemini_emulator.drawing.ink.curves import smooth_closed
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch
from tools.gemini_emulator.drawing.people.expressions import Expression
from tools.gemini_emulator.drawing.people.head import draw_back_hair, draw_head
from tools.gemini_emulator.drawing.people.look import Look
from tools.gemini_emulator.drawing.people.outfit import LONG_HEMS, Trunk, draw_skirt, draw_torso, trunk_of
from tools.gemini_emulator.drawing.people.poses import Angles, Pose
from tools.gemini_emulator.drawing.people.sketches import PROPS, WORN

HEAD_OVERLAP = 0.14


def head_centre(look: Look, pose: Pose) -> Point:
    """Return the middle of the head of a person who stands at (0, 0) and faces right."""
    return _neck_and_head(look, pose)[1]


def draw_person(pen: Pen, look: Look, pose: Pose, expression: Expression, turn: float, prop: str | None) -> None:
    """Draw a person who faces right (the pen may be mirrored)."""
    trunk = trunk_of(look)
    neck, head = _neck_and_head(look, pose)
    body = pen.at(0, _hip_height(look, pose), turn=pose.lean)
    head_pen = pen.at(*head, turn=pose.lean * 0.4 + pose.head)
    draw_back_hair(head_pen, look, turn)
    if look.has("backpack"):
        draw_sketch(body.at(0, -trunk.length), WORN["backpack-behind"], look.palette)
    hand = _draw_arm(body, look, trunk, pose.far_arm, side=1, lean=pose.lean)
    _draw_legs(pen, look, trunk, pose)
    if look.is_skirt and look.top not in LONG_HEMS:
        draw_skirt(body, look, trunk)
    pen.limb([neck, (neck[0] * 0.6 + head[0] * 0.4, neck[1] + 0.1 * (head[1] - neck[1]))], 0.26, look.skin.darker(0.86))
    draw_torso(body, look, trunk, is_seated=pose.is_seated)
    draw_head(head_pen, look, expression, turn)
    _draw_arm(body, look, trunk, pose.near_arm, side=-1, lean=pose.lean)
    if prop:
        draw_sketch(body.at(*hand, turn=-pose.lean), PROPS[prop], look.palette)


def _leg_length(look: Look) -> float:
    return look.heads - 1.0 - trunk_of(look).length + HEAD_OVERLAP


def _hip_height(look: Look, pose: Pose) -> float:
    """Return where the hips are (negative: above the ground), so that the lower foot stands on the ground."""
    half = _leg_length(look) / 2
    reach = max(sum(half * math.cos(math.radians(angle)) for angle in leg) for leg in (pose.near_leg, pose.far_leg))
    return -max(reach, 0.35) - pose.lift


def _neck_and_head(look: Look, pose: Pose) -> tuple[Point, Point]:
    length, angle = trunk_of(look).length, math.radians(pose.lean)
    neck = (length * math.sin(angle), _hip_height(look, pose) - length * math.cos(angle))
    up = 0.62 - HEAD_OVERLAP / 2
    return neck, (neck[0] + up * math.sin(angle * 0.7), neck[1] - up * math.cos(angle * 0.7))


def _bent(start: Point, angles: Angles, length: float) -> list[Point]:
    points = [start]
    for angle in map(math.radians, angles):
        points.append((points[-1][0] + length * math.sin(angle), points[-1][1] + length * math.cos(angle)))
    return points


def _draw_arm(body: Pen, look: Look, trunk: Trunk, angles: Angles, side: int, lean: float) -> Point:
    """Draw an arm and return where its hand is. The body's pen leans, the arm's angles do not."""
    upright = (angles[0] + lean, angles[1] + lean)
    arm = _bent((side * trunk.shoulder * 0.84, -trunk.length + 0.2), upright, trunk.length * 0.52)
    hand = _bent(arm[-1], (upright[1], 0), 0.07)[1]
    body.oval(*hand, 0.125, 0.125, look.skin)
    sleeve = look.top_colour if side < 0 else look.top_colour.darker(0.88)
    body.limb(arm, 0.24 if look.age != "child" else 0.21, sleeve)
    return hand


def _draw_legs(pen: Pen, look: Look, trunk: Trunk, pose: Pose) -> None:
    is_bare = look.is_skirt or look.top == "dress"
    for angles, side in ((pose.far_leg, 1), (pose.near_leg, -1)):
        start = (side * trunk.hip * 0.42, _hip_height(look, pose) - 0.05)
        hip, knee, ankle = _bent(start, angles, _leg_length(look) / 2)
        colour = look.skin if is_bare else look.bottom_colour
        pen.limb([hip, knee, ankle], 0.31 if look.age != "child" else 0.27, colour if side < 0 else colour.darker(0.86))
        if is_bare:
            sock = (ankle[0] + (knee[0] - ankle[0]) * 0.3, ankle[1] + (knee[1] - ankle[1]) * 0.3)
            pen.limb([sock, ankle], 0.25, WHITE)
        shoe = pen.at(ankle[0], ankle[1] - 0.06, turn=-angles[1] * 0.75)
        sole = [(-0.17, -0.06), (0.08, -0.08), (0.3, 0.05), (0.32, 0.13), (-0.17, 0.13)]
        shoe.shape(smooth_closed(sole, 4), NAMED["dark"])
        shoe.line([(-0.17, 0.135), (0.32, 0.135)], 0.9, WHITE)
