"""The models there are: every id of the shape `gemini-*`, or only those that are listed."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from gemini_emulator.wire.errors import unknown_model

SHOWN = (
    "gemini-2.5-flash",
    "gemini-2.5-flash-image",
    "gemini-2.5-flash-lite",
    "gemini-2.5-pro",
)
MODEL_ID = re.compile(r"gemini-[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True)
class ModelCatalogue:
    """Which models exist. `only` None: all of the right shape, but for those `missing`."""

    only: frozenset[str] | None = None
    missing: frozenset[str] = frozenset()

    def check(self, model: str) -> None:
        """Raise GoogleError (404) unless there is such a model."""
        known = MODEL_ID.fullmatch(model) if self.only is None else model in self.only
        if not known or model in self.missing:
            raise unknown_model(model)

    def describe(self, model: str) -> dict[str, JsonValue]:
        """Return a model as `GET /v1beta/models/{model}` does."""
        self.check(model)
        return {
            "name": f"models/{model}",
            "version": "001",
            "displayName": model.replace("-", " ").title(),
            "description": "A local stand-in that reads stories and draws storyboard panels.",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }

    def describe_all(self) -> list[dict[str, JsonValue]]:
        """Return the models as `GET /v1beta/models` lists them."""
        names = SHOWN if self.only is None else sorted(self.only)
        return [self.describe(name) for name in names if name not in self.missing]
