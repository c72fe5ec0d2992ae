"""Comic pages: every panel once, in order, undistorted, within the page and not over another one."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.export.comic.layout import MAX_PANELS_A_PAGE, Box, Placed, Shape, Sheet, fitted, lay_out, lay_out_page

SHEET = Sheet()
CLOSE_MM = 1e-6

aspects = st.floats(0.2, 5.0)
weights = st.floats(0.3, 3.0)
shapes = st.builds(Shape, aspects, weights)
comics = st.lists(shapes, min_size=1, max_size=15)
pages_of_panels = st.lists(shapes, min_size=1, max_size=MAX_PANELS_A_PAGE)


def are_apart(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x + CLOSE_MM or other.x + other.width <= one.x + CLOSE_MM
    below = one.y + one.height <= other.y + CLOSE_MM or other.y + other.height <= one.y + CLOSE_MM
    return beside or below


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
    page = lay_out_page(panels, SHEET, "rtl" if right_to_left else "ltr")

    check_page(page, panels, SHEET.content(0))
    assert [placed.index for placed in page] == list(range(len(panels)))


@settings(max_examples=60, deadline=None)
@given(comics, st.booleans())
def test_panels_are_in_reading_order_undistorted_and_within_the_page(panels: list[Shape], right_to_left: bool) -> None:
    pages = lay_out(panels, SHEET, "rtl" if right_to_left else "ltr")

    assert [placed.index for page in pages for placed in page] == list(range(len(panels)))
    for number, page in enumerate(pages):
        check_page(page, panels, SHEET.content(number))
        for before, after in pairwise(page):
            assert follows(before.box, after.box, right_to_left=right_to_left)


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
    page = lay_out_page([Shape(16 / 9, 1.5), Shape(3 / 4, 1.2), Shape(4 / 3), Shape(4 / 3)], SHEET, "rtl")

    _, tall, upper, lower = (placed.box for placed in page)
    assert tall.x > upper.x + upper.width
    assert upper.x == lower.x
    assert lower.y + lower.height == pytest.approx(tall.y + tall.height)


@pytest.mark.parametrize("aspect", [1.0, 4 / 3, 3 / 4])
def test_equal_panels_fill_their_pages_and_are_not_tiny(aspect: float) -> None:
    pages = lay_out([Shape(aspect)] * 12, SHEET, "rtl")

    assert 2 <= len(pages) <= 6
    for number, page in enumerate(pages):
        room = SHEET.content(number)
        covered = sum(placed.box.width * placed.box.height for placed in page)
        assert covered / (room.width * room.height) > 0.6
        assert min(placed.box.height for placed in page) > 40


def test_no_panels_give_no_page() -> None:
    assert lay_out([], SHEET, "rtl") == ()


@given(aspects)
def test_fitted_box_keeps_its_aspect_ratio_within_the_room(aspect: float) -> None:
    room = Box(10, 20, 30, 40)

    box = fitted(aspect, room)

    check_page((Placed(0, box),), [Shape(aspect)], room)
