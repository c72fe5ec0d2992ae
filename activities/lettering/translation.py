"""The translation of a comic's texts, by one call. It runs beside the rounds, and draws nothing again."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from pydantic import BeforeValidator, Field

from activities.lettering.planned_texts import as_objects, lettered_words, no_text, spoken_words
from activities.perform import Wanted
from shared.deps import Deps
from shared.errors import UnusableAnswer
from shared.model.prompts.translation import translation_prompt
from shared.models.lettering import MAX_TEXTS_A_PANEL, PlannedText
from shared.models.steps import StepRequest
from shared.models.stored.lettering import TranslatedSet
from shared.models.story import MAX_PANELS, MAX_TERM_LENGTH, Plan, PlanModel, Term, Text, cut_list
from shared.ports import Answered
from shared.text.clean import one_line, shorten

_MAX_TEXTS = MAX_PANELS * MAX_TEXTS_A_PANEL


class TranslatedText(PlanModel):
    """The translation of the text with this number; 0: the answer does not say of which."""

    number: Annotated[int, BeforeValidator(lambda number: number if isinstance(number, int) else 0)] = 0
    text: Annotated[Text, BeforeValidator(no_text)] = ""


class TranslationAnswer(PlanModel):
    """What the model is asked for."""

    title: Annotated[Term, BeforeValidator(no_text)] = ""
    texts: Annotated[
        tuple[TranslatedText, ...], Field(max_length=_MAX_TEXTS), cut_list(_MAX_TEXTS), BeforeValidator(as_objects)
    ] = ()


async def translate_texts(deps: Deps, step: StepRequest, _wanted: Wanted) -> Answered[TranslatedSet]:
    """Translate the texts of the step's plan into its language."""
    plan = await deps.generations.need_plan(step.generation_id, step.plan)
    language = step.language or ""
    answer = await deps.text_model.answer(translation_prompt(plan, language), TranslationAnswer)
    return answer.map(lambda translation: to_translation(translation, plan, language))


def to_translation(answer: TranslationAnswer, plan: Plan, language: str) -> TranslatedSet:
    """Return the translated set: a text for each of the plan. One that the answer leaves out stays as it is.

    Raises:
        UnusableAnswer: the answer translates none.
    """
    names = [character.name for character in plan.analysis.characters]
    planned = [text for panel in plan.chunks.panels for text in panel.texts or ()]
    found = [_cleaned(words, text, names) for words, text in zip(_in_order(answer, len(planned)), planned, strict=True)]
    title = shorten(one_line(answer.title), MAX_TERM_LENGTH)
    if not any(found) and (planned or not title):
        raise UnusableAnswer("The answer has none of the texts that were to be translated.")
    texts = iter([words or text.text for words, text in zip(found, planned, strict=True)])
    return TranslatedSet(
        language=language,
        title=title or plan.analysis.title,
        panels=tuple(tuple(islice(texts, len(panel.texts or ()))) for panel in plan.chunks.panels),
    )


def _in_order(answer: TranslationAnswer, count: int) -> Sequence[str]:
    """Return the translation of each text, by their numbers; if the numbers are not all there, by their order."""
    by_number = {translated.number: translated.text for translated in answer.texts}
    if len(answer.texts) == count and set(by_number) != set(range(1, count + 1)):
        return [translated.text for translated in answer.texts]
    return [by_number.get(number, "") for number in range(1, count + 1)]


def _cleaned(words: str, planned: PlannedText, names: Sequence[str]) -> str:
    return lettered_words((spoken_words(words, names) or "") if planned.kind == "dialogue" else words)
