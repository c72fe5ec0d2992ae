"""Reads the recordings of the real host."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

type Json = dict[str, Any]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Episode:
    """The trigger's input to Python, and the SDK's answer."""

    given: Json
    answered: Json

    @property
    def history(self) -> list[Json]:
        """The events, oldest first, those of this episode included."""
        return self.given["history"]


def episodes(name: str) -> list[Episode]:
    """Return the episodes of a recorded orchestration, such as `probe-timers`."""
    recorded = json.loads((_FOLDER / f"episodes-{name}.json").read_text())
    return [Episode(episode["given"], episode["answered"]) for episode in recorded]


def shape_of(value: object) -> object:
    """Return a JSON value with the names of types in place of its leaves."""
    if isinstance(value, dict):
        members = cast("Json", value)
        return {key: shape_of(members[key]) for key in sorted(members)}
    if isinstance(value, list):
        return [shape_of(item) for item in cast("list[object]", value)]
    return None if value is None else type(value).__name__
