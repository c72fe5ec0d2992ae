"""A text as lines, and the balloon that they need. Lengths are in font sizes unless they are said to be fractions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2, sqrt
from typing import Protocol

from api.typesetting.balloons import Lines, fits, smallest_box
from api.typesetting.line_breaks import broken, has_phrases, measured
from api.typesetting.scripts import direction_of, line_height
from shared.models.lettering import LetteredKind, Place, PlannedText, SetLine
from shared.models.story import Direction

_RATIOS = (5.0, 2.6, 1.5, 0.9, 0.5, 0.25)
"""Shapes that are tried for the lines of a text: width to height."""
_IDEAL_RATIOS: dict[LetteredKind, float] = {"dialogue": 1.5, "narration": 3.0, "effect": 2.5}
_IDEAL_COLUMN_RATIOS: dict[LetteredKind, float] = {"dialogue": 0.6, "narration": 0.25, "effect": 0.3}
_RATIO_WEIGHT = 0.07
_AREA_WEIGHT = 0.15
_TORN_COST = 0.05
_TORN_SHARE = 0.8
"""How large a text with whole phrases is at least, compared with one without, for it to be chosen."""
_LONGEST_EFFECT_LINE = 8
"""Effects of so many letters stay on one line."""
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
    """A text in lines, and the smallest box that they need. `is_torn`: lines end within phrases."""

    kind: LetteredKind
    texts: tuple[str, ...]
    lines: Lines
    is_vertical: bool
    direction: Direction
    width: float
    height: float
    is_torn: bool

    @property
    def cost(self) -> float:
        """What speaks against the shape, as for the costs of places."""
        ideals = _IDEAL_COLUMN_RATIOS if self.is_vertical else _IDEAL_RATIOS
        ratio = self.width / self.height / ideals[self.kind]
        return _RATIO_WEIGHT * abs(log2(ratio)) + _TORN_COST * self.is_torn

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


class _Text:
    """A text that can be broken into lines in several ways."""

    def __init__(self, text: PlannedText, setting: Setting) -> None:
        self._kind: LetteredKind = text.kind
        self._is_vertical = setting.is_vertical
        self._direction: Direction = direction_of(setting.language, [text.text])
        self._height = line_height(text.text, is_vertical=setting.is_vertical)
        self._ruler = setting.ruler(text)
        self._is_one_line = text.kind == "effect" and len(text.text) <= _LONGEST_EFFECT_LINE
        self._pieces = [measured(text.text, self._ruler, keeps_phrases=True)]
        if has_phrases(text.text):
            self._pieces.append(measured(text.text, self._ruler))

    def count(self, ratio: float) -> int:
        """Return in about how many lines the text has a ratio of width to height."""
        pieces = self._pieces[-1]
        ratio = 1 / ratio if self._is_vertical else ratio
        return min(max(round(sqrt(pieces.length / (self._height * ratio))), 1), max(len(pieces.texts), 1))

    def blocks(self, counts: Iterable[int]) -> tuple[Block, ...]:
        """Return different blocks with at most so many lines."""
        found: dict[tuple[str, ...], Block] = {}
        for number, pieces in enumerate(self._pieces):
            for count in sorted({1} if self._is_one_line else set(counts)):
                texts = broken(pieces, count)
                if texts not in found:
                    found[texts] = self._block(texts, is_torn=number > 0)
        return tuple(found.values())

    def _block(self, texts: tuple[str, ...], *, is_torn: bool) -> Block:
        is_centred = self._kind == "effect" or (self._kind == "dialogue" and not self._is_vertical)
        lines = Lines(tuple(self._ruler(line) for line in texts), self._height, is_centred)
        along, across = smallest_box(self._kind, lines)
        width, height = (across, along) if self._is_vertical else (along, across)
        return Block(self._kind, texts, lines, self._is_vertical, self._direction, width, height, is_torn)


def blocks_of(text: PlannedText, setting: Setting) -> tuple[Block, ...]:
    """Return several ways to break a text into lines."""
    breakable = _Text(text, setting)
    return breakable.blocks({breakable.count(ratio) for ratio in _RATIOS})


def costs_of(blocks: Sequence[Block]) -> tuple[float, ...]:
    """Return what speaks against each way to set a text: its shape, and that it needs more room than others."""
    least = min(block.width * block.height for block in blocks)
    return tuple(block.cost + _AREA_WEIGHT * (block.width * block.height / least - 1) for block in blocks)


def fitted(
    text: PlannedText, sides: tuple[float, float], setting: Setting, font_sizes: tuple[float, float]
) -> tuple[Block, float] | None:
    """Return how a text is largest in a box, and the font size; None if it does not fit in the smaller font size.

    The sides of the box and the font sizes (smallest, largest) are in widths of the picture.
    """
    breakable = _Text(text, setting)
    usual = breakable.count(sides[0] / sides[1])
    blocks = breakable.blocks(range(max(usual // 2, 1), 2 * usual + 3))
    sizes = [(_largest(block, sides, font_sizes), block) for block in blocks]
    fitting = [(font_size, block) for font_size, block in sizes if font_size is not None]
    best = max(fitting, key=lambda each: each[0] * (_TORN_SHARE if each[1].is_torn else 1), default=None)
    return (best[1], best[0]) if best else None


def _largest(block: Block, sides: tuple[float, float], font_sizes: tuple[float, float]) -> float | None:
    """Return the largest font size in which a block fits into a box."""
    low, high = font_sizes
    if not _fits(block, sides, low):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(block, sides, middle) else (low, middle)
    return low


def _fits(block: Block, sides: tuple[float, float], font_size: float) -> bool:
    width, height = (side / font_size for side in sides)
    along, across = (height, width) if block.is_vertical else (width, height)
    return fits(block.kind, block.lines, along, across)
