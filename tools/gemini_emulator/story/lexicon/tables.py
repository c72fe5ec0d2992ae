"""Reads the word tables beside this file, and finds their words in a text."""

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

FOLDER = Path(__file__).parent


def load_table[Table](name: str, shape: TypeAdapter[Table]) -> Table:
    """Return the table of that name, checked against its shape."""
    return shape.validate_python(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def load_words(name: str) -> dict[str, str]:
    return load_table(name, TypeAdapter(dict[str, str]))


@cache
def words_pattern(words: str, endings: str = "") -> re.Pattern[str]:
    """Return a pattern that finds any of the words, which are separated by spaces.

    In a word, `-` is a space or a hyphen, and `*` any ending. Words in scripts without spaces are found anywhere;
    the others only whole, with one of the `endings` if there are any.
    """
    spaced = [re.escape(word) for word in words.split() if word[0] <= "\u3000"]
    whole = "|".join(spaced).replace(r"\-", "[ -]").replace(r"\*", r"\w*")
    anywhere = [word for word in words.split() if word[0] > "\u3000"]
    return re.compile("|".join([rf"(?<!\w)(?:{whole or '(?!)'}){endings}(?!\w)", *anywhere]), re.IGNORECASE)
