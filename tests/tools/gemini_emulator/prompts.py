"""Prompts as the app writes them, without the app."""

import json

from google.genai import types
from pydantic import BaseModel, Field, JsonValue

CAST: list[JsonValue] = [
    {"name": "Mira", "physicalDescription": "A small girl with short black hair, a red scarf and a green coat."},
    {"name": "Tomas", "physicalDescription": "An old man with a white beard and a blue cap."},
]


class Character(BaseModel):
    name: str
    physicalDescription: str  # noqa: N815 - names on the wire
    personality: str
    role: str


class Setting(BaseModel):
    timePeriod: str  # noqa: N815 - names on the wire
    location: str
    mood: str


class Analysis(BaseModel):
    title: str
    characters: list[Character] = Field(min_length=1, max_length=4)
    setting: Setting


class SilentPanel(BaseModel):
    panelNumber: int  # noqa: N815 - names on the wire
    characters: list[str]
    sceneDescription: str  # noqa: N815 - names on the wire
    cameraAngle: str  # noqa: N815 - names on the wire
    visualMood: str  # noqa: N815 - names on the wire


class SpokenPanel(SilentPanel):
    dialogue: str | None = None


class Breakdown(BaseModel):
    panels: list[SpokenPanel] = Field(min_length=2, max_length=15)


class SilentBreakdown(BaseModel):
    panels: list[SilentPanel] = Field(min_length=2, max_length=15)


def sections(**values: JsonValue) -> str:
    """Return tagged sections, one per line; `<` inside is escaped."""
    escaped = {name: json.dumps(value, ensure_ascii=False).replace("<", "\\u003c") for name, value in values.items()}
    return "\n".join(f"<{name}>{value}</{name}>" for name, value in escaped.items())


def json_config(shape: type[BaseModel]) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(response_mime_type="application/json", response_schema=shape)


def image_config(ratio: str = "4:3") -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio=ratio)
    )


def panel_sections(
    style: str = "manga", dialogue: str | None = "Hurry up, Tomas!", *, lettering: bool = True, **changes: JsonValue
) -> dict[str, JsonValue]:
    """Return the sections of a panel's prompt."""
    panel: dict[str, JsonValue] = {
        "panelNumber": 1,
        "characters": ["Mira", "Tomas"],
        "sceneDescription": "By the sea: Mira runs. Tomas points.",
        "cameraAngle": "Medium shot",
        "visualMood": "Urgent",
        **({} if dialogue is None else {"dialogue": dialogue}),
        **changes,
    }
    return {"panel": panel, "cast": CAST, "style": style, "lettering": {"dialogue": lettering}}


def panel_prompt(dialogue: str = "Hurry up!", number: int = 1) -> str:
    return sections(**panel_sections(dialogue=dialogue, panelNumber=number))


def character_prompt() -> str:
    return sections(character=CAST[0], style="manga")
