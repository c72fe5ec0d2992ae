"""The model catalogue: every id of the form `gemini-*`, or only the listed ones."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from tools.gemini_emulator.wire.errors import unknown_model

SHOWN = (
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-nano-banana-2.1",
    "gemini-3.1-flash-lite-image",
    "gemini-3-pro-image",
)
MODEL_ID = re.compile(r"gemini-[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True)
class ModelCatalogue:
    """The models that exist: `only` these, or by default all `gemini-*` ids, except the `missing` ones."""

    only: frozenset[str] | None = None
    missing: frozenset[str] = frozenset()

    def check(self, model: str, version: str) -> None:
        """Raise GoogleError (404) unless that version of the API has such a model."""
        known = MODEL_ID.fullmatch(model) if self.only is None else model in self.only
        # https://github.com/googleapis/python-genai/releases/tag/v3.0.0: aliases exist in v1beta only.
        if not known or model in self.missing or (version == "v1" and model.endswith("-latest")):
            raise unknown_model(model, version)

    def describe(self, model: str, version: str) -> dict[str, JsonValue]:
        """Return a model as `GET /v1beta/models/{model}` does."""
        self.check(model, version)
        return {
            "name": f"models/{model}",
            "version": "001",
            "displayName": model.replace("-", " ").title(),
            "description": "A local stand-in that reads stories and draws storyboard panels.",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }

    def describe_all(self, version: str) -> list[dict[str, JsonValue]]:
        """Return the models as `GET /v1beta/models` lists them."""
        names = SHOWN if self.only is None else sorted(self.only)
        return [self.describe(name, version) for name in names if name not in self.missing]
