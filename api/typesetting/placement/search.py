"""The best cells for texts in reading order: a search that keeps the best few arrangements of the texts so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from api.typesetting.placement.grid import CELLS, Busyness, Cells, block, read_before
from shared.models.story import Direction

_STEP = 3
"""Texts begin at every third row and column, or at the last possible ones."""
_KEPT = 8
"""The arrangements that are kept after each text."""
_TRIED = 6
"""The places for a text that are tried for each arrangement; at most one in each region."""
_REGION = (12, 4)
_BUSY_WEIGHT = 1.0
_IDEAL_WEIGHT = 0.12
_GAP = 0.5
"""The least free room beside a text, of both sides together, in cells."""


class Size(NamedTuple):
    """One way to set a text: shares of the picture's width and height, and what speaks against it."""

    width: float
    height: float
    cost: float = 0.0

    @property
    def cells(self) -> tuple[int, int]:
        return ceil(self.width * CELLS + _GAP), ceil(self.height * CELLS + _GAP)

    def scaled(self, scale: float) -> "Size":
        return Size(self.width * scale, self.height * scale, self.cost)


class Item(NamedTuple):
    """A text to be placed: how it may be set, and where its middle would be best if all were calm."""

    sizes: tuple[Size, ...]
    ideal: tuple[float, float]


class Spot(NamedTuple):
    """Where a text is placed: the number of its size, and the upper left corner."""

    size: int
    x: float
    y: float


class Room(NamedTuple):
    """Where texts may be: how busy the picture is, and the cells that are taken already."""

    busyness: Busyness
    taken: int


class Found(NamedTuple):
    spots: tuple[Spot, ...]
    cost: float
    """The mean of all texts."""


# A place for a text: its cost, the number of the size, the row and the column of the upper left cell. A class for it
# would make the search three times as slow.
type _Candidate = tuple[float, int, int, int]


@dataclass(frozen=True, slots=True)
class _Partial:
    cost: float
    taken: int
    chosen: tuple[_Candidate, ...]


def search(items: Sequence[Item], room: Room, reading: Direction, *, is_tight: bool = False) -> Found | None:
    """Return places for all texts, in which later texts come later for a reader; None if none is found.

    If it is tight, all are put as far up and to the beginning as possible.
    """
    needs = _areas_from(items)
    states = [_Partial(0.0, room.taken, ())]
    for number, item in enumerate(items):
        candidates = _candidates(item, room.busyness, reading, is_tight=is_tight)
        most = CELLS**2 - needs[number + 1]
        grown = [state for before in states for state in _grown(before, item, candidates, reading, most)]
        states = sorted(grown, key=lambda state: state.cost)[:_KEPT]
    if not states:
        return None
    best = states[0]
    spots = tuple(_spot(item.sizes[chosen[1]], chosen) for item, chosen in zip(items, best.chosen, strict=True))
    return Found(spots, best.cost / max(len(items), 1))


def _areas_from(items: Sequence[Item]) -> list[int]:
    """Return how many cells each text and those after it need at least, and 0 at the end."""
    areas = [min(width * height for width, height in (size.cells for size in item.sizes)) for item in items]
    return [*accumulate(reversed(areas), initial=0)][::-1]


def _grown(
    before: _Partial, item: Item, candidates: Sequence[_Candidate], reading: Direction, most: int
) -> list[_Partial]:
    """Return arrangements with one more text, in the best places that leave enough room."""
    grown: list[_Partial] = []
    regions: set[tuple[int, int]] = set()
    sizes = [size.cells for size in item.sizes]
    shapes = [block(*cells) for cells in sizes]
    for candidate in candidates:
        cost, size, y, x = candidate
        if y * CELLS > most or shapes[size] << (y * CELLS + x) & before.taken:
            continue
        region = (x // _REGION[0], y // _REGION[1])
        if region in regions:
            continue
        taken = before.taken | read_before(Cells(x, y, *sizes[size]), reading)
        if taken.bit_count() > most:
            continue
        regions.add(region)
        grown.append(_Partial(before.cost + cost, taken, (*before.chosen, candidate)))
        if len(grown) == _TRIED:
            break
    return grown


def _candidates(item: Item, busyness: Busyness, reading: Direction, *, is_tight: bool) -> list[_Candidate]:
    """Return all places for a text, the best first; which cells are taken does not matter yet."""
    found: list[_Candidate] = []
    for number, size in enumerate(item.sizes):
        width, height = size.cells
        if width > CELLS or height > CELLS:
            continue
        if is_tight:
            across, down = _tight_costs(width, height, reading)
        else:
            across, down = _ideal_costs(width, height, item.ideal)
        weight = 0.0 if is_tight else _BUSY_WEIGHT / (width * height)
        columns = _starts(width)
        for y in _starts(height):
            above, below = busyness.sums[y], busyness.sums[y + height]
            strip = [lower - upper for lower, upper in zip(below, above, strict=True)]
            base = size.cost + down[y]
            found += [(base + across[x] + weight * (strip[x + width] - strip[x]), number, y, x) for x in columns]
    found.sort()
    return found


def _starts(length: int) -> list[int]:
    last = CELLS - length
    return [*range(0, last, _STEP), last]


def _ideal_costs(width: int, height: int, ideal: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return the costs of the distance from the ideal place, for each column and row where a text may begin."""
    across, down = (
        [_IDEAL_WEIGHT * abs((start + length / 2) / CELLS - at) for start in range(CELLS - length + 1)]
        for length, at in ((width, ideal[0]), (height, ideal[1]))
    )
    return across, down


def _tight_costs(width: int, height: int, reading: Direction) -> tuple[list[float], list[float]]:
    """Return costs by which a text ends as far up as possible, and then as near to the beginning of a row."""
    last = CELLS - width
    across = [start if reading == "ltr" else last - start for start in range(last + 1)]
    return [start / CELLS**2 for start in across], [(start + height) / CELLS for start in range(CELLS - height + 1)]


def _spot(size: Size, chosen: _Candidate) -> Spot:
    """Return the place of a text: midway between the sides of its cells, and as near their top as all in a row."""
    (width, _), (_, number, row, column) = size.cells, chosen
    x = (column + width / 2) / CELLS - size.width / 2
    y = (row + _GAP / 2) / CELLS
    return Spot(number, x, y)
