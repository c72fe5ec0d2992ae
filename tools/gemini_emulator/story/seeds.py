"""Pseudo-random choices that are always the same for the same words."""

from collections.abc import Sequence
from hashlib import sha256


def number(*words: object, below: int) -> int:
    """Return a number in 0..below-1 that depends on the words alone."""
    digest = sha256("\x1f".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8]) % below


def fraction(*words: object) -> float:
    """Return a number in 0..1 that depends on the words alone."""
    return number(*words, below=1 << 32) / (1 << 32)


def choice[T](options: Sequence[T], *words: object) -> T:
    """Return one of the options, depending on the words alone."""
    return options[number(*words, below=len(options))]
