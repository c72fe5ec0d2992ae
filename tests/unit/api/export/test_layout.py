"""Comic pages: every panel once, in order, undistorted, within the page and not over another one."""

from itertools import combinations, pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.export.comic.layout import MAX_PANELS_A_PAGE, Box, Placed, Shape, Sheet, fitted, lay_out, lay_out_page
from shared.ports import AspectRatio

SHEET = Sheet()
CLOSE_MM = 1e-6
LEAST_MARGIN_MM = 10
LEAST_GUTTER_MM = 2.5

FRAMES = [1.0, 16 / 9, 3 / 4, 4 / 3]
"""Those that panels have by their camera angle."""
ALL_FRAMES = [
    int(width) / int(height) for width, _, height in (ratio.partition(":") for ratio in get_args(AspectRatio.__value__))
]

aspects = st.floats(0.2, 5.0)
weights = st.floats(0.3, 3.0)
shapes = st.builds(Shape, aspects, weights)
comics = st.lists(shapes, min_size=1, max_size=15)
pages_of_panels = st.lists(shapes, min_size=1, max_size=MAX_PANELS_A_PAGE)


def covered(page: tuple[Placed, ...]) -> float:
    """Return the share of a page's room that is covered by panels."""
    room = SHEET.content
    return sum(placed.box.width * placed.box.height for placed in page) / (room.width * room.height)


def are_apart(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x + CLOSE_MM or other.x + other.width <= one.x + CLOSE_MM
    below = one.y + one.height <= other.y + CLOSE_MM or other.y + other.height <= one.y + CLOSE_MM
    return beside or below


def with_gutter(box: Box) -> Box:
    """Return the box with half of the least gutter around it."""
    half = LEAST_GUTTER_MM / 2
    return Box(box.x - half, box.y - half, box.width + 2 * half, box.height + 2 * half)


def follows(before: Box, after: Box, *, right_to_left: bool) -> bool:
    """Tell whether the second box is read after the first in this direction."""
    is_below = after.y >= before.y + before.height - CLOSE_MM
    is_further = (
        after.x + after.width <= before.x + CLOSE_MM if right_to_left else after.x >= before.x + before.width - CLOSE_MM
    )
    return is_below or is_further


def check_page(page: tuple[Placed, ...], panels: list[Shape], room: Box) -> None:
    for placed in page:
        box = placed.box
        assert box.width / box.height == pytest.approx(panels[placed.index].aspect)
        assert box.width > 0
        assert box.x >= room.x - CLOSE_MM
        assert box.y >= room.y - CLOSE_MM
        assert box.x + box.width <= room.x + room.width + CLOSE_MM
        assert box.y + box.height <= room.y + room.height + CLOSE_MM
    assert all(are_apart(one.box, other.box) for one, other in combinations(page, 2))


@settings(max_examples=60, deadline=None)
@given(pages_of_panels, st.booleans())
def test_single_page_has_room_for_all_of_its_panels(panels: list[Shape], right_to_left: bool) -> None:
    page = lay_out_page(panels, SHEET.below_title, SHEET, "rtl" if right_to_left else "ltr")

    check_page(page, panels, SHEET.below_title)
    assert [placed.index for placed in page] == list(range(len(panels)))


@settings(max_examples=60, deadline=None)
@given(comics, st.booleans())
def test_panels_are_in_reading_order_undistorted_and_within_the_page(panels: list[Shape], right_to_left: bool) -> None:
    pages = lay_out(panels, SHEET, "rtl" if right_to_left else "ltr")

    assert [placed.index for page in pages for placed in page] == list(range(len(panels)))
    for page in pages:
        check_page(page, panels, SHEET.content)
        for before, after in pairwise(page):
            assert follows(before.box, after.box, right_to_left=right_to_left)


@settings(max_examples=30, deadline=None)
@given(comics)
def test_pages_have_margins_for_printers_and_gutters_between_panels(panels: list[Shape]) -> None:
    for page in lay_out(panels, SHEET, "rtl"):
        boxes = [placed.box for placed in page]
        assert all(box.x >= LEAST_MARGIN_MM - CLOSE_MM for box in boxes)
        assert all(box.x + box.width <= SHEET.width - LEAST_MARGIN_MM + CLOSE_MM for box in boxes)
        assert all(box.y >= LEAST_MARGIN_MM - CLOSE_MM for box in boxes)
        assert all(box.y + box.height <= SHEET.height - LEAST_MARGIN_MM + CLOSE_MM for box in boxes)
        assert all(are_apart(with_gutter(one), with_gutter(other)) for one, other in combinations(boxes, 2))


@settings(max_examples=30, deadline=None)
@given(comics)
def test_right_to_left_mirrors_left_to_right(panels: list[Shape]) -> None:
    left = [placed.box for page in lay_out(panels, SHEET, "ltr") for placed in page]
    right = [placed.box for page in lay_out(panels, SHEET, "rtl") for placed in page]

    for box, mirrored in zip(left, right, strict=True):
        assert list(mirrored) == pytest.approx([SHEET.width - box.x - box.width, box.y, box.width, box.height])


def test_important_panel_has_its_own_tier() -> None:
    establishing, ordinary = Shape(16 / 9, 2.0), Shape(4 / 3)

    ((first, *others), *_) = lay_out([establishing, *[ordinary] * 4], SHEET, "ltr")

    assert all(other.box.y > first.box.y + first.box.height for other in others)
    assert all(other.box.width < first.box.width for other in others)


def test_panel_with_more_weight_is_larger() -> None:
    panels = [Shape(4 / 3, weight) for weight in (1.0, 1.0, 2.5, 1.0, 1.0)]

    areas = {placed.index: placed.box.width for page in lay_out(panels, SHEET, "ltr") for placed in page}

    assert max(areas, key=lambda index: areas[index]) == 2


def test_tall_panel_is_beside_a_stack_of_small_ones() -> None:
    panels = [Shape(16 / 9, 1.5), Shape(3 / 4, 1.2), Shape(4 / 3), Shape(4 / 3)]
    page = lay_out_page(panels, SHEET.content, SHEET, "rtl")

    _, tall, upper, lower = (placed.box for placed in page)
    assert tall.x > upper.x + upper.width
    assert upper.x == lower.x
    assert lower.y + lower.height == pytest.approx(tall.y + tall.height)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Shape, st.sampled_from(FRAMES), weights), min_size=2, max_size=15))
