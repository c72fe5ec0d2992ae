"""What the model makes of a story: who is in it, where it plays, and how it is cut into panels.

The answer was paid for, so texts and lists over their limits are shortened, not refused, and optional texts may be
missing. The schema for the model still requires everything.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from shared.models.base import WireModel
from shared.models.lettering import PlannedFace, PlannedText
from shared.text.clean import shorten
from shared.text.language import language_tag

MAX_CHARACTERS = 4
MIN_PANELS = 2
MAX_PANELS = 15
MAX_NAME_LENGTH = 120
# For a few words, such as a title, a place or a camera angle, and for whole sentences.
MAX_TERM_LENGTH = 400
MAX_TEXT_LENGTH = 4000
MAX_SUMMARY_LENGTH = 800

type Style = Literal["manga", "comic"]
# How a comic is read: from right to left as a manga, or from left to right.
type Direction = Literal["rtl", "ltr"]
DIRECTIONS: dict[Style, Direction] = {"manga": "rtl", "comic": "ltr"}
# The shape of panels; `auto` follows the camera angle of each.
type Aspect = Literal["auto", "square", "portrait", "landscape", "tall"]
type ImageMode = Literal["inline", "url"]
# After what a generation stops although nothing has failed.
type StopAfter = Literal["plan"]


def _cut(max_characters: int) -> BeforeValidator:
    return BeforeValidator(lambda text: shorten(text, max_characters) if isinstance(text, str) else text)


def cut_list(max_items: int) -> BeforeValidator:
    """Return a validator that keeps only the first items of a list."""

    def cut(items: object) -> object:
        return cast("Sequence[object]", items)[:max_items] if isinstance(items, list | tuple) else items

    return BeforeValidator(cut)


_NONE_IS_EMPTY = BeforeValidator(lambda text: "" if text is None else text)

Name = Annotated[str, _cut(MAX_NAME_LENGTH), _NONE_IS_EMPTY]
Term = Annotated[str, _cut(MAX_TERM_LENGTH), _NONE_IS_EMPTY]
Text = Annotated[str, _cut(MAX_TEXT_LENGTH), _NONE_IS_EMPTY]
NeededText = Annotated[str, Field(min_length=1), _cut(MAX_TEXT_LENGTH)]
Summary = Annotated[str, _cut(MAX_SUMMARY_LENGTH), _NONE_IS_EMPTY]
Dialogue = Annotated[str | None, _cut(MAX_TEXT_LENGTH)]
# What names no language counts as missing.
Language = Annotated[str | None, BeforeValidator(language_tag)]


def _ask_for_everything(schema: JsonDict) -> None:
    """Make every property required whose default is a value; one that may be null stays optional."""
    properties = cast("dict[str, JsonDict]", schema["properties"])
    for described in properties.values():
        if described.get("default") is not None:
            del described["default"]
    schema["required"] = [name for name, described in properties.items() if "default" not in described]


class PlanModel(WireModel):
    """A part of a plan. Texts that may be missing are still required in its JSON schema."""

    model_config = ConfigDict(json_schema_extra=_ask_for_everything)


class Character(PlanModel):
    """One of the story's main characters."""

    name: Name = ""
    physical_description: Text = ""
    personality: Text = ""
    role: Text = ""


class Setting(PlanModel):
    """Where and when the story plays, and how it feels."""

    time_period: Term = ""
    location: Term = ""
    mood: Term = ""


class StoryAnalysis(PlanModel):
    """A story's title, its 1 to 4 main characters with distinct names, its setting, and its language (BCP 47).

    `language` is None if the model named none, and for stories from before it was asked. So is `summary`: what has
    happened when the story ends, for the chapter after it.
    """

    title: Annotated[Term, Field(min_length=1)]
    characters: Annotated[tuple[Character, ...], Field(min_length=1, max_length=MAX_CHARACTERS)]
    setting: Setting
    language: Language = None
    summary: Annotated[str | None, _cut(MAX_SUMMARY_LENGTH)] = None


class PanelPlan(PlanModel):
    """What one panel shows. `panel_number` counts from 1; `characters` are names from the analysis.

    `texts` and `faces` are there in comics whose lettering is text: what is set over the picture, and where it may not
    be. `dialogue` has the spoken ones of these texts.
    """

    panel_number: int
    characters: tuple[Name, ...]
    scene_description: NeededText
    dialogue: Dialogue = None
    camera_angle: Term = ""
    visual_mood: Term = ""
    texts: tuple[PlannedText, ...] | None = None
    faces: tuple[PlannedFace, ...] | None = None


class StoryBreakdown(PlanModel):
    """The story as 2 to 15 panels, in reading order."""

    panels: Annotated[tuple[PanelPlan, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS)]


class Plan(WireModel):
    """All texts of a comic: what the analysis and the breakdown made, or what a client made of them."""

    analysis: StoryAnalysis
    chunks: StoryBreakdown
