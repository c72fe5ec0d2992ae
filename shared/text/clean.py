"""Cleans text from outside (users, the model, Reddit), so that it is safe to store and show. Pure.

`clean` runs once, where a text comes in: in the request models, and in the adapters of the model and Reddit.
"""

import re
import unicodedata

MAX_FILE_NAME_BYTES = 80
"""In UTF-8: file systems allow 255 for a name, and a number and an extension are added."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_PARAGRAPH_END = "\u2029"
# The joiners of emoji and of Indic scripts (U+200C, U+200D) stay: words would break without them.
_REMOVED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters; XML 1.0 forbids most of them
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates and noncharacters: https://www.w3.org/TR/xml/#charsets
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional: https://www.unicode.org/reports/tr9/#Bidi_Controls
    "\u00ad\u200b\u2060\ufeff"  # invisible: soft hyphen, zero-width space, word joiner, byte order mark
    "]"
)
_ELLIPSIS = "…"
_KEPT_IN_FILE_NAMES = {"L", "M", "N"}
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: these are devices, whatever their extension.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}


def clean(text: str) -> str:
    """Return the text stripped, with `\\n` as its only line end, and no control characters but tabs.

    Also removed: whatever XML 1.0 forbids, lone surrogates, bidirectional controls and invisible marks.
    """
    lines = _LINE_ENDS.sub("\n", text).replace(_PARAGRAPH_END, "\n\n")
    return _REMOVED.sub("", lines).strip()


def one_line(text: str) -> str:
    """Return the clean text as one line: each run of white space is a space."""
    return " ".join(clean(text).split())


def shorten(text: str, max_characters: int) -> str:
    """Return the text, cut after a whole word and with an ellipsis if it is too long.

    A cut within a word never separates a combining mark or joiner from its letter.
    """
    if len(text) <= max_characters:
        return text
    end = max_characters - len(_ELLIPSIS)
    if not text[end].isspace():
        words = text[:end].rsplit(maxsplit=1)
        end = len(text[:end].rstrip()) - len(words[1]) if len(words) > 1 else _end_of_letter(text, end)
    return text[:end].rstrip() + _ELLIPSIS


def _end_of_letter(text: str, end: int) -> int:
    while end > 1 and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return end


def _joins(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d"


def file_name(text: str) -> str:
    """Return a file name without extension: letters and digits of any script are kept, others become hyphens.

    The result is never empty, never starts with a dot, has no separator and names no device, so it can't leave
    its folder on any system.
    """
    normal = unicodedata.normalize("NFC", text)
    spaced = "".join(_file_name_character(character) for character in normal)
    name = "-".join(spaced.split())
    name = _cut_bytes(name, MAX_FILE_NAME_BYTES).rstrip("-") or "unnamed"
    return f"{name}_" if name.lower() in _DEVICES else name


def _file_name_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # joiners and marks of direction carry no name
        return ""
    return character if category[0] in _KEPT_IN_FILE_NAMES or character == "_" else " "


def _cut_bytes(text: str, max_bytes: int) -> str:
    return text.encode("utf-8", errors="ignore")[:max_bytes].decode("utf-8", errors="ignore")
