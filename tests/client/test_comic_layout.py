"""Comic pages: every panel once, in order, whole, undistorted, inside the page and on no other."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.comic_layout import Box, Placed, Sheet, lay_out
from client.pdf import fit

SHEET = Sheet()
CLOSE_MM = 1e-6

aspects_of_panels = st.lists(st.floats(0.2, 5.0), min_size=1, max_size=15)


def rows_of(page: tuple[Placed, ...]) -> list[list[Placed]]:
    rows: dict[float, list[Placed]] = {}
    for placed in page:
        rows.setdefault(placed.box.y, []).append(placed)
    return [rows[y] for y in sorted(rows)]


def overlap(one: Box, other: Box) -> bool:
    apart_x = one.x + one.width <= other.x + CLOSE_MM or other.x + other.width <= one.x + CLOSE_MM
    apart_y = one.y + one.height <= other.y + CLOSE_MM or other.y + other.height <= one.y + CLOSE_MM
    return not (apart_x or apart_y)


@settings(max_examples=60, deadline=None)
@given(aspects_of_panels, st.booleans())
def test_panels_are_whole_apart_and_inside_the_page(aspects: list[float], right_to_left: bool) -> None:
    pages = lay_out(aspects, SHEET, right_to_left=right_to_left)
    for number, page in enumerate(pages):
        room = SHEET.content(number)
        for placed in page:
            box = placed.box
            assert box.width / box.height == pytest.approx(aspects[placed.index])
            assert box.x >= room.x - CLOSE_MM
            assert box.y >= room.y - CLOSE_MM
            assert box.x + box.width <= room.x + room.width + CLOSE_MM
            assert box.y + box.height <= room.y + room.height + CLOSE_MM
        assert not any(overlap(one.box, other.box) for one, other in combinations(page, 2))


@settings(max_examples=60, deadline=None)
@given(aspects_of_panels, st.booleans())
def test_panels_are_read_in_their_order(aspects: list[float], right_to_left: bool) -> None:
    read: list[int] = []
    for page in lay_out(aspects, SHEET, right_to_left=right_to_left):
        for row in rows_of(page):
            across = sorted(row, key=lambda placed: placed.box.x, reverse=right_to_left)
            read += [placed.index for placed in across]
    assert read == list(range(len(aspects)))


@settings(max_examples=30, deadline=None)
@given(aspects_of_panels)
def test_right_to_left_mirrors_left_to_right(aspects: list[float]) -> None:
    def mirrored(box: Box) -> list[float]:
        return [SHEET.width - box.x - box.width, box.y, box.width, box.height]

    left = [placed for page in lay_out(aspects, SHEET, right_to_left=False) for placed in page]
    right = [placed for page in lay_out(aspects, SHEET, right_to_left=True) for placed in page]
    boxes = {placed.index: placed.box for placed in right}
    for placed in left:
        assert list(boxes[placed.index]) == pytest.approx(mirrored(placed.box))


def test_wide_panel_takes_a_row_and_others_share_theirs() -> None:
    pages = lay_out([1.0, 1.0, 2.2, 0.8, 1.2], SHEET, right_to_left=False)
    rows = [[placed.index for placed in row] for page in pages for row in rows_of(page)]
    assert [2] in rows
    assert any(len(row) > 1 for row in rows)


@pytest.mark.parametrize("aspect", [1.0, 4 / 3, 3 / 4])
def test_equal_panels_fill_their_pages_and_are_not_stamps(aspect: float) -> None:
    pages = lay_out([aspect] * 12, SHEET, right_to_left=True)
    assert 2 <= len(pages) <= 6
    for number, page in enumerate(pages):
        room = SHEET.content(number)
        covered = sum(placed.box.width * placed.box.height for placed in page)
        assert covered / (room.width * room.height) > 0.6
        assert min(placed.box.height for placed in page) > 40


def test_no_panels_need_no_page() -> None:
    assert lay_out([], SHEET, right_to_left=True) == ()


@given(st.floats(0.05, 20.0))
def test_fitted_box_keeps_its_aspect_inside_the_room(aspect: float) -> None:
    room = Box(10, 20, 30, 40)
    box = fit(aspect, room)
    assert box.width / box.height == pytest.approx(aspect)
    assert box.x >= room.x - CLOSE_MM
    assert box.y >= room.y - CLOSE_MM
    assert box.x + box.width <= room.x + room.width + CLOSE_MM
    assert box.y + box.height <= room.y + room.height + CLOSE_MM
