"""Where a title may be broken into lines, and how to break it evenly. Pure."""

import unicodedata
from collections.abc import Callable, Iterator
from itertools import batched, pairwise

_LONGEST_PIECE = 24
"""Longer words are broken anywhere."""
_STEPS = 24
# Categories of punctuation and marks: https://www.unicode.org/reports/tr44/#General_Category_Values
_OPENING = {"Ps", "Pi"}
_NOT_FIRST = {"Pe", "Pf", "Po", "Lm", "Mn", "Mc", "Cf"}
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA")


def break_lines(text: str, count: int, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Return the text in at most `count` lines, of which the longest is as short as possible."""
    pieces = _pieces(text)
    if not pieces:
        return ()
    shortest, longest = max(measure(piece) for piece in pieces), measure(" ".join(text.split()))
    for _ in range(_STEPS):
        width = (shortest + longest) / 2
        if len(_filled(pieces, width, measure)) <= count:
            longest = width
        else:
            shortest = width
    return tuple(_filled(pieces, longest, measure))


def _pieces(text: str) -> list[str]:
    """Return what stays together; a piece that begins a word has a space before it."""
    pieces = [piece if number else f" {piece}" for word in text.split() for number, piece in enumerate(_parts(word))]
    return [pieces[0].strip(), *pieces[1:]] if pieces else []


def _parts(word: str) -> Iterator[str]:
    breaks = [0, *(at for at, letters in enumerate(pairwise(word), 1) if _may_break(*letters)), len(word)]
    for start, end in pairwise(breaks):
        yield from ("".join(part) for part in batched(word[start:end], _LONGEST_PIECE, strict=False))


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two letters of a word: in Chinese and Japanese, but not at every mark."""
    is_unspaced = any(unicodedata.name(letter, "").startswith(_UNSPACED) for letter in (before, after))
    is_small = " SMALL " in unicodedata.name(after, "") and is_unspaced
    return (
        is_unspaced
        and unicodedata.category(before) not in _OPENING
        and unicodedata.category(after) not in _NOT_FIRST
        and not is_small
    )


def _filled(pieces: list[str], width: float, measure: Callable[[str], float]) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and measure(lines[-1] + piece) > width:
            lines.append(piece.strip())
        else:
            lines[-1] += piece
    return lines
