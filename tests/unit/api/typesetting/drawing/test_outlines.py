"""Outlines of balloons and captions."""

import math

import pytest

from api.typesetting.balloons import STROKE, Box, tail_points
from api.typesetting.drawing.outlines import Outline, Room, outline_of
from tests.unit.api.typesetting.drawing.panels import ASPECT, caption, effect, speech

ROOM = Room(30, 20, 400, 400 / ASPECT)
BOX = Box(30 + 40, 20 + 30, 160, 90)
EM = 0.04 * 400


def outline(tail: tuple[float, float] | None) -> Outline:
    found = outline_of(speech(tail=tail).texts[0], ROOM)
    assert found is not None
    return found


def test_line_of_ink_is_wholly_inside_the_place() -> None:
    points, stroke = outline(None)

    assert stroke == pytest.approx(STROKE * EM)
    assert min(x for x, _ in points) - stroke / 2 == pytest.approx(BOX.x)
    assert max(x for x, _ in points) + stroke / 2 == pytest.approx(BOX.x + BOX.width)
    assert min(y for _, y in points) - stroke / 2 == pytest.approx(BOX.y)
    assert max(y for _, y in points) + stroke / 2 == pytest.approx(BOX.y + BOX.height)


def test_corners_are_round() -> None:
    corner = (BOX.x, BOX.y)

    assert min(math.dist(corner, point) for point in outline(None).points) > 0.1 * BOX.height


@pytest.mark.parametrize("tip", [(0.6, 0.9), (0.02, 0.9), (0.9, 0.25), (0.3, 0.02), (0.3, 0.99), (0.0, 0.0)])
def test_tail_reaches_its_tip_within_its_triangle(tip: tuple[float, float]) -> None:
    at = ROOM.at(*tip)
    points = outline(tip).points
    inside = [point for point in points if _is_in(point, BOX)]
    triangle = tail_points(BOX, at, EM)

    assert at in points
    assert len(points) - len(inside) > 5
    for point in points:
        assert (
            _is_in(point, BOX)
            or _is_in_triangle(point, (BOX.middle, triangle[0], at))
            or _is_in_triangle(point, (BOX.middle, at, triangle[2]))
        )


@pytest.mark.parametrize("tip", [(0.3, 0.25), (0.31, 0.26)])
def test_tip_inside_the_balloon_makes_no_tail(tip: tuple[float, float]) -> None:
    assert outline(tip) == outline(None)


def test_caption_is_a_rectangle() -> None:
    found = outline_of(caption().texts[0], ROOM)

    assert found is not None
    assert len(found.points) == 4


def test_effect_has_no_outline() -> None:
    assert outline_of(effect().texts[0], ROOM) is None


def _is_in(point: tuple[float, float], box: Box) -> bool:
    return box.x <= point[0] <= box.x + box.width and box.y <= point[1] <= box.y + box.height


def _is_in_triangle(
    point: tuple[float, float], corners: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
) -> bool:
    a, b, c = corners
    sides = [_side(point, a, b), _side(point, b, c), _side(point, c, a)]
    return all(side >= -1e-6 for side in sides) or all(side <= 1e-6 for side in sides)


def _side(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
