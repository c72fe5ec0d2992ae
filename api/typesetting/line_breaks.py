"""Where a text may be broken into lines, and how to break it evenly. Pure."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, pairwise

_LONGEST_PIECE = 24
"""Longer words are broken anywhere."""
_LONGEST_COMPLEX_PIECE = 8
"""The same for scripts without spaces whose words only a dictionary could tell apart."""
_LONGEST_PHRASE = 8
_HIRAGANA, _KANA = range(0x3041, 0x30A0), range(0x3041, 0x3100)
_PRECISION = 0.005
"""Of the length of the longest line."""
# Categories of punctuation and marks: https://www.unicode.org/reports/tr44/#General_Category_Values
_OPENING = {"Ps", "Pi"}
_MARKS = {"Mn", "Mc", "Me", "Cf"}
_NOT_FIRST = {"Pe", "Pf", "Po", "Lm", "Sk"} | _MARKS
_COMPLEX = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "TAI THAM", "JAVANESE", "BALINESE")
_LEADING_VOWELS = frozenset("เแโใไເແໂໃໄ")
"""Thai and Lao vowels with which a syllable begins."""
_AFTER_THESE = frozenset("\N{EM DASH}\N{TIBETAN MARK INTERSYLLABIC TSHEG}")
_JOINER = "\N{ZERO WIDTH JOINER}"
_VIRAMA = 9
"""The combining class of marks that join the letter before to the letter after."""
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF
"""Two of these letters are a flag."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stays together of a text: the pieces, whether a space is before each, and widths."""

    texts: tuple[str, ...]
    is_spaced: tuple[bool, ...]
    widths: tuple[float, ...]
    space: float

    @property
    def length(self) -> float:
        """The length of the text on one line."""
        return sum(self.widths) + sum(self.is_spaced) * self.space


def break_lines(text: str, count: int, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Return the text in at most `count` lines, of which the longest is as short as possible."""
    return broken(measured(text, measure), count)


def measured(text: str, measure: Callable[[str], float], *, keeps_phrases: bool = False) -> Pieces:
    """Return the pieces of a text. The first one has no space before it, and neither has the rest of a word.

    If it keeps phrases, Japanese is broken after particles and marks rather than anywhere.
    """
    keeps_phrases = keeps_phrases and has_phrases(text)
    texts: list[str] = []
    is_spaced: list[bool] = []
    for word in text.split():
        parts = list(_parts(word, keeps_phrases=keeps_phrases))
        texts += parts
        is_spaced += [bool(is_spaced), *[False] * (len(parts) - 1)]
    return Pieces(tuple(texts), tuple(is_spaced), tuple(measure(part) for part in texts), measure(" "))


def broken(pieces: Pieces, count: int) -> tuple[str, ...]:
    """Return the pieces in at most `count` lines, of which the longest is as short as possible."""
    if not pieces.texts:
        return ()
    longest = pieces.length
    shortest = min(max(*pieces.widths, longest / count), longest)
    if len(_starts(pieces, shortest)) <= count:
        longest = shortest
    while longest - shortest > _PRECISION * longest:
        width = (shortest + longest) / 2
        if len(_starts(pieces, width)) <= count:
            longest = width
        else:
            shortest = width
    ends = [*_starts(pieces, longest)[1:], len(pieces.texts)]
    return tuple(_joined(pieces, start, end) for start, end in pairwise([0, *ends]))


def _joined(pieces: Pieces, start: int, end: int) -> str:
    parts = zip(pieces.is_spaced[start:end], pieces.texts[start:end], strict=True)
    return "".join(f" {text}" if is_spaced else text for is_spaced, text in parts).strip()


def _starts(pieces: Pieces, width: float) -> list[int]:
    """Return the number of the first piece of each line if lines of a width are filled."""
    starts, used = [0], 0.0
    room = width * (1 + 1e-9)
    for number, (is_spaced, piece) in enumerate(zip(pieces.is_spaced, pieces.widths, strict=True)):
        used += piece + pieces.space * is_spaced
        if used > room and number > starts[-1]:
            starts.append(number)
            used = piece
    return starts


def has_phrases(text: str) -> bool:
    """Tell whether a text is Japanese, in which kana end phrases."""
    return any(_is_kana(letter, _KANA) for letter in text)


def _parts(word: str, *, keeps_phrases: bool) -> Iterator[str]:
    breaks = [at for at, letters in enumerate(pairwise(word), 1) if _may_break(*letters)]
    if keeps_phrases:
        breaks = list(_ends_of_phrases(word, breaks))
    for start, end in pairwise([0, *breaks, len(word)]):
        part = word[start:end]
        is_complex = unicodedata.name(part[0], "").startswith(_COMPLEX)
        most = _LONGEST_COMPLEX_PIECE if is_complex else _LONGEST_PIECE
        if len(part) <= most:
            yield part
        else:
            yield from ("".join(letters) for letters in batched(_clusters(part), most, strict=False))


def _ends_of_phrases(word: str, breaks: Sequence[int]) -> Iterator[int]:
    """Yield the breaks at which a phrase ends, and some within phrases that are too long for a line."""
    ends = [at for at in breaks if _ends_phrase(word[at - 1], word[at])]
    for start, end in pairwise([0, *ends, len(word)]):
        last = start
        for at in breaks if end - start > _LONGEST_PHRASE else ():
            if start < at < end and at - last >= _LONGEST_PHRASE // 2:
                yield at
                last = at
        if end < len(word):
            yield end


def _ends_phrase(before: str, after: str) -> bool:
    is_mark = not before.isalpha() or not after.isalpha()
    return is_mark or (_is_kana(before, _HIRAGANA) and not _is_kana(after, _HIRAGANA))


def _is_kana(letter: str, kana: range) -> bool:
    return ord(letter) in kana


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two letters of a word: where words have no spaces, but not at every mark."""
    category = unicodedata.category(after)
    if category in _NOT_FIRST or before == _JOINER:
        return False
    if before in _AFTER_THESE:
        return True
    if after in _LEADING_VOWELS:
        return before not in _LEADING_VOWELS and unicodedata.category(before) not in _OPENING
    is_unspaced = _is_unspaced(before) or _is_unspaced(after)
    is_small = " SMALL " in unicodedata.name(after, "") and _is_unspaced(after)
    return is_unspaced and not is_small and unicodedata.category(before) not in _OPENING


def _is_unspaced(letter: str) -> bool:
    """Tell whether a line may end beside the letter: Chinese, Japanese, emoji. Korean has spaces."""
    return unicodedata.east_asian_width(letter) in {"W", "F"} and not "\uac00" <= letter <= "\ud7a3"


def _clusters(text: str) -> Iterator[str]:
    """Yield what a reader takes for one letter."""
    cluster = ""
    for letter in text:
        if cluster and not _continues(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    yield cluster


def _continues(cluster: str, letter: str) -> bool:
    category, last = unicodedata.category(letter), cluster[-1]
    is_flag = len(cluster) == 1 and all(_FIRST_FLAG <= ord(half) <= _LAST_FLAG for half in (last, letter))
    is_follower = category in _MARKS or 0x1F3FB <= ord(letter) <= 0x1F3FF  # noqa: PLR2004 - skin tones
    is_held = last == _JOINER or last in _LEADING_VOWELS or unicodedata.combining(last) == _VIRAMA
    # Thai and Lao vowels that follow their consonant are no marks.
    return is_follower or is_held or is_flag or letter in "ะาำๅະາຳ"
