"""The first step: who is in the story, and where it plays."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from activities.perform import Wanted
from shared.deps import Deps
from shared.model.prompts.analysis import analysis_prompt
from shared.models.steps import StepRequest
from shared.models.story import (
    MAX_CHARACTERS,
    MAX_NAME_LENGTH,
    Character,
    PlanModel,
    Setting,
    StoryAnalysis,
    Style,
    Term,
    cut_list,
)
from shared.ports import Answered, TextModel
from shared.text.clean import one_line, shorten
from shared.text.language import language_tag
from shared.text.story_title import title_of


class AnalysisAnswer(PlanModel):
    """What the model is asked for. Its schema allows four characters; further ones are dropped, not refused."""

    title: Term = ""
    characters: Annotated[
        tuple[Character, ...], Field(min_length=1, max_length=MAX_CHARACTERS), cut_list(MAX_CHARACTERS)
    ]
    setting: Setting
    # Required in the schema; a wrong answer is no reason to ask again.
    language: Annotated[str, BeforeValidator(lambda value: language_tag(value) or "")] = ""


async def analyze_story(deps: Deps, _step: StepRequest, wanted: Wanted) -> Answered[StoryAnalysis]:
    """Analyse the story of the step's generation."""
    return await analyse(deps.text_model, wanted.request.story, wanted.request.style)


async def analyse(model: TextModel, story: str, style: Style) -> Answered[StoryAnalysis]:
    """Ask the model who is in the story, and where it plays.

    Raises:
        ModelError: there is no analysis.
    """
    return (await model.answer(analysis_prompt(story, style), AnalysisAnswer)).map(
        lambda answer: to_analysis(answer, story)
    )


def to_analysis(answer: AnalysisAnswer, story: str) -> StoryAnalysis:
    """Return the analysis with a title, and with a unique name for each character."""
    characters: list[Character] = []
    for character in answer.characters:
        name = _unused(one_line(character.name or character.role) or "Somebody", [known.name for known in characters])
        characters.append(character.model_copy(update={"name": name}))
    title = one_line(answer.title) or title_of(story)
    return StoryAnalysis(
        title=title, characters=tuple(characters), setting=answer.setting, language=answer.language or None
    )


def _unused(name: str, taken: list[str]) -> str:
    """Return the name, numbered if it is taken: panels refer to characters by name."""
    stem = shorten(name, MAX_NAME_LENGTH - len(" (9)"))
    candidates = (stem, *(f"{stem} ({number})" for number in range(2, MAX_CHARACTERS + 1)))
    return next(candidate for candidate in candidates if candidate not in taken)
