"""Matches names: the same text, or the same up to harmless differences in spelling. Never a part of a name."""

import unicodedata
from collections.abc import Iterable


def normalise_name(name: str) -> str:
    """Return the name, normalised for case, width, the encoding of accents, and spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_name(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that equals the name, exactly or else normalised; None if there is none."""
    names = list(candidates)
    if name in names:
        return name
    wanted = normalise_name(name)
    return next((candidate for candidate in names if normalise_name(candidate) == wanted), None)
