"""A picture as a grid of cells. A set of cells is a whole number with a bit for each: sets are compared fast."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from math import ceil, floor
from typing import NamedTuple

from shared.models.lettering import Place
from shared.models.story import Direction

CELLS = 48
"""The columns, and the rows: so thirds of a picture, and the cells of a calm map, end at cells."""
ALL = (1 << CELLS**2) - 1
_ROW = (1 << CELLS) - 1
_ROUNDING = 1e-6


class Cells(NamedTuple):
    """A rectangle of cells; `x` and `y` are its upper left one."""

    x: int
    y: int
    width: int
    height: int

    @property
    def mask(self) -> int:
        return block(self.width, self.height) << (self.y * CELLS + self.x)


@cache
def block(width: int, height: int) -> int:
    """Return the set of cells of a rectangle in the upper left corner."""
    return ((1 << width) - 1) * sum(1 << (row * CELLS) for row in range(height))


def covered(place: Place) -> int:
    """Return the cells that a place touches."""
    left, top = (max(floor(start * CELLS + _ROUNDING), 0) for start in (place.x, place.y))
    right = min(ceil((place.x + place.width) * CELLS - _ROUNDING), CELLS)
    bottom = min(ceil((place.y + place.height) * CELLS - _ROUNDING), CELLS)
    return Cells(left, top, max(right - left, 0), max(bottom - top, 0)).mask


def read_before(cells: Cells, reading: Direction) -> int:
    """Return the cells where no later text may be: above, or beside it on the side where a reader begins."""
    above = (1 << (cells.y * CELLS)) - 1
    columns = (1 << (cells.x + cells.width)) - 1 if reading == "ltr" else _ROW ^ ((1 << cells.x) - 1)
    return above | (columns * block(1, cells.height) << (cells.y * CELLS))


class Busyness:
    """How busy rectangles of cells are: sums from the upper left corner to each cell."""

    def __init__(self, rows: Sequence[Sequence[float]] | None) -> None:
        self.sums: list[list[float]] = [[0.0] * (CELLS + 1)]
        wide = [[row[at * len(row) // CELLS] for at in range(CELLS)] for row in rows or [[0.0]]]
        along = [list(accumulate(row, initial=0.0)) for row in wide]
        for number in range(CELLS):
            row = along[number * len(along) // CELLS]
            self.sums.append([above + here for above, here in zip(self.sums[-1], row, strict=True)])

    def of(self, cells: Cells) -> float:
        """Return the mean of a rectangle."""
        above, below = self.sums[cells.y], self.sums[cells.y + cells.height]
        right = cells.x + cells.width
        return (below[right] - below[cells.x] - above[right] + above[cells.x]) / (cells.width * cells.height)
