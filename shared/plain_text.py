"""Text from outside, made fit to be shown, stored and passed on."""

import unicodedata

# Marks that change the order of what is shown, or show nothing. The joiners of emoji and of Indic scripts
# (U+200C, U+200D) stay: words would break without them.
_HIDDEN = frozenset("\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})


def plain_text(text: str) -> str:
    """Return the text with `\\n` as its only line end, without other control characters and hidden marks."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    return "".join(character for character in unified if _is_kept(character)).strip()


def one_line(text: str) -> str:
    """Return the text as one line: each run of white space is a space."""
    return " ".join(plain_text(text).split())


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _HIDDEN
