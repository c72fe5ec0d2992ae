"""A text as lines, and the balloon that they need. Lengths are in font sizes unless they are said to be fractions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log2, sqrt
from typing import Protocol

from api.lettering.balloons import Lines, fits, smallest_box
from api.lettering.line_breaks import Pieces, broken, measured
from api.lettering.scripts import direction_of, line_height
from shared.models.lettering import LetteredKind, Place, PlannedText, SetLine
from shared.models.story import Direction

_RATIOS = (5.0, 2.6, 1.5, 0.9, 0.5, 0.25)
"""Shapes that are tried for the lines of a text: width to height."""
_IDEAL_RATIOS: dict[LetteredKind, float] = {"dialogue": 1.5, "narration": 3.0, "effect": 2.5}
_IDEAL_COLUMN_RATIOS: dict[LetteredKind, float] = {"dialogue": 0.6, "narration": 0.45, "effect": 0.4}
_RATIO_WEIGHT = 0.07
_AREA_WEIGHT = 0.15
_STEPS = 12


class Measure(Protocol):
    """Returns how long a line is in the direction of writing, in the unit of the font size."""

    def __call__(self, text: str, language: str, font_size: float, *, is_vertical: bool, is_bold: bool) -> float: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """In which language texts are set, whether in columns, and how they are measured."""

    language: str | None
    is_vertical: bool
    measure: Measure

    def ruler(self, text: PlannedText) -> Callable[[str], float]:
        """Return the function that measures lines of a text."""

        @cache
        def length(line: str) -> float:
            is_bold = text.kind == "effect"
            return self.measure(line, self.language or "und", 1.0, is_vertical=self.is_vertical, is_bold=is_bold)

        return length


@dataclass(frozen=True, slots=True)
class Block:
    """A text in lines, and the smallest box that they need."""

    kind: LetteredKind
    texts: tuple[str, ...]
    lines: Lines
    is_vertical: bool
    direction: Direction
    width: float
    height: float

    @property
    def cost(self) -> float:
        """What speaks against the shape, as for the costs of places."""
        ideals = _IDEAL_COLUMN_RATIOS if self.is_vertical else _IDEAL_RATIOS
        return _RATIO_WEIGHT * abs(log2(self.width / self.height / ideals[self.kind]))

    def set_lines(self, place: Place, font_size: float, aspect: float) -> tuple[SetLine, ...]:
        """Return the lines in a place of the picture; the font size is a fraction of its width."""
        lines = self.lines
        middle_x, middle_y = place.x + place.width / 2, place.y + place.height / 2
        across_em, down_em = font_size, font_size * aspect
        set_lines: list[SetLine] = []
        for number, (text, length) in enumerate(zip(self.texts, lines.lengths, strict=True)):
            along = 0.0 if lines.is_centred else (length - lines.length) / 2
            if self.is_vertical:
                x, y = -lines.shift(number) * across_em, along * down_em
            else:
                x, y = along * across_em * (-1 if self.direction == "rtl" else 1), lines.shift(number) * down_em
            share = length * (down_em if self.is_vertical else across_em)
            set_lines.append(
                SetLine(text=text, x=round(middle_x + x, 5), y=round(middle_y + y, 5), length=round(share, 5))
            )
        return tuple(set_lines)


def blocks_of(text: PlannedText, setting: Setting) -> tuple[Block, ...]:
    """Return several ways to break a text into lines."""
    ruler = setting.ruler(text)
    pieces = measured(text.text, ruler)
    height = line_height(text.text, is_vertical=setting.is_vertical)
    counts = {_count(pieces, 1 / ratio if setting.is_vertical else ratio, height) for ratio in _RATIOS}
    blocks = {broken(pieces, count): None for count in sorted(counts)}
    return tuple(_block(text, texts, ruler, setting) for texts in blocks)


def costs_of(blocks: tuple[Block, ...]) -> tuple[float, ...]:
    """Return what speaks against each way to set a text: its shape, and that it needs more room than others."""
    least = min(block.width * block.height for block in blocks)
    return tuple(block.cost + _AREA_WEIGHT * (block.width * block.height / least - 1) for block in blocks)


def fitted(
    text: PlannedText, sides: tuple[float, float], setting: Setting, font_sizes: tuple[float, float]
) -> tuple[Block, float] | None:
    """Return how a text is largest in a box, and the font size; None if it does not fit in the smaller font size.

    The sides of the box and the font sizes (smallest, largest) are in widths of the picture.
    """
    best: tuple[Block, float] | None = None
    smallest, largest = font_sizes
    for block in _candidates(text, sides, setting):
        if not _fits(block, sides, smallest):
            continue
        low, high = smallest, largest
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(block, sides, middle) else (low, middle)
        if best is None or low > best[1]:
            best = block, low
    return best


def _candidates(text: PlannedText, sides: tuple[float, float], setting: Setting) -> Iterator[Block]:
    ruler = setting.ruler(text)
    pieces = measured(text.text, ruler)
    height = line_height(text.text, is_vertical=setting.is_vertical)
    ratio = sides[1] / sides[0] if setting.is_vertical else sides[0] / sides[1]
    usual = _count(pieces, ratio, height)
    tried: set[tuple[str, ...]] = set()
    for count in range(max(usual // 2, 1), min(2 * usual + 2, max(len(pieces.texts), 1)) + 1):
        texts = broken(pieces, count)
        if texts not in tried:
            tried.add(texts)
            yield _block(text, texts, ruler, setting)


def _fits(block: Block, sides: tuple[float, float], font_size: float) -> bool:
    width, height = (side / font_size for side in sides)
    along, across = (height, width) if block.is_vertical else (width, height)
    return fits(block.kind, block.lines, along, across)


def _count(pieces: Pieces, ratio: float, height: float) -> int:
    """Return in about how many lines a text has a ratio of its length along to that across the direction of writing."""
    return min(max(round(sqrt(pieces.length / (height * ratio))), 1), max(len(pieces.texts), 1))


def _block(text: PlannedText, texts: tuple[str, ...], ruler: Callable[[str], float], setting: Setting) -> Block:
    height = line_height(text.text, is_vertical=setting.is_vertical)
    is_centred = text.kind == "effect" or (text.kind == "dialogue" and not setting.is_vertical)
    lines = Lines(tuple(ruler(line) for line in texts), height, is_centred)
    along, across = smallest_box(text.kind, lines)
    width, height = (across, along) if setting.is_vertical else (along, across)
    direction = direction_of(setting.language, [text.text])
    return Block(text.kind, texts, lines, setting.is_vertical, direction, width, height)
