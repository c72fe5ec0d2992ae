"""The fonts for text: Noto, from packages that are deployed with the app, and the page's display font for titles.

A letter is set in the first typeface that has it. Letters that no typeface has are not drawn; the metadata of a file
keeps them.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import cast

from fontTools.ttLib import TTFont

from shared.text.clean import one_line

# fontTools logs about fifty lines for each embedded font, some with letters of the title.
logging.getLogger("fontTools").setLevel(logging.WARNING)

_SMALLEST_SHARE = 0.4
"""Of the wanted size: below it, a line is cut rather than made smaller."""
_MAX_LINE_LENGTH = 300
_BOLD = 700
_DISPLAY = Path(__file__).with_name("fonts") / "Bangers-Regular.ttf"
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


# Compared by identity, since each letter is looked up with all typefaces as a part of the key.
@dataclass(frozen=True, eq=False)
class Typeface:
    """A font file. `is_simple`: its letters are placed from left to right, without shaping.

    `bold` is the weight for titles that are drawn as pixels, if the font has several weights.
    """

    name: str
    path: Path
    is_simple: bool
    bold: int | None = None

    @property
    def is_display(self) -> bool:
        """Whether it is the display typeface, which has capitals only."""
        return self.path == _DISPLAY

    @cached_property
    def letters(self) -> frozenset[int]:
        """Its code points."""
        with TTFont(self.path, lazy=True) as font:
            # fontTools has no types for its tables.
            return frozenset(cast("dict[int, str]", font.getBestCmap()))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one typeface."""

    typeface: Typeface
    text: str


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Return the typefaces for text, in order of preference. Raises FileNotFoundError if one is not installed."""
    many, cjk = Path(str(files(_MANY_SCRIPTS))), Path(str(files(_CJK)))
    return (
        Typeface("NotoSans", many / "NotoSans[wght].ttf", is_simple=True, bold=_BOLD),
        Typeface("NotoSansCJK", cjk / "NotoSansCJKjp-Regular.otf", is_simple=True),
        *(
            Typeface(f"NotoSans{script}", many / f"NotoSans{script}[wght].ttf", is_simple=False, bold=_BOLD)
            for script in _SCRIPTS
        ),
        Typeface("NotoEmoji", many / "NotoEmoji[wght].ttf", is_simple=True, bold=_BOLD),
    )


@cache
def display_typefaces() -> tuple[Typeface, ...]:
    """Return the typefaces for titles: Bangers, and those for text where it lacks a letter."""
    return (Typeface("Bangers", _DISPLAY, is_simple=True), *typefaces())


def set_text(text: str) -> tuple[Run, ...]:
    """Return the text as one line of bounded length, in runs; letters that no typeface has are left out."""
    return _set(text, typefaces())


def set_title(text: str) -> tuple[Run, ...]:
    """Return a title as `set_text` does, in the display typeface as far as that has its letters."""
    return _set(text, display_typefaces())


def _set(text: str, available: tuple[Typeface, ...]) -> tuple[Run, ...]:
    chosen = ((letter, _typeface_of(letter, available)) for letter in one_line(text[:_MAX_LINE_LENGTH]))
    drawable = ((letter, typeface) for letter, typeface in chosen if typeface is not None)
    runs = [
        Run(typeface, "".join(letter for letter, _ in group))
        for typeface, group in groupby(_joined(drawable), key=lambda each: each[1])
    ]
    return tuple(runs) if any(run.text.strip() for run in runs) else ()


def fit_line(
    text: str,
    width: float,
    size: float,
    set_line: Callable[[str], tuple[Run, ...]],
    measure: Callable[[tuple[Run, ...], float], float],
) -> tuple[tuple[Run, ...], float]:
    """Return the runs and the size with which a line fits the width: it is made smaller, and then cut."""
    runs = set_line(text)
    share = min(1.0, width / max(measure(runs, size), 1.0))
    if share >= _SMALLEST_SHARE:
        return runs, size * share
    size *= _SMALLEST_SHARE
    text = text[:_MAX_LINE_LENGTH]
    while text and measure(runs, size) > width:
        text = text[: -max(1, len(text) // 20)]
        runs = set_line(f"{text}…")
    return runs, size


def _joined(letters: Iterator[tuple[str, Typeface]]) -> Iterator[tuple[str, Typeface]]:
    """Keep spaces and punctuation in the run that they follow, if its typeface has them."""
    current: Typeface | None = None
    for letter, first_choice in letters:
        stays = current is not None and not letter.isalnum() and ord(letter) in current.letters
        current = current if stays and current is not None else first_choice
        yield letter, current


@cache
def _typeface_of(letter: str, available: tuple[Typeface, ...]) -> Typeface | None:
    return next((typeface for typeface in available if ord(letter) in typeface.letters), None)
