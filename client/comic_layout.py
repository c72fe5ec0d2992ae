"""Where each panel stands on which page: pure arithmetic, in millimetres, from the panels' shapes alone.

A row of panels shares one height and fills the page's width; a page is a stack of rows. Which panels share
a row, and which rows a page, is the cheapest of all ways to cut the sequence: little empty paper, no
stamp-sized panels, wide panels on their own, and rows that differ. Panels are never cropped or distorted:
rows that are too high for their page are made smaller as a whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

MAX_PANELS_A_PAGE = 7
MAX_PANELS_A_ROW = 3
WIDE_ASPECT = 1.6
"""Width over height from which a panel rather has a row for itself."""

_PAGE_COST = 0.3
_SMALL_PANEL_SHARE = 0.1
"""Of the page's area: below it, speech gets hard to read."""


class Box(NamedTuple):
    """A rectangle; `x` and `y` are its upper left corner, from the page's."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """A panel, by its 0-based place in the sequence, and where it stands."""

    index: int
    box: Box


@dataclass(frozen=True)
class Sheet:
    """The paper: a page's size, its margins, the gutter between panels, and the room that the title takes."""

    width: float = 182.0
    height: float = 257.0
    margin: float = 12.0
    gutter: float = 4.0
    title_height: float = 22.0
    footer_height: float = 6.0

    def content(self, page: int) -> Box:
        """Return the room for panels on a page (0-based); the first one has the title above it."""
        top = self.margin + (self.title_height if page == 0 else 0.0)
        bottom = self.height - self.margin - self.footer_height
        return Box(self.margin, top, self.width - 2 * self.margin, bottom - top)


type Row = tuple[int, ...]


class _Plan(NamedTuple):
    cost: float
    pages: tuple[tuple[Row, ...], ...]


def lay_out(aspects: Sequence[float], sheet: Sheet, *, right_to_left: bool) -> tuple[tuple[Placed, ...], ...]:
    """Return the pages with their panels, in reading order. `aspects` are widths over heights."""
    pages = _cheapest_pages(tuple(aspects), sheet)
    return tuple(
        _place_page(rows, aspects, sheet.content(number), sheet.gutter, right_to_left=right_to_left)
        for number, rows in enumerate(pages)
    )


def _cheapest_pages(aspects: tuple[float, ...], sheet: Sheet) -> tuple[tuple[Row, ...], ...]:
    @cache
    def best_from(start: int, page: int) -> _Plan:
        if start == len(aspects):
            return _Plan(0.0, ())
        plans: list[_Plan] = []
        for end in range(start + 1, min(start + MAX_PANELS_A_PAGE, len(aspects)) + 1):
            rows, cost = _cheapest_rows(start, end, min(page, 1))
            rest = best_from(end, min(page + 1, 1))
            plans.append(_Plan(cost + rest.cost, (rows, *rest.pages)))
        return min(plans, key=lambda plan: plan.cost)

    @cache
    def _cheapest_rows(start: int, end: int, page: int) -> tuple[tuple[Row, ...], float]:
        content = sheet.content(page)
        is_last = end == len(aspects)
        costs = (
            (rows, _page_cost(rows, aspects, content, sheet.gutter, is_last=is_last)) for rows in _cuts(start, end)
        )
        return min(costs, key=lambda priced: priced[1])

    return best_from(0, 0).pages


def _cuts(start: int, end: int) -> Iterator[tuple[Row, ...]]:
    """Yield every way to cut a run of panels into rows."""
    if start == end:
        yield ()
    for length in range(1, min(MAX_PANELS_A_ROW, end - start) + 1):
        row = tuple(range(start, start + length))
        for rest in _cuts(start + length, end):
            yield (row, *rest)


def _page_cost(rows: tuple[Row, ...], aspects: Sequence[float], content: Box, gutter: float, *, is_last: bool) -> float:
    placed = _place_page(rows, aspects, content, gutter, right_to_left=False)
    room = content.width * content.height
    shares = [panel.box.width * panel.box.height / room for panel in placed]
    empty = max(1.0 - sum(shares), 0.0)
    too_small = sum((_SMALL_PANEL_SHARE - share) / _SMALL_PANEL_SHARE for share in shares if share < _SMALL_PANEL_SHARE)
    crowded_wide = sum(1 for row in rows if len(row) > 1 for index in row if aspects[index] >= WIDE_ASPECT)
    alike = sum(1 for row, following in pairwise(rows) if len(row) == len(following))
    return _PAGE_COST + empty**2 * (1.0 if is_last else 4.0) + too_small + 0.5 * crowded_wide + 0.06 * alike


def _place_page(
    rows: tuple[Row, ...], aspects: Sequence[float], content: Box, gutter: float, *, right_to_left: bool
) -> tuple[Placed, ...]:
    heights = [_full_height(row, aspects, content.width, gutter) for row in rows]
    room = content.height - gutter * (len(rows) - 1)
    scale = min(1.0, room / sum(heights))
    placed: list[Placed] = []
    y = content.y
    for row, full_height in zip(rows, heights, strict=True):
        height = full_height * scale
        placed += _place_row(row, aspects, Box(content.x, y, content.width, height), gutter, right_to_left)
        y += height + gutter
    return tuple(placed)


def _full_height(row: Row, aspects: Sequence[float], width: float, gutter: float) -> float:
    """Return the height at which a row fills the width."""
    return (width - gutter * (len(row) - 1)) / sum(aspects[index] for index in row)


def _place_row(row: Row, aspects: Sequence[float], room: Box, gutter: float, right_to_left: bool) -> Iterator[Placed]:
    widths = {index: aspects[index] * room.height for index in row}
    spare = room.width - sum(widths.values()) - gutter * (len(row) - 1)
    x = room.x + max(spare, 0.0) / 2
    for index in reversed(row) if right_to_left else row:
        yield Placed(index, Box(x, room.y, widths[index], room.height))
        x += widths[index] + gutter
