"""Paid calls: refused if they could exceed a limit, and settled at their actual cost."""

import dataclasses
from datetime import UTC, datetime

import pytest

from activities.analysis import AnalysisAnswer
from activities.paid_model import PaidModel
from activities.panels import draw_panel
from activities.perform import perform
from shared.deps import Deps
from shared.errors import (
    Cancelled,
    DailyBudgetExhausted,
    ModelBusy,
    ModelError,
    ModelQuotaExhausted,
    ModelRateLimited,
    ModelRequestInvalid,
    ModelTimeout,
    NotConfigured,
    UnusableAnswer,
)
from shared.models.usage import Usage
from shared.names import generation_spending_blob
from shared.ports import Prompt
from shared.settings import load_settings
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, panel, payload, save_plan
from tests.unit.activities.test_text_steps import INPUTS, analysis_answer

PROMPT = Prompt(rules="Draw.", task="A panel.")
# The estimate for an image is 0.036 dollars.
ONE_IMAGE, TWO_IMAGES = "0.07", "0.10"


def limited(deps: Deps, **limits: str) -> Deps:
    """Return the dependencies with these limits."""
    return dataclasses.replace(deps, settings=load_settings(limits))


async def made(model: PaidModel, times: int) -> int:
    """Try to draw this many images; return how many were drawn."""
    for number in range(times):
        try:
            await model.draw(PROMPT, "1:1")
        except DailyBudgetExhausted:
            return number
    return times


async def test_call_over_the_limit_is_not_made(deps: Deps, model: ScriptedModel) -> None:
    model.used = Usage(calls=1, images=1, price_micros=36_000)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY=TWO_IMAGES))

    assert await made(paid, 5) == 2 == len(model.prompts)
    assert paid.used == model.used + model.used


async def test_calls_that_cost_less_than_reserved_leave_room_for_more(deps: Deps, model: ScriptedModel) -> None:
    model.used = Usage(calls=1, price_micros=10_000)

    assert await made(PaidModel(limited(deps, MAX_PRICE_PER_DAY=ONE_IMAGE)), 10) == 4


@pytest.mark.parametrize(
    ("error", "room"),
    [
        (ModelBusy(), True),
        (ModelRateLimited(20), True),
        (ModelQuotaExhausted(), True),
        (ModelRequestInvalid(), True),
        (ModelTimeout(), False),
        (UnusableAnswer(), False),
    ],
)
async def test_failed_call_frees_its_reservation_unless_it_may_have_been_paid(
    deps: Deps, model: ScriptedModel, error: ModelError, room: bool
) -> None:
    error.used = Usage(calls=1)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY=ONE_IMAGE))
    model.images.append(error)
    with pytest.raises(type(error)):
        await paid.draw(PROMPT, "1:1")

    assert (paid.used.calls, paid.used.price_micros) == (1, 0)
    assert await made(paid, 1) == room


async def test_text_call_counts_towards_the_limit(deps: Deps, model: ScriptedModel) -> None:
    model.answers.append(analysis_answer("Mira"))
    model.used = Usage(calls=1, price_micros=10_000)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY="0.04"))

    await paid.answer(PROMPT, AnalysisAnswer)
    with pytest.raises(DailyBudgetExhausted):
        await paid.draw(PROMPT, "1:1")


async def test_price_on_the_day_of_the_call_is_reserved(deps: Deps, model: ScriptedModel) -> None:
    # The estimate for a text call is 0.015 dollars, and 0.03 from 2027 on.
    model.answers.append(analysis_answer("Mira"))
    deps = limited(deps, MAX_PRICE_PER_DAY="0.02")
    new_year = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
    before, after = (PaidModel(dataclasses.replace(deps, now=lambda now=now: now)) for now in (new_year - 1, new_year))

    await before.answer(PROMPT, AnalysisAnswer)
    with pytest.raises(DailyBudgetExhausted):
        await after.answer(PROMPT, AnalysisAnswer)


async def test_model_without_a_price_is_not_called_under_a_limit(deps: Deps, model: ScriptedModel) -> None:
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY="1", GEMINI_IMAGE_MODEL="gemini-unpriced"))

    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        await paid.draw(PROMPT, "1:1")

    assert model.prompts == []


async def test_cancel_during_the_reservation_prevents_the_call(deps: Deps, model: ScriptedModel) -> None:
    async def cancelled() -> None:
        raise Cancelled

    deps = limited(deps, MAX_PRICE_PER_GENERATION=ONE_IMAGE)
    with pytest.raises(Cancelled):
        await PaidModel(deps, generation_spending_blob(GENERATION), cancelled).draw(PROMPT, "1:1")

    assert model.prompts == []
    await PaidModel(deps, generation_spending_blob(GENERATION)).draw(PROMPT, "1:1")


async def test_step_over_the_budget_fails_with_its_code(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira"), panel(1), panel(2))
    deps = limited(deps, MAX_PRICE_PER_GENERATION="0.01")

    outcome = await perform(deps, payload("panel"), draw_panel)

    assert outcome == {"outcome": "failed", "failure": "generation-budget-exhausted"}
    assert model.prompts == []


async def test_answer_without_token_counts_costs_what_was_reserved(deps: Deps, model: ScriptedModel) -> None:
    model.used = Usage(calls=1)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY=TWO_IMAGES))

    assert await made(paid, 5) == 2


async def test_reservation_of_an_image_is_that_of_its_size(deps: Deps, model: ScriptedModel) -> None:
    """The limit leaves room for one image of 4K, and for three of 1K."""
    model.used = Usage(calls=1, images=1)
    paid = PaidModel(limited(deps, MAX_PRICE_PER_DAY="0.12"))

    await paid.draw(PROMPT, "1:1", "4K")
    with pytest.raises(DailyBudgetExhausted):
        await paid.draw(PROMPT, "1:1", "1K")

    assert model.sizes == ["4K"]
