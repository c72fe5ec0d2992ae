"""Cells of a picture: which texts may be in, and in which they are best."""

from itertools import pairwise

import pytest

from api.typesetting.placement.arrange import LARGEST, SMALLEST, arrange
from api.typesetting.placement.grid import ALL, CELLS, Busyness, Cells, covered, read_before
from api.typesetting.placement.search import Item, Room, Size, search
from api.typesetting.placement.stack import largest_free, stack
from shared.models.lettering import Place

NOTHING = Cells(0, 0, 0, 0).mask


def room(taken: int = NOTHING) -> Room:
    return Room(Busyness(None), taken)


def item(width: float, height: float) -> Item:
    return Item((Size(width, height),), (0.5, 0.5))


def test_place_covers_the_cells_that_it_touches() -> None:
    assert covered(Place(x=0, y=0, width=1 / 3, height=1 / 3)) == Cells(0, 0, 16, 16).mask
    assert covered(Place(x=0.01, y=0.01, width=0.02, height=0.02)) == Cells(0, 0, 2, 2).mask
    assert covered(Place(x=2 / 3, y=2 / 3, width=1 / 3, height=1 / 3)) == Cells(32, 32, 16, 16).mask


def test_later_texts_are_neither_above_nor_beside_where_a_reader_begins() -> None:
    cells = Cells(10, 10, 5, 5)

    before = read_before(cells, "ltr")
    mirrored = read_before(cells, "rtl")

    assert before & Cells(15, 10, CELLS - 15, 38).mask == 0
    assert before & Cells(0, 10, 15, 5).mask == Cells(0, 10, 15, 5).mask
    assert before & Cells(0, 0, CELLS, 10).mask == Cells(0, 0, CELLS, 10).mask
    assert before & Cells(0, 15, CELLS, 33).mask == 0
    assert mirrored & Cells(0, 10, 10, 38).mask == 0
    assert mirrored & Cells(10, 10, 38, 5).mask == Cells(10, 10, 38, 5).mask


def test_busyness_is_the_mean_of_cells() -> None:
    busyness = Busyness([[0.0, 1.0], [0.5, 0.5]])

    assert busyness.of(Cells(0, 0, 24, 24)) == 0
    assert busyness.of(Cells(24, 0, 24, 24)) == pytest.approx(1)
    assert busyness.of(Cells(12, 0, 24, 24)) == pytest.approx(0.5)
    assert busyness.of(Cells(0, 0, CELLS, CELLS)) == pytest.approx(0.5)


def test_largest_free_rectangle_has_no_taken_cell() -> None:
    taken = Cells(0, 0, 20, CELLS).mask | Cells(40, 10, 8, 5).mask

    assert largest_free(taken) == Cells(20, 0, 20, CELLS)
    assert largest_free(NOTHING) == Cells(0, 0, CELLS, CELLS)
    assert largest_free(ALL) is None


def test_stacked_texts_are_in_their_rectangle_one_below_the_other() -> None:
    cells = Cells(16, 16, 16, 16)

    scale, spots = stack([item(4, 3)] * 5, cells, 1.0)

    assert scale < 1 / 15
    for above, below in pairwise(spots):
        assert above.y + 3 * scale < below.y
    assert all(1 / 3 < spot.x < spot.x + 4 * scale < 2 / 3 for spot in spots)
    assert spots[0].y > 1 / 3
    assert spots[-1].y + 3 * scale < 2 / 3


def test_search_finds_nothing_where_texts_have_no_room() -> None:
    assert search([item(0.6, 0.6)] * 2, room(), "ltr") is None
    assert search([item(1.2, 0.1)], room(), "ltr") is None
    assert search([item(0.1, 0.1)], room(ALL), "ltr") is None


def test_search_of_no_texts_finds_no_places() -> None:
    found = search([], room(), "ltr")

    assert found is not None
    assert found.spots == ()


def test_few_texts_are_set_in_the_largest_size_and_many_in_a_smaller_one() -> None:
    few = arrange([item(5, 3)], room(), "ltr")
    many = arrange([item(30, 10)] * 6, room(), "ltr")
    too_many = arrange([item(60, 60)] * 8, room(), "ltr")

    assert few is not None
    assert many is not None
    assert too_many is not None
    assert few.font_size == LARGEST
    assert SMALLEST <= many.font_size < LARGEST
    assert 0 < too_many.font_size < SMALLEST


def test_nothing_is_arranged_where_no_cell_is_free() -> None:
    assert arrange([item(1, 1)], room(ALL), "ltr") is None
