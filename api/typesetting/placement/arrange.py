"""How large texts are set, and where: as large as the calm parts of the picture allow."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.typesetting.placement.grid import ALL, CELLS
from api.typesetting.placement.search import Found, Item, Room, Spot, search
from api.typesetting.placement.stack import largest_free, stack
from shared.models.story import Direction

LARGEST = 40 / 1024
"""The usual font size where there is room enough, as a fraction of the picture's width."""
NORMAL = 26 / 1024
SMALLEST = 12 / 1024
"""The smallest legible font size. Only what finds no room otherwise is set smaller."""
_SMALLER = 0.93
_LIMITS = ((NORMAL, 0.3), (18 / 1024, 0.5), (0.0, 1.0))
"""From which font size on at most which share of the picture may be covered."""
_FULL = 0.85
"""Of the free cells: more can hardly be filled with rectangles."""
_GOOD = 0.2
"""The cost of an arrangement below which no smaller font size is tried."""
_SIZE_WEIGHT = 0.5
"""What a font size of nothing would cost, compared with texts over the busiest parts, which cost 1."""


class Arranged(NamedTuple):
    """A font size, and the places of the texts set in it."""

    font_size: float
    spots: tuple[Spot, ...]


def arrange(items: Sequence[Item], room: Room, reading: Direction) -> Arranged | None:
    """Place texts whose sizes are given for a font size of 1; None if no cell is free."""
    best = _best(items, room, reading)
    if best is not None:
        return best
    free = largest_free(room.taken)
    if free is None:
        return None
    font_size, spots = stack(items, free, LARGEST)
    return _first(items, room, reading, _font_sizes(min(SMALLEST, LARGEST), font_size)) or Arranged(font_size, spots)


def _best(items: Sequence[Item], room: Room, reading: Direction) -> Arranged | None:
    """Return the best arrangement in a normal font size, or else that in the largest legible one."""
    found: list[tuple[float, Arranged]] = []
    for font_size in _font_sizes(LARGEST, NORMAL):
        arranged = _arranged(items, room, reading, font_size)
        if arranged is not None:
            cost = arranged.cost + _SIZE_WEIGHT * (1 - font_size / LARGEST)
            found.append((cost, Arranged(font_size, arranged.spots)))
            if arranged.cost <= _GOOD:
                break
    if found:
        return min(found, key=lambda each: each[0])[1]
    return _first(items, room, reading, _font_sizes(NORMAL, SMALLEST))


def _first(items: Sequence[Item], room: Room, reading: Direction, font_sizes: Iterator[float]) -> Arranged | None:
    for font_size in font_sizes:
        found = _arranged(items, room, reading, font_size)
        if found is not None:
            return Arranged(font_size, found.spots)
    return None


def _font_sizes(largest: float, end: float) -> Iterator[float]:
    """Yield smaller and smaller font sizes, until the end."""
    while largest > end:
        yield largest
        largest *= _SMALLER


def _arranged(items: Sequence[Item], room: Room, reading: Direction, font_size: float) -> Found | None:
    scaled = [Item(tuple(size.scaled(font_size) for size in item.sizes), item.ideal) for item in items]
    needed = sum(min(width * height for width, height in (size.cells for size in item.sizes)) for item in scaled)
    free = CELLS**2 - (room.taken & ALL).bit_count()
    limit = next(share for least, share in _LIMITS if font_size >= least)
    if needed > min(limit * CELLS**2, _FULL * free):
        return None
    found = search(scaled, room, reading)
    if found is None and font_size < NORMAL:
        found = search(scaled, room, reading, is_tight=True)
    return found
