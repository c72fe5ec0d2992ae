r"""Cuts a long story into chapters. Pure.

The rule (`docs/chapters.md` states it for users): there are as few chapters as possible, and the longest of them is as
short as possible. A chapter ends where a paragraph ends, at a blank line. Only a paragraph that is longer than a
chapter may be is cut itself: at the ends of its lines; a line that is too long, at the ends of its sentences; a
sentence that is too long, between words.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.text.words import count_words

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_ENDS = re.compile(r"\n\s*")
# As in `shared.text.story_title`, with the quotation marks and brackets that close.
_SENTENCE_ENDS = re.compile(
    "[.!?\u2026]+[\"'\u201d\u2019\u00bb)\\]]*\\s+"
    "|[\u0964\u104b\u17d4\u3002\uff01\uff1f\uff61]+[\u300d\u300f\u201d\u2019\uff09]*\\s*"
)
_SPACES = re.compile(r"\s+")
_FINER_CUTS = (_LINE_ENDS, _SENTENCE_ENDS, _SPACES)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the story that stays whole."""

    text: str
    words: int


@dataclass(frozen=True, slots=True)
class _Limits:
    words: int
    characters: int

    def allow(self, text: str) -> bool:
        return len(text) <= self.characters and count_words(text) <= self.words


def cut_into_chapters(story: str, max_words: int, max_characters: int) -> tuple[str, ...]:
    """Return the chapters of the story, of at most so many words and characters each."""
    limits = _Limits(max_words, max_characters)
    pieces = [_Piece(text, count_words(text)) for text in _pieces(story, limits)]
    fewest = len(_packed(pieces, limits))
    # The fewest words a chapter may have so that there are no more chapters.
    shortest = max(piece.words for piece in pieces)
    words = range(shortest, max_words + 1)
    at = bisect_left(words, True, key=lambda most: len(_packed(pieces, _Limits(most, max_characters))) <= fewest)
    return tuple(_packed(pieces, _Limits(words[at], max_characters)))


def _pieces(story: str, limits: _Limits) -> Iterator[str]:
    for paragraph in _split(story, _BLANK_LINES):
        yield from _fitting(paragraph, limits, _FINER_CUTS)


def _fitting(text: str, limits: _Limits, cuts: Sequence[re.Pattern[str]]) -> Iterator[str]:
    """Yield the text in pieces that are not too long, cut by the first pattern that makes them so."""
    if limits.allow(text):
        yield text
    elif cuts:
        for part in _split(text, cuts[0]):
            yield from _fitting(part, limits, cuts[1:])
    else:
        # A script without spaces, and without an end of a sentence.
        while text:
            lengths = range(1, min(len(text), limits.characters) + 1)
            length = max(1, bisect_right(lengths, limits.words, key=lambda most: count_words(text[:most])))
            yield text[:length]
            text = text[length:]


def _split(text: str, ends: re.Pattern[str]) -> Iterator[str]:
    """Yield the parts of the text; each ends with a match of the pattern, but for the last one."""
    start = 0
    for match in ends.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _packed(pieces: Sequence[_Piece], limits: _Limits) -> list[str]:
    """Return the pieces as chapters, each as long as the limits allow."""
    chapters: list[str] = []
    text, words = "", 0
    for piece in pieces:
        if text and (words + piece.words > limits.words or len(text) + len(piece.text.rstrip()) > limits.characters):
            chapters.append(text.strip())
            text, words = "", 0
        text, words = text + piece.text, words + piece.words
    return [*chapters, text.strip()]
