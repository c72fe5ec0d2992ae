"""The tails of balloons: towards the face of who speaks. Lengths are in widths of the picture."""

from collections.abc import Sequence
from math import atan2, cos, hypot, sin

from api.typesetting.balloons import Box, Point, edge_point, tail_points

_LENGTH = 2.2
_SHORTEST = 0.7
"""The length outside the balloon, in font sizes."""
_SHARE = 0.4
"""Of the way to what it points to, at most."""
_SHORTER = 0.75


def tail_tip(box: Box, target: Point, font_size: float, others: Sequence[Box]) -> Point | None:
    """Return where a balloon's tail ends.

    None if there is no room for one: the balloon is too near to its target, or another text is between them.
    """
    middle = box.middle
    direction = atan2(target.y - middle.y, target.x - middle.x)
    edge = edge_point(box, direction)
    inside, whole = (hypot(point.x - middle.x, point.y - middle.y) for point in (edge, target))
    length = min(_LENGTH * font_size, _SHARE * (whole - inside))
    while length >= _SHORTEST * font_size:
        tip = Point(edge.x + length * cos(direction), edge.y + length * sin(direction))
        corners = tail_points(box, tip, font_size)
        if not any(_touch(corners, other) for other in others):
            return tip
        length *= _SHORTER
    return None


def _touch(corners: Sequence[Point], box: Box) -> bool:
    """Tell whether a triangle and a rectangle have a point in common: no side of either lies between them."""
    rectangle = [Point(x, y) for x in (box.x, box.x + box.width) for y in (box.y, box.y + box.height)]
    sides = [(end.x - start.x, end.y - start.y) for start, end in zip(corners, (*corners[1:], corners[0]), strict=True)]
    for across, down in ((1.0, 0.0), (0.0, 1.0), *((-down, across) for across, down in sides)):
        of_corners, of_box = (
            [across * point.x + down * point.y for point in points] for points in (corners, rectangle)
        )
        if max(of_corners) < min(of_box) or max(of_box) < min(of_corners):
            return False
    return True
