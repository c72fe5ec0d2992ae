"""The real adapter of the model, made by tests with settings of their own."""

from collections.abc import Callable
from typing import Protocol

from shared.model.gemini import GeminiModel


class Connect(Protocol):
    """Makes a model that uses the emulator unless the settings say otherwise."""

    def __call__(self, now: Callable[[], float] = ..., **settings: str) -> GeminiModel:
        """Return a model with these settings and this clock; it is closed when the test is over."""
        ...
