"""Edits of a plan that meet other changes of the generation."""

import asyncio

import pytest

from api.plans.editing import edit_plan
from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.models.http.plan import PlanRequest
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.support.waiting import async_wait_until
from tests.unit.api.generations.changing import do_delete


async def test_edit_of_a_generation_that_is_deleted_meanwhile_finds_none(drawn: Deps, engine: FakeEngine) -> None:
    plan = (await drawn.generations.need_plan(GENERATION, None)).model_dump(by_alias=True)
    edited = PlanRequest.model_validate({**plan, "analysis": {**plan["analysis"], "title": "Other"}})

    async with asyncio.TaskGroup() as group:
        edit = group.create_task(_refused(drawn, engine, edited))
        async with asyncio.timeout(60):
            await async_wait_until(lambda: bool(engine.started))
        await do_delete(drawn, engine)

    assert edit.result() is UnknownGeneration


async def _refused(deps: Deps, engine: FakeEngine, edited: PlanRequest) -> type[BaseException]:
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - the test tells which one
        await edit_plan(deps, engine, GENERATION, edited, lambda _: True)
    return refusal.type
