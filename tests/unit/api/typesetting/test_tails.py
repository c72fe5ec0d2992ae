"""Tails of balloons: how long they are, and where there is none."""

from math import hypot

import pytest

from api.typesetting.balloons import Box, Point
from api.typesetting.tails import tail_tip

EM = 0.03
BOX = Box(0.4, 0.1, 0.2, 0.1)


def test_tail_points_to_its_target() -> None:
    tip = tail_tip(BOX, Point(0.5, 0.9), EM, [])

    assert tip is not None
    assert tip.x == pytest.approx(0.5)
    assert 0.2 + EM < tip.y < 0.2 + 3 * EM


def test_tail_to_a_near_target_is_shorter() -> None:
    far, near = (tail_tip(BOX, Point(0.5, y), EM, []) for y in (0.9, 0.3))

    assert far is not None
    assert near is not None
    assert near.y < far.y
    assert near.y < 0.3


@pytest.mark.parametrize("target", [Point(0.5, 0.15), Point(0.52, 0.16), Point(0.5, 0.205)])
def test_balloon_over_or_beside_its_target_has_no_tail(target: Point) -> None:
    assert tail_tip(BOX, target, EM, []) is None


def test_tail_ends_before_another_balloon() -> None:
    other = Box(0.4, 0.25, 0.2, 0.1)

    tip = tail_tip(BOX, Point(0.5, 0.9), EM, [other])

    assert tip is not None
    assert tip.y < other.y


def test_balloon_close_to_another_has_no_tail_through_it() -> None:
    assert tail_tip(BOX, Point(0.5, 0.9), EM, [Box(0.4, 0.21, 0.2, 0.1)]) is None
    beside = tail_tip(BOX, Point(0.5, 0.9), EM, [Box(0.0, 0.21, 0.3, 0.1)])
    assert beside is not None
    assert hypot(beside.x - 0.5, beside.y - 0.2) > EM
