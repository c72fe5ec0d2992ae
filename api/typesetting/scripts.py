"""Directions of writing: by a language's tag (BCP 47), and by the letters where the language is unknown. Pure."""

import unicodedata
from collections.abc import Iterable

from shared.models.story import Direction
from shared.text.language import UNDETERMINED

_RIGHT_TO_LEFT_SCRIPTS = frozenset(
    ("adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa", "yezi")
)
# Languages whose usual script is one of these.
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    (
        *("aii", "ar", "arc", "ary", "arz", "azb", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "haz", "he", "iw"),
        *("ji", "khw", "ks", "lrc", "luz", "mzn", "nqo", "pnb", "prs", "ps", "rhg", "sd", "sdh", "skr", "syr", "ug"),
        *("ur", "yi"),
    )
)
_VERTICAL_LANGUAGES = frozenset(("ja",))
_VERTICAL_SCRIPTS = frozenset(("jpan", "hrkt", "hira", "kana"))
_KANA = ("HIRAGANA", "KATAKANA")
_LINE_HEIGHT = 1.2
_STACKED_LINE_HEIGHT = 1.4
"""For Latin letters with two marks, as in Vietnamese."""
_LINE_HEIGHTS = (
    (1.8, ("BALINESE", "JAVANESE", "KANNADA", "KHMER", "LAO", "MYANMAR", "TAI", "TELUGU", "TIBETAN")),
    (1.6, ("ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "MALAYALAM", "ORIYA", "SINHALA", "SYRIAC")),
    (1.6, ("TAMIL", "THAANA", "THAI")),
    (1.4, ("CYRILLIC",)),
)
"""For scripts with marks high above and deep below their letters: how names of these letters begin."""
_COLUMN_WIDTH = 1.3


def direction_of(language: str | None, texts: Iterable[str] = ()) -> Direction:
    """Return the direction of a language's script; that of most letters of the texts if it is unknown."""
    code, script = _code_and_script(language)
    if script or code:
        is_rtl = script in _RIGHT_TO_LEFT_SCRIPTS if script else code in _RIGHT_TO_LEFT_LANGUAGES
        return "rtl" if is_rtl else "ltr"
    directions = [unicodedata.bidirectional(letter) for text in texts for letter in text]
    return "rtl" if directions.count("R") + directions.count("AL") > directions.count("L") else "ltr"


def is_vertical(language: str | None, texts: Iterable[str] = ()) -> bool:
    """Tell whether lines are columns: in Japanese; in texts with kana if the language is unknown."""
    code, script = _code_and_script(language)
    if script or code:
        return script in _VERTICAL_SCRIPTS if script else code in _VERTICAL_LANGUAGES
    return any(unicodedata.name(letter, "").startswith(_KANA) for text in texts for letter in text)


def line_height(text: str, *, is_vertical: bool) -> float:
    """Return the distance of a text's lines, or of its columns, in font sizes."""
    if is_vertical:
        return _COLUMN_WIDTH
    return max((_height_for(letter) for letter in set(text)), default=_LINE_HEIGHT)


def _height_for(letter: str) -> float:
    if letter.isascii():
        return _LINE_HEIGHT
    name = unicodedata.name(letter, "")
    if name.startswith("LATIN") and len(unicodedata.normalize("NFD", letter)) > 2:  # noqa: PLR2004 - letter, marks
        return _STACKED_LINE_HEIGHT
    return next((height for height, scripts in _LINE_HEIGHTS if name.startswith(scripts)), _LINE_HEIGHT)


def _code_and_script(language: str | None) -> tuple[str | None, str | None]:
    """Return the language, if it is known, and the subtag of four letters before any extension (`-u-…`, `-x-…`)."""
    first, *others = (language or UNDETERMINED).lower().split("-")
    code = None if first == UNDETERMINED else first
    for subtag in others:
        if len(subtag) == 1:
            break
        if len(subtag) == 4 and subtag.isalpha():  # noqa: PLR2004 - as BCP 47 defines it
            return code, subtag
    return code, None
