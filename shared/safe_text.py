"""Text from outside, made fit for file names and single lines."""

import unicodedata

MAX_NAME_BYTES = 80
"""Of UTF-8: file systems allow 255 a name, and a number and an extension come with it."""

_KEPT = {"L", "M", "N"}
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: these are devices, whatever their extension.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}


def file_name(text: str) -> str:
    """Return a name for a file, without extension: letters and digits of any script stay, all else is a hyphen at most.

    The result is never empty, never starts with a dot, holds no separator and names no device, so it can't leave
    its folder on any system.
    """
    normal = unicodedata.normalize("NFC", text)
    spaced = "".join(_file_name_character(character) for character in normal)
    name = "-".join(spaced.split())
    name = _cut(name, MAX_NAME_BYTES).rstrip("-") or "unnamed"
    return f"{name}_" if name.lower() in _DEVICES else name


def one_line(text: str) -> str:
    """Return the text as one line without control characters: it can't move a cursor or hide other text."""
    visible = (" " if unicodedata.category(character).startswith("C") else character for character in text)
    return " ".join("".join(visible).split())


def _file_name_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # joiners and marks of direction carry no name
        return ""
    return character if category[0] in _KEPT or character == "_" else " "


def _cut(text: str, max_bytes: int) -> str:
    return text.encode("utf-8", errors="ignore")[:max_bytes].decode("utf-8", errors="ignore")
