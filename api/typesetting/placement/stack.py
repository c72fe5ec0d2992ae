"""Texts one below the other in the largest free rectangle: what always works if any cell is free."""

from collections.abc import Iterator, Sequence

from api.typesetting.placement.grid import CELLS, Cells
from api.typesetting.placement.search import Item, Size, Spot

_SMALLER = 0.93
_MARGIN = 0.1
"""Of the rectangle, in a direction: at its ends and between texts together."""


def largest_free(taken: int) -> Cells | None:
    """Return the largest rectangle without any taken cell; None if all are taken."""
    return max(_rectangles(taken), key=lambda cells: (cells.width * cells.height, cells), default=None)


def stack(items: Sequence[Item], cells: Cells, scale: float) -> tuple[float, tuple[Spot, ...]]:
    """Return the texts below each other in a rectangle, and the scale at which they fit: at most the given one."""
    inner_width, inner_height = ((1 - _MARGIN) * length / CELLS for length in (cells.width, cells.height))
    while True:
        numbers = [_lowest(item.sizes, inner_width / scale) for item in items]
        if None not in numbers:
            sizes = [item.sizes[number or 0].scaled(scale) for item, number in zip(items, numbers, strict=True)]
            free = inner_height - sum(size.height for size in sizes)
            if free >= 0:
                return scale, tuple(_spots(sizes, [number or 0 for number in numbers], cells))
        scale *= _SMALLER


def _lowest(sizes: Sequence[Size], width: float) -> int | None:
    fitting = [number for number, size in enumerate(sizes) if size.width <= width]
    return min(fitting, key=lambda number: sizes[number].height, default=None)


def _spots(sizes: Sequence[Size], numbers: Sequence[int], cells: Cells) -> Iterator[Spot]:
    height = cells.height / CELLS
    gap = (height - sum(size.height for size in sizes)) / (len(sizes) + 1)
    y = cells.y / CELLS + gap
    for number, size in zip(numbers, sizes, strict=True):
        yield Spot(number, (cells.x + cells.width / 2) / CELLS - size.width / 2, y)
        y += size.height + gap


def _rectangles(taken: int) -> Iterator[Cells]:
    """Yield rectangles that are not part of a larger free one, and some others."""
    heights = [0] * CELLS
    for y in range(CELLS):
        row = taken >> (y * CELLS)
        heights = [0 if row >> x & 1 else height + 1 for x, height in enumerate(heights)]
        yield from _below(heights, y + 1)


def _below(heights: Sequence[int], bottom: int) -> Iterator[Cells]:
    """Yield the largest rectangles that end at a row, from the heights of the free columns above it."""
    opened: list[tuple[int, int]] = []
    for x, height in enumerate([*heights, 0]):
        start = x
        while opened and opened[-1][1] >= height:
            start, open_height = opened.pop()
            if open_height:
                yield Cells(start, bottom - open_height, x - start, open_height)
        opened.append((start, height))