def test_no_page_is_half_empty_also_not_the_last(panels: list[Shape]) -> None:
    assert all(covered(page) > 0.6 for page in lay_out(panels, SHEET, "rtl"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Shape, st.sampled_from(ALL_FRAMES), weights), min_size=2, max_size=15))
def test_more_than_half_of_each_page_is_covered_by_frames_of_any_shape(panels: list[Shape]) -> None:
    assert all(covered(page) > 0.5 for page in lay_out(panels, SHEET, "ltr"))


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("count", range(2, 16))
def test_equal_panels_are_not_tiny(aspect: float, count: int) -> None:
    for page in lay_out([Shape(aspect)] * count, SHEET, "rtl"):
        assert covered(page) > 0.6
        assert min(placed.box.height for placed in page) > 40


def test_what_is_left_empty_is_above_and_below_the_panels() -> None:
    ((panel,),) = lay_out([Shape(16 / 9)], SHEET, "rtl")

    room = SHEET.content
    assert panel.box.y - room.y == pytest.approx(room.y + room.height - panel.box.y - panel.box.height)


def test_no_panels_give_no_page() -> None:
    assert lay_out([], SHEET, "rtl") == ()


@given(aspects)
def test_fitted_box_keeps_its_aspect_ratio_within_the_room(aspect: float) -> None:
    room = Box(10, 20, 30, 40)

    box = fitted(aspect, room)

    check_page((Placed(0, box),), [Shape(aspect)], room)
