"""The font files for text, and which of them sets which letters.

Comic Neue and Comic Relief are the typefaces of balloons; Noto, from packages that are deployed with the app, has the
other scripts. Letters that no typeface has are not drawn; the text of a file keeps them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from api.typesetting.fonts.harfbuzz import letters_of

_BOLD = 700
_FOLDER = Path(__file__).parent
_MANY_SCRIPTS = "manimgx_fonts"
_CJK = "noto_cjk_sans_jp_regular"
_SCRIPTS = (
    "Arabic",
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Symbols",
    "Tamil",
    "Telugu",
    "Thai",
)
_MIDDLES = {"Arabic": 0.25}
_CJK_LANGUAGES = frozenset({"ja", "ko", "yue", "zh"})
_COMIC_NEUE_LANGUAGES = frozenset(
    "af ca da de en es eu fi fil fr ga gl id is it ms nb nl nn no pt sq sv sw tl".split()  # noqa: SIM905 - short
)
"""Languages whose whole alphabet is in Comic Neue."""
_PLAIN_LANGUAGES = frozenset({"vi"})
"""Languages whose alphabet is in no comic typeface: a mixture would be hard to read."""


# Compared by identity, since each letter is looked up with all typefaces as a part of the key.
@dataclass(frozen=True, eq=False)
class Typeface:
    """A font file. `is_simple`: its letters are placed from left to right, without shaping.

    `bold` is the weight of bold letters, if the font has several weights; `bold_path` is a file that has them.
    `middle` is how far the middle of a line is above its baseline, in font sizes. `is_display`: it has capitals
    only, which are bold.
    """

    name: str
    path: Path
    is_simple: bool
    bold: int | None = None
    bold_path: Path | None = None
    middle: float = 0.34
    is_display: bool = False

    @cached_property
    def letters(self) -> frozenset[int]:
        """Its code points."""
        return letters_of(self.path)


class Run(NamedTuple):
    """A stretch of text in one typeface."""

    typeface: Typeface
    text: str


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Return the Noto typefaces, in order of preference. Raises FileNotFoundError if one is not installed."""
    many = Path(str(files(_MANY_SCRIPTS)))
    return (
        _noto_sans(),
        _noto_cjk(),
        *(
            Typeface(
                f"NotoSans{script}",
                many / f"NotoSans{script}[wght].ttf",
                is_simple=False,
                bold=_BOLD,
                middle=_MIDDLES.get(script, Typeface.middle),
            )
            for script in _SCRIPTS
        ),
        Typeface("NotoEmoji", many / "NotoEmoji[wght].ttf", is_simple=True, bold=_BOLD),
    )


@lru_cache(maxsize=256)
def balloon_typefaces(language: str) -> tuple[Typeface, ...]:
    """Return all typefaces in the order in which they are tried for a language (BCP 47)."""
    neue, relief = _comic("ComicNeue"), _comic("ComicRelief")
    primary = language.partition("-")[0].lower()
    if primary in _CJK_LANGUAGES:
        first = (_noto_cjk(), neue, relief)
    elif primary in _PLAIN_LANGUAGES:
        first = (_noto_sans(), neue, relief)
    else:
        first = (neue, relief) if primary in _COMIC_NEUE_LANGUAGES else (relief, neue)
    return (*first, *(typeface for typeface in typefaces() if typeface not in first))


@lru_cache(maxsize=2048)
def runs_of(text: str, available: tuple[Typeface, ...]) -> tuple[Run, ...]:
    """Return the text in runs; letters that no typeface has are left out.

    A word is set in the first typeface that has all its letters, or else each letter in the first that has it.
    """
    return tuple(
        Run(typeface, "".join(letter for letter, _ in group))
        for typeface, group in groupby(joined(_chosen(text, available)), key=lambda each: each[1])
    )


def joined(letters: Iterator[tuple[str, Typeface]]) -> Iterator[tuple[str, Typeface]]:
    """Keep spaces and punctuation in the run that they follow, if its typeface has them; marks stay at their letter."""
    current: Typeface | None = None
    for letter, first_choice in letters:
        stays = current is not None and not letter.isalnum() and (ord(letter) in current.letters or _is_hidden(letter))
        current = current if stays and current is not None else first_choice
        yield letter, current


@cache
def typeface_of(letter: str, available: tuple[Typeface, ...]) -> Typeface | None:
    """Return the first typeface that has the letter."""
    return next((typeface for typeface in available if ord(letter) in typeface.letters), None)


def _chosen(text: str, available: tuple[Typeface, ...]) -> Iterator[tuple[str, Typeface]]:
    for word in re.findall(r"\s+|\S+", text):
        whole = _typeface_of_word(word, available)
        for letter in word:
            typeface = whole or typeface_of(letter, available)
            if typeface is not None:
                yield letter, typeface


@lru_cache(maxsize=2048)
def _typeface_of_word(word: str, available: tuple[Typeface, ...]) -> Typeface | None:
    letters = {ord(letter) for letter in word if not _is_hidden(letter)}
    return next((typeface for typeface in available if letters and letters <= typeface.letters), None)


def _is_hidden(letter: str) -> bool:
    """Tell whether a code point has no shape of its own: joiners and variation selectors."""
    return unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


@cache
def _comic(name: str) -> Typeface:
    return Typeface(name, _FOLDER / f"{name}-Regular.ttf", is_simple=True, bold_path=_FOLDER / f"{name}-Bold.ttf")


@cache
def _noto_sans() -> Typeface:
    path = Path(str(files(_MANY_SCRIPTS))) / "NotoSans[wght].ttf"
    return Typeface("NotoSans", path, is_simple=True, bold=_BOLD)


@cache
def _noto_cjk() -> Typeface:
    path = Path(str(files(_CJK))) / "NotoSansCJKjp-Regular.otf"
    return Typeface("NotoSansCJK", path, is_simple=True, middle=0.38)
