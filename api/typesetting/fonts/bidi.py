"""The order in which a line of mixed directions is seen: https://www.unicode.org/reports/tr9/."""

import unicodedata
from collections.abc import Iterable, Iterator

_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}


def levels(text: str, *, is_right_to_left: bool) -> list[int]:
    """Return the level of each letter: even ones run from left to right, odd ones from right to left."""
    if not is_right_to_left and not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return [0] * len(text)
    # Most comics never need it, and its package takes long to import.
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415
    from fpdf.enums import TextDirection  # noqa: PLC0415

    direction = TextDirection.RTL if is_right_to_left else TextDirection.LTR
    resolved = {
        each.character_index: each.embedding_level
        for each in BidiParagraph(text, direction).get_characters_with_embedding_level()
    }
    found: list[int] = []
    for index in range(len(text)):
        # Joiners have no level of their own (rule X9): they stay with the letter that they follow.
        found.append(resolved.get(index, found[-1] if found else int(is_right_to_left)))
    return found


def as_seen[Item](items: Iterable[tuple[int, Item]]) -> list[Item]:
    """Return items from left to right, given with their levels in the order in which they are read (rule L2)."""
    ordered = list(items)
    for level in range(max((level for level, _ in ordered), default=0), 0, -1):
        ordered = list(_reversed_from(level, ordered))
    return [item for _, item in ordered]


def _reversed_from[Item](level: int, items: list[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
    """Reverse each stretch of items whose level is at least this one."""
    stretch: list[tuple[int, Item]] = []
    for each in items:
        if each[0] >= level:
            stretch.append(each)
            continue
        yield from reversed(stretch)
        stretch.clear()
        yield each
    yield from reversed(stretch)
