"""Text from outside, made fit for file names and terminals."""

import unicodedata

MAX_NAME_BYTES = 80
"""Of UTF-8: file systems allow 255 a name, and a number and an extension come with it."""

_KEPT = {"L", "M", "N"}


def file_name(text: str) -> str:
    """Return a name for a file: letters and digits of any script stay, everything else is a hyphen at most.

    The result is never empty, never starts with a dot and holds no separator, so it can't leave its folder.
    """
    normal = unicodedata.normalize("NFC", text)
    spaced = "".join(_file_name_character(character) for character in normal)
    name = "-".join(spaced.split())
    return _cut(name, MAX_NAME_BYTES).rstrip("-") or "unnamed"


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
