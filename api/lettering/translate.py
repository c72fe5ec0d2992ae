"""Translating the texts of a comic into another language.

The translation is a step beside the rounds. Its orchestration is named after the language and the texts, so requests
that come at once, or again, start one. It calls the model once, and stores its result once.
"""

from api.generations.languages import read_languages
from api.lettering.source import Lettered, find_lettered
from shared.costs.call_size import characters_of, text_call
from shared.deps import Deps
from shared.model.prompts.translation import translation_prompt
from shared.models.http.lettering import LanguageStatus
from shared.models.step_ref import StepRef
from shared.models.steps import StepRequest
from shared.names import STEP_ORCHESTRATOR, step_instance_id
from shared.ports import Engine
from shared.storage.lifecycle import is_gone, refuse_gone


async def translate(deps: Deps, engine: Engine, generation_id: str, language: str) -> tuple[LanguageStatus, ...]:
    """Have the comic's texts translated, and return its languages.

    Nothing is started if they are there in that language or under way. A translation that has failed starts again.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        LetteringIsDrawn: its texts are drawn into the pictures.
        NotFound: its texts are not written yet.
        NotConfigured: no model can be called.
        DailyBudgetExhausted: the budget of the day is used up.
    """
    comic = await find_lettered(deps, engine, generation_id)
    languages = await read_languages(deps, engine, generation_id, comic.plan)
    if any(each.language == language and each.status != "failed" for each in languages):
        return languages
    deps.settings.require_model()
    await _check_budget(deps, comic, language)
    await _start(deps, engine, comic, language)
    return await read_languages(deps, engine, generation_id, comic.plan)


async def _check_budget(deps: Deps, comic: Lettered, language: str) -> None:
    call = text_call(characters_of(translation_prompt(comic.plan, language)))
    await deps.spending.check_day(call.priced(deps.price_of(deps.settings.text_model)))


async def _start(deps: Deps, engine: Engine, comic: Lettered, language: str) -> None:
    """Start the translation, unless it is running."""
    step = StepRef(generation_id=comic.generation_id, kind="lettering", language=language, source=comic.source)
    # The records of a failed start count for it only.
    failure = await deps.generations.failure(step)
    request = StepRequest(
        **dict(step),
        plan=comic.ledger.plan,
        trace_parent=deps.telemetry.trace_parent,
        round=0 if failure is None else failure.round + 1,
    )
    start_input = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    await engine.start(STEP_ORCHESTRATOR, step_instance_id(step), start_input)
    # A delete that came before the engine knew the run had no effect on it.
    record = await deps.lifecycles.read(comic.generation_id)
    if is_gone(record):
        await engine.terminate(step_instance_id(step), "deleted")
    refuse_gone(record)
