"""Edits of a plan: the round that they begin, and other changes that they meet."""

import asyncio

import pytest

from api.plans.editing import edit_plan
from shared.deps import Deps
from shared.errors import MangaError, UnknownGeneration
from shared.models.http.plan import PlanRequest
from shared.models.steps import ReplacePlan, Work
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Ended, Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, analysis, panel, save_plan
from tests.support.waiting import async_wait_until
from tests.unit.api.drawn_story import ledger
from tests.unit.api.generations.changing import do_delete


async def with_title(deps: Deps, title: str) -> PlanRequest:
    plan = (await deps.generations.need_plan(GENERATION, None)).model_dump(by_alias=True)
    return PlanRequest.model_validate({**plan, "analysis": {**plan["analysis"], "title": title}})


async def edit_and_delete(deps: Deps, engine: FakeEngine) -> tuple[Work, type[MangaError]]:
    """Edit the title, and delete the generation meanwhile; return the work that was begun, and the refusal."""
    edited = await with_title(deps, "Other")
    async with asyncio.TaskGroup() as group:
        edit = group.create_task(_refused(deps, engine, edited))
        async with asyncio.timeout(60):
            await async_wait_until(lambda: bool(engine.started))
        record = await deps.lifecycles.read(GENERATION)
        await do_delete(deps, engine)
    assert isinstance(record, Running)
    return record.work, edit.result()


async def _refused(deps: Deps, engine: FakeEngine, edited: PlanRequest) -> type[MangaError]:
    with pytest.raises(MangaError) as refusal:
        await edit_plan(deps, engine, GENERATION, edited, lambda _: True)
    return refusal.type


async def test_edit_of_a_generation_that_is_deleted_meanwhile_finds_none(drawn: Deps, engine: FakeEngine) -> None:
    _, refusal = await edit_and_delete(drawn, engine)

    assert refusal is UnknownGeneration


async def test_white_space_that_an_edit_makes_regular_outdates_nothing(deps: Deps, engine: FakeEngine) -> None:
    plan = analysis("Mira", "Jon")
    plan = plan.model_copy(update={"setting": plan.setting.model_copy(update={"mood": "calm,  warm"})})
    inputs = Inputs("Mira met Jon.", "manga", no_dialogue=False)
    await save_plan(deps, inputs, plan, panel(1, "Mira", camera_angle="close-up\nfrom above"), panel(2, dialogue=""))
    await set_record(deps, Ended(round=0, at=NOW))
    engine.show(GENERATION, ledger(), "completed")

    work, _ = await edit_and_delete(deps, engine)

    assert isinstance(work, ReplacePlan)
    assert (work.title, work.outdated_characters, work.outdated_panels) == ("Other", (), ())
