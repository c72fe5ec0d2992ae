"""What the model makes of a story: who is in it, where it plays, and how it is cut into panels."""

from typing import Annotated, Literal

from pydantic import Field

from shared.models.base import WireModel

MAX_CHARACTERS = 4
MIN_PANELS = 2
MAX_PANELS = 15

type Style = Literal["manga", "comic"]
type ImageMode = Literal["inline", "url"]

Text = Annotated[str, Field(min_length=1)]


class Character(WireModel):
    """One of the story's main characters."""

    name: Text
    physical_description: str
    personality: str
    role: str


class Setting(WireModel):
    """Where and when the story plays, and how it feels."""

    time_period: str
    location: str
    mood: str


class StoryAnalysis(WireModel):
    """A story's title, its 1 to 4 main characters with distinct names, and its setting."""

    title: Text
    characters: Annotated[tuple[Character, ...], Field(min_length=1, max_length=MAX_CHARACTERS)]
    setting: Setting


class PanelPlan(WireModel):
    """What one panel shows. `panel_number` counts from 1; `characters` are names from the analysis."""

    panel_number: int
    characters: tuple[str, ...]
    scene_description: Text
    dialogue: str | None = None
    camera_angle: str
    visual_mood: str


class StoryBreakdown(WireModel):
    """The story as 2 to 15 panels, in reading order."""

    panels: Annotated[tuple[PanelPlan, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS)]
