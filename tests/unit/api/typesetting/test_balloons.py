"""The shape of balloons, and what fits into them."""

from math import hypot, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.typesetting.balloons import INSET, Box, Lines, Point, edge_point, fits, smallest_box, tail_points
from shared.models.lettering import LetteredKind

BOX = Box(0.2, 0.1, 0.4, 0.2)


def outside(point: Point, box: Box) -> float:
    """Return 1 for a point on the outline, less inside, more outside."""
    x = abs(point.x - box.middle.x) / (box.width / 2)
    y = abs(point.y - box.middle.y) / (box.height / 2)
    return max(x, y) if min(x, y) <= 0.2 else 0.2 + hypot(x - 0.2, y - 0.2) if max(x, y) > 0.2 else max(x, y)


@given(st.floats(-pi, pi), st.floats(0.05, 1), st.floats(0.05, 1))
def test_ray_from_the_middle_leaves_a_balloon_at_its_outline(direction: float, width: float, height: float) -> None:
    box = Box(0.1, 0.2, width, height)

    edge = edge_point(box, direction)

    assert outside(edge, box) == pytest.approx(1, abs=1e-6)


def test_ray_leaves_at_the_middle_of_each_side() -> None:
    assert edge_point(BOX, 0) == pytest.approx((0.6, 0.2))
    assert edge_point(BOX, pi / 2) == pytest.approx((0.4, 0.3))
    assert edge_point(BOX, pi) == pytest.approx((0.2, 0.2))


def test_tail_begins_on_both_sides_of_its_direction_as_wide_as_most_letters() -> None:
    one, tip, other = tail_points(BOX, Point(0.4, 0.45), 0.03)

    assert tip == (0.4, 0.45)
    assert one.x - other.x == pytest.approx(0.8 * 0.03)
    assert one.y == other.y == pytest.approx(0.3)


@pytest.mark.parametrize("kind", ["dialogue", "narration", "effect"])
@pytest.mark.parametrize("is_centred", [True, False])
@pytest.mark.parametrize("lengths", [(3.0,), (4.0, 9.0, 2.0), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 8.0)])
def test_smallest_box_is_just_large_enough(kind: LetteredKind, *, is_centred: bool, lengths: tuple[float, ...]) -> None:
    lines = Lines(lengths, 1.2, is_centred)

    along, across = smallest_box(kind, lines)

    assert along >= max(lengths) + 2 * INSET[kind]
    assert fits(kind, lines, along + 1e-9, across)
    assert not fits(kind, lines, along - 0.01, across)


def test_outer_lines_of_a_balloon_have_less_room() -> None:
    short_last, long_last = Lines((8.0, 8.0, 2.0), 1.2, is_centred=True), Lines((8.0, 2.0, 8.0), 1.2, is_centred=True)
    short_outer = Lines((2.0, 8.0, 2.0), 1.2, is_centred=True)
    sides = smallest_box("dialogue", short_outer)

    assert fits("dialogue", short_outer, sides[0] + 1e-9, sides[1])
    assert not fits("dialogue", short_last, sides[0] + 1e-9, sides[1])
    assert not fits("dialogue", long_last, sides[0] + 1e-9, sides[1])


def test_nothing_fits_into_a_box_of_insets_only() -> None:
    assert not fits("narration", Lines((0.1,), 1.2, is_centred=False), 0.9, 0.9)
