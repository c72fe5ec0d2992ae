"""The layout of panels on pages: pure arithmetic, from the panels' shapes and weights.

A page is a stack of tiers. A tier is a row of columns of the same height that fill the page's width. Its last column
may be a stack of panels of the same width: so one tall panel can be beside several small ones, and is read before them.
Panels are never cropped or distorted: a frame has the aspect ratio of its image, and tiers that are too high for their
page are scaled down. Of all ways to split the sequence into pages and tiers, the one with the lowest cost is taken. Low
cost means little empty paper, no tiny panels, areas in proportion to the weights, and tiers that differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log
from typing import NamedTuple

from shared.models.story import Direction

MAX_PANELS_A_PAGE = 6
MAX_COLUMNS = 3
MAX_STACKED = 2

_PAGE_COST = 0.3
_EMPTY_COST = 4.0
_MUCH_EMPTY_COST = 1000.0
_MUCH_EMPTY = 0.33
"""From this share of empty paper, a page looks unfinished, so that nothing else counts. Also the last page."""
_WEIGHT_COST = 0.8
_ALIKE_COST = 0.06
_CROWDED_COST = 0.7
_LEADING_WEIGHT = 1.5
"""A panel with at least this weight should have a tier of its own."""
_SMALL_SHARE = 0.1
"""Of the page's area: speech in smaller panels is hard to read."""
_LEAST_STACKED = 0.5
"""A stacked panel's height is at least this many gutters."""
_MOST_TIER_GAP = 2.0
"""Spare height widens the gaps between tiers up to this factor."""


class Box(NamedTuple):
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Shape(NamedTuple):
    """A panel's aspect ratio (width over height) and weight (how much room it should get; 1 is average)."""

    aspect: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel, by its 0-based place in the sequence, and its box on the page."""

    index: int
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper, in any unit: a page's size, its margins, and the gaps within and between tiers.

    Every page has `footer_height` below its content, and pages with a title `title_height` above it.
    """

    width: float = 182.0
    height: float = 257.0
    margin: float = 12.0
    gutter: float = 3.0
    tier_gutter: float = 5.0
    title_height: float = 22.0
    footer_height: float = 6.0

    @property
    def content(self) -> Box:
        """The room of a page without a title."""
        height = self.height - 2 * self.margin - self.footer_height
        return Box(self.margin, self.margin, self.width - 2 * self.margin, height)

    @property
    def below_title(self) -> Box:
        """The room of a page with a title."""
        room = self.content
        return room._replace(y=room.y + self.title_height, height=room.height - self.title_height)


type Column = tuple[int, ...]
type Tier = tuple[Column, ...]
type Tiers = tuple[Tier, ...]


class _Plan(NamedTuple):
    cost: float
    pages: tuple[Tiers, ...]


def lay_out(shapes: Sequence[Shape], sheet: Sheet, direction: Direction) -> tuple[tuple[Placed, ...], ...]:
    """Return the pages with their panels in reading order."""
    pages = _cheapest_pages(tuple(shapes), sheet)
    return tuple(tuple(_place_page(tiers, shapes, sheet.content, sheet, direction)) for tiers in pages)


def lay_out_page(shapes: Sequence[Shape], room: Box, sheet: Sheet, direction: Direction) -> tuple[Placed, ...]:
    """Return all panels in reading order within the room; there may be at most `MAX_PANELS_A_PAGE`."""
    best = min(_tierings(0, len(shapes)), key=lambda tiers: _page_cost(tiers, shapes, room, sheet))
    return tuple(_place_page(best, shapes, room, sheet, direction))


def _cheapest_pages(shapes: tuple[Shape, ...], sheet: Sheet) -> tuple[Tiers, ...]:
    plans = [_Plan(0.0, ())]
    for start in range(len(shapes) - 1, -1, -1):
        choices: list[_Plan] = []
        for count in range(1, min(MAX_PANELS_A_PAGE, len(shapes) - start) + 1):
            tiers, cost = _cheapest_page(start, start + count, shapes, sheet)
            rest = plans[count - 1]
            choices.append(_Plan(cost + rest.cost, (tiers, *rest.pages)))
        plans.insert(0, min(choices, key=lambda plan: plan.cost))
    return plans[0].pages


def _cheapest_page(start: int, end: int, shapes: Sequence[Shape], sheet: Sheet) -> tuple[Tiers, float]:
    priced = ((tiers, _page_cost(tiers, shapes, sheet.content, sheet)) for tiers in _tierings(start, end))
    return min(priced, key=lambda each: each[1])


def _tierings(start: int, end: int) -> Iterator[Tiers]:
    """Yield every way to split a range of panels into tiers."""
    if start == end:
        yield ()
    for length in range(1, min(MAX_COLUMNS - 1 + MAX_STACKED, end - start) + 1):
        for tier in _tiers(start, start + length):
            for rest in _tierings(start + length, end):
                yield (tier, *rest)


def _tiers(start: int, end: int) -> Iterator[Tier]:
    """Yield every tier of a range of panels. Only the last column may be a stack: elsewhere the order is unclear."""
    length = end - start
    for stacked in range(1, min(MAX_STACKED, length) + 1):
        singles = length - stacked
        is_read_clearly = stacked == 1 or singles > 0
        if is_read_clearly and singles + 1 <= MAX_COLUMNS:
            yield (*((index,) for index in range(start, start + singles)), tuple(range(start + singles, end)))


