"""Bodies and answers of the endpoints that make one step at a time: the original system's, unchanged for its clients.

A client sends parts of earlier answers, so the shapes are the same; every text has a limit, since clients can't be
trusted.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from shared.models.base import WireModel
from shared.models.http.requests import GivenImage, GivenName, Story, UploadedReferences, not_blank
from shared.models.messages import CharacterReference, GeneratedPanel
from shared.models.story import (
    MAX_CHARACTERS,
    MAX_PANELS,
    MAX_TERM_LENGTH,
    MAX_TEXT_LENGTH,
    StoryAnalysis,
    StoryBreakdown,
    Style,
)
from shared.text.clean import clean, one_line

type GivenText = Annotated[StrictStr, Field(max_length=MAX_TEXT_LENGTH), AfterValidator(clean)]
type GivenTerm = Annotated[StrictStr, Field(max_length=MAX_TERM_LENGTH), AfterValidator(one_line)]


class GivenCharacter(WireModel):
    """A character of an analysis."""

    name: GivenName
    physical_description: GivenText
    personality: GivenText = ""
    role: GivenText = ""


class GivenSetting(WireModel):
    """The setting of an analysis."""

    time_period: GivenTerm
    location: GivenTerm
    mood: GivenTerm


class GivenPanel(WireModel):
    """A panel of a breakdown. `panel_number` counts from 1."""

    panel_number: Annotated[StrictInt, Field(ge=1, le=MAX_PANELS)]
    characters: Annotated[tuple[GivenName, ...], Field(max_length=MAX_CHARACTERS)]
    scene_description: Annotated[
        StrictStr,
        Field(min_length=1, max_length=MAX_TEXT_LENGTH),
        not_blank("It is blank: say what is seen in the panel."),
    ]
    dialogue: GivenText | None = None
    camera_angle: GivenTerm
    visual_mood: GivenTerm


class GivenCharacterReference(WireModel):
    """A character's sheet, as `generate-character-refs` answers it."""

    name: GivenName
    image: GivenImage
    description: GivenText = ""


type GivenCharacters = Annotated[tuple[GivenCharacter, ...], Field(min_length=1, max_length=MAX_CHARACTERS)]


class AnalyzeStoryRequest(WireModel):
    """Body of `POST /api/analyze-story`."""

    story: Story
    style: Style


class ChunkStoryRequest(WireModel):
    """Body of `POST /api/chunk-story`."""

    story: Story
    characters: GivenCharacters
    setting: GivenSetting
    style: Style
    no_dialogue: StrictBool = False


class CharacterRefsRequest(WireModel):
    """Body of `POST /api/generate-character-refs`."""

    characters: GivenCharacters
    setting: GivenSetting
    style: Style
    uploaded_character_references: UploadedReferences = ()


class PanelRequest(WireModel):
    """Body of `POST /api/generate-panel`."""

    panel: GivenPanel
    character_references: Annotated[tuple[GivenCharacterReference, ...], Field(max_length=MAX_CHARACTERS)]
    setting: GivenSetting
    style: Style
    no_dialogue: StrictBool = False
    uploaded_setting_references: UploadedReferences = ()


class AnalyzeStoryAnswer(WireModel):
    """Who is in the story and where it plays; `word_count` is counted by `shared.text.words`."""

    success: Literal[True] = True
    analysis: StoryAnalysis
    word_count: int


class ChunkStoryAnswer(WireModel):
    """The story as panels."""

    success: Literal[True] = True
    story_breakdown: StoryBreakdown


class CharacterRefsAnswer(WireModel):
    """A sheet for each character, in their order; `image` is a data URL."""

    success: Literal[True] = True
    character_references: tuple[CharacterReference, ...]


class PanelAnswer(WireModel):
    """The drawn panel; `image` is a data URL."""

    success: Literal[True] = True
    generated_panel: GeneratedPanel
