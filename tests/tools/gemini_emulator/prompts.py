"""Prompts as the app writes them, without the app."""

import json

from google.genai import types
from pydantic import BaseModel, Field, JsonValue

CAST: list[JsonValue] = [
    {"name": "Mira", "physicalDescription": "A small girl with short black hair, a red scarf and a green coat."},
    {"name": "Tomas", "physicalDescription": "An old man with a white beard and a blue cap."},
]


class Character(BaseModel):
    """A character, as the app asks for it."""

    name: str
    physicalDescription: str  # noqa: N815 - names on the wire
    personality: str
    role: str


class Setting(BaseModel):
    """A setting, as the app asks for it."""

    timePeriod: str  # noqa: N815 - names on the wire
    location: str
    mood: str


class Analysis(BaseModel):
    """An analysis, as the app asks for it."""

    title: str
    characters: list[Character] = Field(min_length=1, max_length=4)
    setting: Setting


class SilentPanel(BaseModel):
    """A panel without speech."""

    panelNumber: int  # noqa: N815 - names on the wire
    characters: list[str]
    sceneDescription: str  # noqa: N815 - names on the wire
    cameraAngle: str  # noqa: N815 - names on the wire
    visualMood: str  # noqa: N815 - names on the wire


class SpokenPanel(SilentPanel):
    """A panel in which somebody may speak."""

    dialogue: str | None = None


class Breakdown(BaseModel):
    """Panels, as the app asks for them."""

    panels: list[SpokenPanel] = Field(min_length=2, max_length=15)


class SilentBreakdown(BaseModel):
    """Panels without speech."""

    panels: list[SilentPanel] = Field(min_length=2, max_length=15)


def section(name: str, value: JsonValue) -> str:
    """Return a tagged section; `<` inside is written as an escape."""
    return f"<{name}>{json.dumps(value, ensure_ascii=False).replace('<', '\\u003c')}</{name}>"


def sections(**values: JsonValue) -> str:
    """Return tagged sections, one a line."""
    return "\n".join(section(name, value) for name, value in values.items())


def json_config(shape: type[BaseModel]) -> types.GenerateContentConfig:
    """Return the configuration for a JSON answer of a shape."""
    return types.GenerateContentConfig(response_mime_type="application/json", response_schema=shape)


def image_config(ratio: str = "4:3") -> types.GenerateContentConfig:
    """Return the configuration for an image."""
    return types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio=ratio)
    )


def panel_prompt(
    *,
    dialogue: str | None = "Hurry up!",
    style: str = "manga",
    lettering: bool = True,
    number: int = 1,
    **changes: JsonValue,
) -> str:
    """Return a panel's prompt."""
    panel: dict[str, JsonValue] = {
        "panelNumber": number,
        "characters": ["Mira", "Tomas"],
        "sceneDescription": "By the sea at night: Mira runs along the beach. Tomas points at the boat.",
        "cameraAngle": "Medium two-shot",
        "visualMood": "Urgent",
        **changes,
    }
    if dialogue is not None:
        panel["dialogue"] = dialogue
    return sections(panel=panel, cast=CAST, style=style, lettering={"dialogue": lettering, "language": "English"})


def character_prompt(member: int = 0, style: str = "manga") -> str:
    """Return a character sheet's prompt."""
    return sections(character=CAST[member], style=style)
