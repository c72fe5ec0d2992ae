"""Reads the word tables beside this file."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter

FOLDER = Path(__file__).parent


def load_table[Table](name: str, shape: TypeAdapter[Table]) -> Table:
    """Return the table of that name, checked against its shape."""
    return shape.validate_python(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def load_words(name: str) -> dict[str, str]:
    """Return a table of words parted by spaces."""
    return load_table(name, TypeAdapter(dict[str, str]))
