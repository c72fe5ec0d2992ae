"""How much a model thinks, and which levels it accepts: https://ai.google.dev/gemini-api/docs/thinking#thinking-levels."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.gemini_emulator.wire.errors import GoogleError, invalid_argument
from tools.gemini_emulator.wire.request import ThinkingConfig

# Estimates from user reports: Google does not publish how many tokens a level takes.
TOKENS: Mapping[str, int] = {"MINIMAL": 90, "LOW": 300, "MEDIUM": 700, "HIGH": 1600}
# The levels that produce visible thoughts.
SHOWN = frozenset({"MEDIUM", "HIGH"})


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels that a model accepts, and its default (None: it does not think)."""

    accepted: frozenset[str]
    default: str | None


@dataclass(frozen=True, slots=True)
class Thinking:
    """The thinking for one answer, and whether the answer shows it."""

    tokens: int = 0
    is_shown: bool = False


# By the beginning of a model's id; the first that fits counts.
_LEVELS: tuple[tuple[str, Levels], ...] = (
    ("gemini-nano-banana-2.1", Levels(frozenset({"MINIMAL", "MEDIUM", "HIGH"}), "MEDIUM")),
    ("gemini-3.1-flash-image", Levels(frozenset({"MINIMAL", "HIGH"}), "MINIMAL")),
    ("gemini-3.1-flash-lite-image", Levels(frozenset({"MINIMAL", "HIGH"}), "MINIMAL")),
    ("gemini-3-pro-image", Levels(frozenset(), "MEDIUM")),
    ("gemini-3.8-flash", Levels(frozenset({"LOW", "MEDIUM", "HIGH"}), "MEDIUM")),
    ("gemini-2", Levels(frozenset(), None)),
)
_ANY_LEVEL = Levels(frozenset(TOKENS), None)


def thinking_of(model: str, config: ThinkingConfig | None) -> Thinking:
    """Return how much the model thinks.

    Raises:
        GoogleError: there is no such level, or the model does not have it.
    """
    levels = next((levels for start, levels in _LEVELS if model.startswith(start)), _ANY_LEVEL)
    asked = config.thinking_level if config is not None else None
    level = levels.default if asked is None else asked.upper()
    if asked is not None and level not in levels.accepted:
        raise _refused(asked, levels)
    return Thinking(
        tokens=0 if level is None else TOKENS[level],
        is_shown=config is not None and config.include_thoughts and level in SHOWN,
    )


def _refused(asked: str, levels: Levels) -> GoogleError:
    if asked.upper() not in TOKENS:
        return invalid_argument(
            "Invalid value at 'generation_config.thinking_config.thinking_level' "
            f'(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig.ThinkingLevel), "{asked}"'
        )
    if not levels.accepted:
        return invalid_argument("Thinking level is not supported for this model.")
    return invalid_argument(
        f"Thinking level {asked.upper()} is not supported for this model. Please retry with other thinking level."
    )