def _page_cost(tiers: Tiers, shapes: Sequence[Shape], content: Box, sheet: Sheet) -> float:
    if not _fits(tiers, shapes, content, sheet):
        return inf
    areas = {
        placed.index: placed.box.width * placed.box.height
        for placed in _place_page(tiers, shapes, content, sheet, "ltr")
    }
    room = content.width * content.height
    covered = sum(areas.values())
    weights = sum(shapes[index].weight for index in areas)
    off_weight = sum(log(area / covered * weights / shapes[index].weight) ** 2 for index, area in areas.items()) / len(
        areas
    )
    too_small = sum(max(0.0, 1 - area / room / _SMALL_SHARE) for area in areas.values())
    alike = sum(_column_sizes(tier) == _column_sizes(following) for tier, following in pairwise(tiers))
    crowded = sum(_is_crowded(tier, shapes) for tier in tiers)
    empty = max(1 - covered / room, 0.0)
    looks = _WEIGHT_COST * off_weight + too_small + _ALIKE_COST * alike + _CROWDED_COST * crowded
    too_empty = _EMPTY_COST * empty**2 + _MUCH_EMPTY_COST * max(empty - _MUCH_EMPTY, 0.0)
    return _PAGE_COST + too_empty + looks


def _is_crowded(tier: Tier, shapes: Sequence[Shape]) -> bool:
    panels = [index for column in tier for index in column]
    return len(panels) > 1 and any(shapes[index].weight >= _LEADING_WEIGHT for index in panels)


def _column_sizes(tier: Tier) -> tuple[int, ...]:
    return tuple(len(column) for column in tier)


def _fits(tiers: Tiers, shapes: Sequence[Shape], content: Box, sheet: Sheet) -> bool:
    """Tell whether every stack has room for its gutters. Tiers without stacks always fit."""
    heights = _tier_heights(tiers, shapes, content, sheet)
    least = {tier: max(len(column) * (1 + _LEAST_STACKED) for column in tier) * sheet.gutter for tier in tiers}
    return all(
        height > least[tier] or all(len(column) == 1 for column in tier)
        for tier, height in zip(tiers, heights, strict=True)
    )


def _place_page(
    tiers: Tiers, shapes: Sequence[Shape], content: Box, sheet: Sheet, direction: Direction
) -> Iterator[Placed]:
    heights = _tier_heights(tiers, shapes, content, sheet)
    gap = _tier_gap(heights, content, sheet)
    y = content.y + (content.height - sum(heights) - gap * (len(heights) - 1)) / 2
    for tier, height in zip(tiers, heights, strict=True):
        placed = _place_tier(tier, shapes, Box(content.x, y, content.width, height), sheet.gutter)
        yield from placed if direction == "ltr" else _mirrored(placed, content)
        y += height + gap


def _tier_heights(tiers: Tiers, shapes: Sequence[Shape], content: Box, sheet: Sheet) -> list[float]:
    """Return the heights at which the tiers fill the width, scaled down if the page is too low for them."""
    heights = [_full_height(tier, shapes, content.width, sheet.gutter) for tier in tiers]
    room = content.height - sheet.tier_gutter * (len(tiers) - 1)
    scale = min(1.0, room / sum(heights))
    return [height * scale for height in heights]


def _tier_gap(heights: Sequence[float], content: Box, sheet: Sheet) -> float:
    gaps = len(heights) - 1
    if gaps == 0:
        return 0.0
    return min((content.height - sum(heights)) / gaps, sheet.tier_gutter * _MOST_TIER_GAP)


def _full_height(tier: Tier, shapes: Sequence[Shape], width: float, gutter: float) -> float:
    """Solve for the height at which the columns' widths and their gutters add up to the width."""
    slopes = [_slope(column, shapes) for column in tier]
    held_by_stacks = sum(gutter * (len(column) - 1) * slope for column, slope in zip(tier, slopes, strict=True))
    return (width - gutter * (len(tier) - 1) + held_by_stacks) / sum(slopes)


def _slope(column: Column, shapes: Sequence[Shape]) -> float:
    """Return how much wider a column gets with each unit of height."""
    return 1 / sum(1 / shapes[index].aspect for index in column)


def _place_tier(tier: Tier, shapes: Sequence[Shape], room: Box, gutter: float) -> Iterator[Placed]:
    widths = [(room.height - gutter * (len(column) - 1)) * _slope(column, shapes) for column in tier]
    spare = room.width - sum(widths) - gutter * (len(tier) - 1)
    x = room.x + max(spare, 0.0) / 2
    for column, width in zip(tier, widths, strict=True):
        y = room.y
        for index in column:
            box = Box(x, y, width, width / shapes[index].aspect)
            yield Placed(index, box)
            y += box.height + gutter
        x += width + gutter


def _mirrored(placed: Iterable[Placed], content: Box) -> Iterator[Placed]:
    for panel in placed:
        box = panel.box
        yield Placed(panel.index, box._replace(x=2 * content.x + content.width - box.x - box.width))


def fitted(aspect: float, room: Box) -> Box:
    """Return the largest box of that aspect in the middle of the room."""
    width = min(room.width, room.height * aspect)
    height = width / aspect
    return Box(room.x + (room.width - width) / 2, room.y + (room.height - height) / 2, width, height)
