"""Lines of text outside of balloons: in Noto, and titles in the page's display font.

A letter is set in the first typeface that has it. Letters that no typeface has are not drawn; the metadata of a file
keeps them.
"""

import logging
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path

from api.typesetting.fonts.typefaces import Run, Typeface, joined, typeface_of, typefaces
from shared.text.clean import one_line

# fontTools logs about fifty lines for each embedded font, some with letters of the title.
logging.getLogger("fontTools").setLevel(logging.WARNING)

_SMALLEST_SHARE = 0.4
"""Of the wanted size: below it, a line is cut rather than made smaller."""
_MAX_LINE_LENGTH = 300
_DISPLAY = Path(__file__).with_name("fonts") / "Bangers-Regular.ttf"


@cache
def display_typefaces() -> tuple[Typeface, ...]:
    """Return the typefaces for titles: Bangers, and those for text where it lacks a letter."""
    return (Typeface("Bangers", _DISPLAY, is_simple=True, is_display=True), *typefaces())


def set_text(text: str) -> tuple[Run, ...]:
    """Return the text as one line of bounded length, in runs; letters that no typeface has are left out."""
    return _set(text, typefaces())


def set_title(text: str) -> tuple[Run, ...]:
    """Return a title as `set_text` does, in the display typeface as far as that has its letters."""
    return _set(text, display_typefaces())


def _set(text: str, available: tuple[Typeface, ...]) -> tuple[Run, ...]:
    chosen = ((letter, typeface_of(letter, available)) for letter in one_line(text[:_MAX_LINE_LENGTH]))
    drawable = ((letter, typeface) for letter, typeface in chosen if typeface is not None)
    runs = [
        Run(typeface, "".join(letter for letter, _ in group))
        for typeface, group in groupby(joined(drawable), key=lambda each: each[1])
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
