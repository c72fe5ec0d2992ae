"""Asking for a translation: it is started once, and again after a failure."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest
from pydantic import JsonValue

from api.lettering.translate import translate
from shared.deps import Deps
from shared.errors import DailyBudgetExhausted, LetteringIsDrawn, NotConfigured, UnknownGeneration
from shared.lettering import source_of
from shared.models.http.lettering import LanguageStatus
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord, StepRequest
from shared.names import step_instance_id
from shared.settings import load_settings
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Deleting
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.lettering.comics import ANALYSIS, PLAN, planned_ledger, store_comic, store_translation

STEP = StepRef(generation_id=GENERATION, kind="lettering", language="ja", source=source_of(PLAN))
RUN = step_instance_id(STEP)
OWN = LanguageStatus(language="en", status="done")


@pytest.fixture
async def comic(deps: Deps, engine: FakeEngine) -> Deps:
    await store_comic(deps)
    engine.show(GENERATION, planned_ledger(), "completed")
    return replace(deps, settings=load_settings({"GEMINI_API_KEY": "k", "AzureWebJobsStorage": "s"}))


def end_run(engine: FakeEngine) -> None:
    engine.runs_by_id[RUN] = replace(engine.runs_by_id[RUN], state="completed")


def started_with(engine: FakeEngine) -> StepRequest:
    return StepRequest.model_validate(engine.started[-1][2])


async def test_step_is_started_under_the_name_of_its_language_and_texts(comic: Deps, engine: FakeEngine) -> None:
    languages = await translate(comic, engine, GENERATION, "ja")

    assert languages == (OWN, LanguageStatus(language="ja", status="running"))
    assert [(orchestrator, run) for orchestrator, run, _ in engine.started] == [("step", RUN)]
    assert started_with(engine) == StepRequest(**dict(STEP))
    given = cast("dict[str, JsonValue]", engine.started[0][2])
    assert (given["language"], given["source"]) == ("ja", STEP.source)


async def test_repeated_request_starts_nothing_more(comic: Deps, engine: FakeEngine) -> None:
    await translate(comic, engine, GENERATION, "ja")

    assert await translate(comic, engine, GENERATION, "ja") == (OWN, LanguageStatus(language="ja", status="running"))
    assert len(engine.started) == 1


async def test_requests_that_come_at_once_start_one(comic: Deps, engine: FakeEngine) -> None:
    await asyncio.gather(*(translate(comic, engine, GENERATION, "ja") for _ in range(5)))

    assert len(engine.started) == 1


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_language_that_is_there_starts_nothing(comic: Deps, engine: FakeEngine, language: str) -> None:
    await store_translation(comic, source_of(PLAN), "ja", "港", ("雨。", "消えた!"), ("どこへ?", "ガシャン"))

    languages = await translate(comic, engine, GENERATION, language)

    assert languages == (OWN, LanguageStatus(language="ja", status="done"))
    assert engine.started == []


async def test_failed_translation_starts_again_in_another_round(comic: Deps, engine: FakeEngine) -> None:
    await translate(comic, engine, GENERATION, "ja")
    await comic.generations.save_failure(STEP, FailureRecord(code="model-busy", attempts=2))
    end_run(engine)

    languages = await translate(comic, engine, GENERATION, "ja")

    assert languages == (OWN, LanguageStatus(language="ja", status="running"))
    assert started_with(engine).round == 1


async def test_broken_run_without_a_record_starts_again(comic: Deps, engine: FakeEngine) -> None:
    await translate(comic, engine, GENERATION, "ja")
    end_run(engine)

    await translate(comic, engine, GENERATION, "ja")

    assert [StepRequest.model_validate(given).round for _, _, given in engine.started] == [0, 0]


async def test_removal_that_came_first_ends_the_run(comic: Deps, engine: FakeEngine) -> None:
    class RemovedMeanwhile(FakeEngine):
        async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
            await set_record(comic, Deleting(reason="deleted", at=NOW))
            return await super().start(orchestrator, instance_id, start_input)

    racing = RemovedMeanwhile(engine.runs_by_id)
    with pytest.raises(UnknownGeneration):
        await translate(comic, racing, GENERATION, "ja")

    assert racing.events == [(RUN, "terminated: deleted")]


async def test_comic_with_drawn_lettering_is_refused(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.save_inputs(GENERATION, Inputs(story="Mira.", style="manga", no_dialogue=False))
    await deps.generations.keep_text(GENERATION, ANALYSIS)
    engine.show(GENERATION, planned_ledger(), "completed")

    with pytest.raises(LetteringIsDrawn):
        await translate(deps, engine, GENERATION, "ja")


async def test_budget_of_the_day_is_checked(comic: Deps, engine: FakeEngine) -> None:
    settings = load_settings({"GEMINI_API_KEY": "k", "AzureWebJobsStorage": "s", "MAX_PRICE_PER_DAY": "0.000001"})

    with pytest.raises(DailyBudgetExhausted):
        await translate(replace(comic, settings=settings), engine, GENERATION, "ja")

    assert engine.started == []


async def test_app_without_a_model_refuses_only_what_needs_one(comic: Deps, engine: FakeEngine) -> None:
    without = replace(comic, settings=load_settings({"AzureWebJobsStorage": "s"}))

    assert await translate(without, engine, GENERATION, "en") == (OWN,)
    with pytest.raises(NotConfigured):
        await translate(without, engine, GENERATION, "ja")
