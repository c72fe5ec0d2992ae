"""Calls within the limits: refused before they are made, and settled at what they cost."""

import dataclasses

import pytest

from activities.analysis import AnalysisAnswer
from activities.panels import draw_panel
from activities.perform import perform
from shared.deps import Deps
from shared.errors import Cancelled, DailyBudgetExhausted, ModelBusy, ModelError, ModelTimeout
from shared.models.usage import Usage
from shared.paid_model import PaidModel
from shared.ports import Prompt
from shared.settings import load_settings
from tests.fakes.model import ScriptedModel
from tests.fakes.stories import GENERATION, analysis, panel, save_plan, step
from tests.unit.activities.test_text_steps import INPUTS, analysis_answer

PROMPT = Prompt(rules="Draw.", task="A panel.")
# An image that is drawn costs 67 thousandths of a dollar and a little more.
ONE_IMAGE, TWO_IMAGES = "0.10", "0.15"


def limited(deps: Deps, **limits: str) -> Deps:
    """Return the dependencies with limits, and with no more than one call of room where that is the limit."""
    return dataclasses.replace(deps, settings=load_settings(limits))


async def made(model: PaidModel, times: int) -> int:
    """Return how many of so many images were drawn."""
    for number in range(times):
        try:
            await model.draw(PROMPT, "1:1")
        except DailyBudgetExhausted:
            return number
    return times


async def test_no_call_is_made_that_would_go_over_the_limit(deps: Deps, model: ScriptedModel) -> None:
    model.used = Usage(calls=1, images=1, price_micros=68_000)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY=TWO_IMAGES))

    assert await made(paid, 5) == 2 == len(model.prompts)
    assert paid.used == model.used + model.used


async def test_calls_that_cost_less_than_expected_leave_room_for_more(deps: Deps, model: ScriptedModel) -> None:
    model.used = Usage(calls=1, price_micros=10_000)

    assert await made(PaidModel(limited(deps, MAX_PRICE_PER_DAY=ONE_IMAGE)), 10) == 4


@pytest.mark.parametrize(("error", "room"), [(ModelBusy(), True), (ModelTimeout(), False)])
async def test_a_call_that_failed_frees_its_price_unless_it_may_have_been_paid(
    deps: Deps, model: ScriptedModel, error: ModelError, room: bool
) -> None:
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY=ONE_IMAGE))
    model.images.append(error)
    with pytest.raises(type(error)):
        await paid.draw(PROMPT, "1:1")

    assert await made(paid, 1) == room


async def test_a_text_call_is_paid_for_like_any_other(deps: Deps, model: ScriptedModel) -> None:
    model.answers.append(analysis_answer("Mira"))
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY="0.04"))

    await paid.answer(PROMPT, AnalysisAnswer)
    with pytest.raises(DailyBudgetExhausted):
        await paid.draw(PROMPT, "1:1")


async def test_a_cancel_that_comes_while_the_price_is_reserved_is_heeded(deps: Deps, model: ScriptedModel) -> None:
    async def cancelled() -> None:
        raise Cancelled

    deps = limited(deps, MAX_PRICE_PER_GENERATION=ONE_IMAGE)
    with pytest.raises(Cancelled):
        await PaidModel(deps, GENERATION, cancelled).draw(PROMPT, "1:1")

    assert model.prompts == []
    await PaidModel(deps, GENERATION).draw(PROMPT, "1:1")


async def test_a_step_whose_call_is_refused_has_failed_for_good_and_says_why(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira"), panel(1), panel(2))
    deps = limited(deps, MAX_PRICE_PER_GENERATION="0.01")

    outcome = await perform(deps, step("panel").model_dump(mode="json"), draw_panel)

    assert outcome == {"outcome": "failed", "failure": "generation-budget-exhausted"}
    assert model.prompts == []
