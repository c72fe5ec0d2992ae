"""The first step: who is in the story, and where it plays."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from activities.perform import Wanted
from shared.deps import Deps
from shared.model.prompts.analysis import analysis_prompt
from shared.models.steps import StepRequest
from shared.models.stored.chapters import StoredChapter
from shared.models.story import (
    MAX_CHARACTERS,
    MAX_NAME_LENGTH,
    Character,
    PlanModel,
    Setting,
    StoryAnalysis,
    Style,
    Summary,
    Term,
    cut_list,
)
from shared.ports import Answered, TextModel
from shared.text.clean import clean, one_line, shorten
from shared.text.language import language_tag
from shared.text.matching import find_name
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
    summary: Summary = ""


async def analyze_story(deps: Deps, _step: StepRequest, wanted: Wanted) -> Answered[StoryAnalysis]:
    """Analyse the story of the step's generation."""
    request = wanted.request
    return await analyse(deps.text_model, request.story, request.style, request.chapter, request.language)


async def analyse(
    model: TextModel, story: str, style: Style, chapter: StoredChapter | None = None, language: str | None = None
) -> Answered[StoryAnalysis]:
    """Ask the model who is in the story, and where it plays; a `chapter` goes on with what it has taken over.

    `language` is the wanted one of the comic's texts.

    Raises:
        ModelError: there is no analysis.
    """
    return (await model.answer(analysis_prompt(story, style, chapter, language), AnalysisAnswer)).map(
        lambda answer: to_analysis(answer, story, chapter, language)
    )


def to_analysis(
    answer: AnalysisAnswer, story: str, chapter: StoredChapter | None = None, language: str | None = None
) -> StoryAnalysis:
    """Return the analysis with a title, and with a unique name for each character. Known ones are as they were.

    The language of the analysis is the wanted one or, without one, the story's.
    """
    characters: list[Character] = []
    cast = {known.character.name: known.character for known in (chapter.cast if chapter else ())}
    for character in answer.characters:
        known = find_name(one_line(character.name), cast)
        if known is not None:
            characters += [] if cast[known] in characters else [cast[known]]
            continue
        name = _unused(one_line(character.name or character.role) or "Somebody", [known.name for known in characters])
        characters.append(character.model_copy(update={"name": name}))
    title = one_line(answer.title) or title_of(story)
    return StoryAnalysis(
        title=title,
        characters=tuple(characters),
        setting=_completed(answer.setting, chapter.setting if chapter else None),
        language=language or answer.language or None,
        summary=clean(answer.summary) or None,
    )


def _completed(setting: Setting, known: Setting | None) -> Setting:
    """Return the setting; what the answer leaves out is as in the chapter before."""
    if known is None:
        return setting
    return Setting(
        time_period=setting.time_period or known.time_period,
        location=setting.location or known.location,
        mood=setting.mood or known.mood,
    )


def _unused(name: str, taken: list[str]) -> str:
    """Return the name, numbered if it is taken: panels refer to characters by name."""
    stem = shorten(name, MAX_NAME_LENGTH - len(" (9)"))
    candidates = (stem, *(f"{stem} ({number})" for number in range(2, MAX_CHARACTERS + 1)))
    return next(candidate for candidate in candidates if candidate not in taken)
