"""The plan as a client sends it back: held to the limits of the model's answers, and refused where it is over them."""

from collections.abc import Iterator, Sequence
from typing import Annotated, cast

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    ModelWrapValidatorHandler,
    StrictStr,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.models.base import WireModel
from shared.models.http.lettering import GivenFace, GivenLetteredText
from shared.models.http.requests import GivenLanguage, GivenName, at_most, not_blank
from shared.models.http.single_steps import GivenCharacters, GivenSetting, GivenTerm, GivenText
from shared.models.lettering import MAX_FACES, MAX_TEXTS_A_PANEL
from shared.models.story import (
    MAX_CHARACTERS,
    MAX_PANELS,
    MAX_SUMMARY_LENGTH,
    MAX_TERM_LENGTH,
    MAX_TEXT_LENGTH,
    MIN_PANELS,
    PanelPlan,
    Plan,
    StoryAnalysis,
    StoryBreakdown,
)
from shared.text.clean import clean, one_line
from shared.text.matching import normalise_name


class EditedAnalysis(WireModel):
    """The title, the characters with distinct names and the setting.

    The language (BCP 47) and the summary, from which the next chapter goes on, stay as they are if they are left out.
    """

    title: Annotated[
        StrictStr, Field(min_length=1, max_length=MAX_TERM_LENGTH), not_blank("It is blank: write a title.", one_line)
    ]
    characters: GivenCharacters
    setting: GivenSetting
    language: GivenLanguage | None = None
    summary: Annotated[StrictStr, Field(max_length=MAX_SUMMARY_LENGTH), AfterValidator(clean)] | None = None


class EditedPanel(WireModel):
    """A panel; `characters` are names from the analysis. Panels are numbered in the order in which they are sent.

    `texts` and `faces` are for comics whose lettering is text. What is left out of them stays as it is. `dialogue` is
    made of the texts that are spoken; one without them becomes such a text.
    """

    characters: Annotated[tuple[GivenName, ...], Field(max_length=MAX_CHARACTERS)] = ()
    scene_description: Annotated[
        StrictStr,
        Field(min_length=1, max_length=MAX_TEXT_LENGTH),
        not_blank("It is blank: say what is seen in the panel."),
    ]
    dialogue: GivenText | None = None
    camera_angle: GivenTerm = ""
    visual_mood: GivenTerm = ""
    texts: (
        Annotated[tuple[GivenLetteredText, ...], Field(max_length=MAX_TEXTS_A_PANEL), at_most(MAX_TEXTS_A_PANEL)] | None
    ) = None
    faces: Annotated[tuple[GivenFace, ...], Field(max_length=MAX_FACES), at_most(MAX_FACES)] | None = None


class EditedBreakdown(WireModel):
    """The panels in reading order."""

    panels: Annotated[tuple[EditedPanel, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS), at_most(MAX_PANELS)]


class PlanRequest(WireModel):
    """Body of `PUT /api/generations/{id}/plan`, in the shape in which `GET` answers the plan."""

    analysis: EditedAnalysis
    chunks: EditedBreakdown

    @model_validator(mode="wrap")
    @classmethod
    def _check_names(cls, value: object, handler: ModelWrapValidatorHandler["PlanRequest"]) -> "PlanRequest":
        """Check the names together with the rest, so that every broken field is named at once."""
        problems = [_problem(*problem) for problem in _wrong_names(value)]
        try:
            request = handler(value)
        except ValidationError as exc:
            others = exc.errors(include_url=False)
            problems += [
                InitErrorDetails(
                    type=error["type"], loc=error["loc"], input=cast("object", error["input"]), ctx=error.get("ctx", {})
                )
                for error in others
            ]
        else:
            if not problems:
                return request
        raise ValidationError.from_exception_data(cls.__name__, problems, hide_input=True)

    def to_plan(self, before: StoryAnalysis) -> Plan:
        """Return the plan; `before` has what the client leaves out."""
        kept = {"language": before.language, "summary": before.summary}
        analysis = self.analysis.model_dump(exclude_none=True)
        return Plan(
            analysis=StoryAnalysis.model_validate({**kept, **analysis}),
            chunks=StoryBreakdown(
                panels=tuple(
                    PanelPlan(
                        panel_number=number,
                        characters=tuple(dict.fromkeys(panel.characters)),
                        scene_description=panel.scene_description,
                        dialogue=panel.dialogue or None,
                        camera_angle=panel.camera_angle,
                        visual_mood=panel.visual_mood,
                    )
                    for number, panel in enumerate(self.chunks.panels, start=1)
                )
            ),
        )


type _Location = tuple[str | int, ...]


def _problem(location: _Location, message: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("name", "{message}", {"message": message}), loc=location, input="")


def _wrong_names(value: object) -> Iterator[tuple[_Location, str]]:
    """Yield where a name is taken already, and where a panel, its texts or its faces have one that no character has.

    Lists are read as far as they may be long: a longer one is a fault of its own.
    """
    names: list[str] = []
    characters = _items(_member(value, "analysis"), "characters")
    for index, character in enumerate(characters[:MAX_CHARACTERS]):
        name = _member(character, "name")
        if isinstance(name, str):
            if normalise_name(name) in map(normalise_name, names):
                yield (
                    ("analysis", "characters", index, "name"),
                    "Another character has this name: choose a distinct one.",
                )
            names.append(one_line(name))
    if not names or len(characters) > MAX_CHARACTERS:
        # That is the fault to name.
        return
    for number, panel in enumerate(_items(_member(value, "chunks"), "panels")[:MAX_PANELS]):
        for location, name in _names_in(panel):
            if isinstance(name, str) and one_line(name) not in names:
                yield (
                    ("chunks", "panels", number, *location),
                    "No character of the analysis has this name: use one of their names, or add the character.",
                )


def _names_in(panel: JsonValue) -> Iterator[tuple[_Location, object]]:
    """Yield the names of a panel, and where they are."""
    for index, name in enumerate(_items(panel, "characters")[:MAX_CHARACTERS]):
        yield ("characters", index), name
    for index, text in enumerate(_items(panel, "texts")[:MAX_TEXTS_A_PANEL]):
        yield ("texts", index, "speaker"), _member(text, "speaker")
    for index, face in enumerate(_items(panel, "faces")[:MAX_FACES]):
        yield ("faces", index, "name"), _member(face, "name")


def _member(value: object, name: str) -> object:
    return cast("dict[str, JsonValue]", value).get(name) if isinstance(value, dict) else None


def _items(value: object, name: str) -> Sequence[JsonValue]:
    items = _member(value, name)
    return cast("Sequence[JsonValue]", items) if isinstance(items, list | tuple) else ()
