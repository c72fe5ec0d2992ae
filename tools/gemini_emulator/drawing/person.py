"""A whole person in a pose. Units are head heights; (0, 0) is the ground between the feet, y runs down."""

import math

from tools.gemini_emulator.drawing.canvas import Point
from tools.gemini_emulator.drawing.colours import NAMED, WHITE
from tools.gemini_emulator.drawing.curves import ellipse, smooth_closed
from tools.gemini_emulator.drawing.expressions import Expression
from tools.gemini_emulator.drawing.hair import draw_back_hair
from tools.gemini_emulator.drawing.head import draw_head
from tools.gemini_emulator.drawing.headwear import draw_hair_ornaments
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.outfit import (
    Trunk,
    draw_neckwear,
    draw_skirt,
    draw_torso,
    sleeve_colour,
    trunk_of,
)
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.poses import Angles, Pose
from tools.gemini_emulator.drawing.props import draw_prop

SHOE = NAMED["dark"]
HEAD_OVERLAP = 0.14


def head_centre(look: Look, pose: Pose) -> Point:
    """Return the middle of the head of a person who stands at (0, 0) and faces right."""
    hips = (0.0, _hip_height(look, pose))
    return _neck_and_head(look, pose, hips)[1]


def draw_person(pen: Pen, look: Look, pose: Pose, expression: Expression, turn: float, prop: str | None) -> None:
    """Draw a person who faces right (the pen may be mirrored)."""
    trunk = trunk_of(look)
    hips = (0.0, _hip_height(look, pose))
    neck, head = _neck_and_head(look, pose, hips)
    body = pen.at(*hips, turn=pose.lean)
    head_pen = pen.at(*head, turn=pose.lean * 0.4 + pose.head)
    draw_back_hair(head_pen, look, turn)
    if look.has("backpack"):
        body.blob(
            [(-0.2, -trunk.length + 0.1), (-0.62, -trunk.length + 0.12), (-0.68, -0.2), (-0.2, -0.1)], look.accent
        )
    hand = _draw_arm(body, look, trunk, pose.far_arm, side=1, lean=pose.lean)
    _draw_legs(pen, look, trunk, pose, hips)
    if look.is_skirt and look.top not in {"coat", "robe", "dress"}:
        draw_skirt(body, look, trunk)
    pen.limb([neck, (neck[0] * 0.6 + head[0] * 0.4, neck[1] + 0.1 * (head[1] - neck[1]))], 0.26, look.skin.darker(0.86))
    draw_torso(body, look, trunk, is_seated=pose.is_seated)
    draw_neckwear(body, look, trunk)
    draw_head(head_pen, look, expression, turn)
    draw_hair_ornaments(head_pen, look, turn)
    _draw_arm(body, look, trunk, pose.near_arm, side=-1, lean=pose.lean)
    if prop:
        draw_prop(body.at(*hand, turn=-pose.lean), prop, look.accent)


def _leg_length(look: Look) -> float:
    return look.heads - 1.0 - trunk_of(look).length + HEAD_OVERLAP


def _hip_height(look: Look, pose: Pose) -> float:
    """Return where the hips are (negative: above the ground), so that the lower foot stands on the ground."""
    half = _leg_length(look) / 2
    reach = max(sum(half * math.cos(math.radians(angle)) for angle in leg) for leg in (pose.near_leg, pose.far_leg))
    return -max(reach, 0.35) - pose.lift


def _neck_and_head(look: Look, pose: Pose, hips: Point) -> tuple[Point, Point]:
    length = trunk_of(look).length
    angle = math.radians(pose.lean)
    neck = (hips[0] + length * math.sin(angle), hips[1] - length * math.cos(angle))
    up = 0.5 + 0.12 - HEAD_OVERLAP / 2
    return neck, (neck[0] + up * math.sin(angle * 0.7), neck[1] - up * math.cos(angle * 0.7))


def _bent(start: Point, angles: Angles, lengths: tuple[float, float]) -> list[Point]:
    points = [start]
    for angle, length in zip(angles, lengths, strict=True):
        x, y = points[-1]
        points.append((x + length * math.sin(math.radians(angle)), y + length * math.cos(math.radians(angle))))
    return points


def _draw_arm(body: Pen, look: Look, trunk: Trunk, angles: Angles, side: int, lean: float) -> Point:
    """Draw an arm and return where its hand is; the body's pen leans, the arm's angles do not."""
    shoulder = (side * trunk.shoulder * 0.84, -trunk.length + 0.2)
    length = trunk.length * 0.52
    upright = (angles[0] + lean, angles[1] + lean)
    shoulder_point, elbow, wrist = _bent(shoulder, upright, (length, length))
    width = 0.24 if look.age != "child" else 0.21
    sleeve = sleeve_colour(look)
    hand_x, hand_y = _bent(wrist, (upright[1], upright[1]), (0.07, 0.0))[1]
    body.oval(hand_x, hand_y, 0.125, 0.125, look.skin)
    body.limb([shoulder_point, elbow, wrist], width, sleeve if side < 0 else sleeve.darker(0.88))
    return hand_x, hand_y


def _draw_legs(pen: Pen, look: Look, trunk: Trunk, pose: Pose, hips: Point) -> None:
    half = _leg_length(look) / 2
    bare = look.is_skirt or look.top == "dress"
    for angles, side in ((pose.far_leg, 1), (pose.near_leg, -1)):
        start = (hips[0] + side * trunk.hip * 0.42, hips[1] - 0.05)
        points = _bent(start, angles, (half, half))
        colour = look.skin if bare else look.bottom_colour
        colour = colour if side < 0 else colour.darker(0.86)
        pen.limb(points, 0.31 if look.age != "child" else 0.27, colour)
        if bare:
            x, y = points[2]
            kx, ky = points[1]
            pen.limb([(x + (kx - x) * 0.3, y + (ky - y) * 0.3), points[2]], 0.25, WHITE)
        _draw_shoe(pen, points[2], angles[1])


def _draw_shoe(pen: Pen, ankle: Point, angle: float) -> None:
    shoe = pen.at(ankle[0], ankle[1] - 0.06, turn=-angle * 0.75)
    shoe.shape(smooth_closed([(-0.17, -0.06), (0.08, -0.08), (0.3, 0.05), (0.32, 0.13), (-0.17, 0.13)], 4), SHOE)
    shoe.line([(-0.17, 0.135), (0.32, 0.135)], 0.9, WHITE)


def draw_ground_shadow(pen: Pen, width: float) -> None:
    """Draw the shadow on the ground under a figure."""
    pen.canvas.shade(pen.places(ellipse(0, 0.06, width, width * 0.2)), 165)
