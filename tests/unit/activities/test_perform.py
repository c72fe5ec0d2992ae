"""How an activity finds or makes its result, and how it classifies failures."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

import pytest
from pydantic import JsonValue

from activities.panels import draw_panel
from activities.perform import AttemptFailed, Make, Wanted, perform
from shared.deps import Deps
from shared.errors import (
    Cancelled,
    ContentBlocked,
    MangaError,
    ModelAccessDenied,
    ModelBusy,
    ModelError,
    ModelRateLimited,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotConfigured,
    UnknownModel,
    UnusableAnswer,
)
from shared.images.image import Image
from shared.model.retry_wait import retry_wait_s
from shared.models.prices import ImageSize
from shared.models.steps import FailureRecord, MakeAgain, StepRequest
from shared.names import instructions_blob, lease_blob
from shared.ports import (
    Answered,
    AspectRatio,
    Blob,
    BlobStore,
    Prompt,
)
from shared.storage.generations import Inputs
from shared.storage.leases import Lease
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import USED, ScriptedModel
from tests.support.fakes.stories import GENERATION, image, payload, ref, step

PAYLOAD = payload("panel", 3)
INPUTS = Inputs(story="A cat.", style="manga", no_dialogue=False)
LEASE = lease_blob(ref("panel", 3, 1))

pytestmark = pytest.mark.usefixtures("stored")


@pytest.fixture
async def stored(deps: Deps) -> None:
    """Store the inputs of a generation."""
    await deps.generations.save_inputs(GENERATION, INPUTS)


def making(make: Callable[[], Awaitable[None]]) -> Make:
    """Return a function that awaits `make` and then returns an image."""

    async def make_it(_deps: Deps, _step: StepRequest, _wanted: Wanted) -> Answered[Image]:
        await make()
        return Answered(image(), USED)

    return make_it


def failing(error: Exception) -> Make:
    async def make() -> None:
        raise error

    return making(make)


async def _nothing() -> None:
    return


succeeding = making(_nothing)


RETRYABLE = [ModelTimeout(), ModelBusy(), ModelUnavailable(), UnusableAnswer("half")]
FINAL = [ModelRejected(), ModelAccessDenied(), UnknownModel(), NotConfigured("no key")]


@pytest.mark.parametrize("error", RETRYABLE)
async def test_first_retryable_failure_is_recorded_and_raised(deps: Deps, error: MangaError) -> None:
    with pytest.raises(AttemptFailed, match=error.code):
        await perform(deps, PAYLOAD, failing(error))

    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code, will_retry=True)


@pytest.mark.parametrize("error", FINAL)
async def test_final_failure_is_returned_without_a_second_call(deps: Deps, error: MangaError) -> None:
    outcome = await perform(deps, PAYLOAD, failing(error))

    assert outcome == {"outcome": "failed", "failure": error.code}
    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code)


async def test_second_failure_is_returned_with_the_code_of_the_first(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))

    outcome = await perform(deps, PAYLOAD, failing(ModelTimeout()))

    retried = {"attempts": 2, "code": "model-busy"}
    assert outcome == {"outcome": "failed", "failure": "model-timeout", "retried": retried}


async def test_success_after_a_failure_reports_the_number_of_attempts(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))

    outcome = await perform(deps, PAYLOAD, succeeding)

    used = USED.model_dump()
    assert outcome == {"outcome": "done", "used": used, "retried": {"attempts": 2, "code": "model-busy"}}
    assert await perform(deps, payload("panel", 4), succeeding) == {"outcome": "done", "used": used}


async def test_rerun_after_the_last_failure_makes_no_call(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))
    outcome = await perform(deps, PAYLOAD, failing(ModelTimeout()))

    assert await perform(deps, PAYLOAD, succeeding) == outcome


async def test_failures_of_an_earlier_round_do_not_count_as_attempts(deps: Deps) -> None:
    await perform(deps, PAYLOAD, failing(ModelRejected()))
    later = step("panel", 3).model_copy(update={"round": 1}).model_dump(mode="json", by_alias=True)

    with pytest.raises(AttemptFailed):
        await perform(deps, later, failing(ModelBusy()))
    failure = await deps.generations.failure(step("panel", 3))

    assert failure is not None
    assert (failure.attempts, failure.retried, failure.round) == (1, None, 1)


async def test_cancelled_step_records_no_failure(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(Cancelled("It was cancelled.")))

    assert outcome == {"outcome": "failed", "failure": "cancelled"}
    assert await deps.generations.failure(step("panel", 3)) is None


async def test_rate_limit_is_returned_as_a_wait_and_recorded(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(ModelRateLimited(17)))

    assert (outcome["outcome"], outcome["attempts"]) == ("waits", 1)
    assert outcome["wait_s"] == retry_wait_s(step("panel", 3), 17)
    failure = await deps.generations.failure(step("panel", 3))
    assert failure is not None
    assert (failure.code, failure.will_retry, failure.wait_s) == ("model-rate-limited", True, outcome["wait_s"])


async def test_wait_is_returned_again_if_a_crash_lost_its_outcome(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(ModelRateLimited(17)))

    assert await perform(deps, PAYLOAD, succeeding) == outcome
    assert (await perform(deps, after_waits(outcome), succeeding))["outcome"] == "done"


def after_waits(*outcomes: dict[str, JsonValue]) -> JsonValue:
    """Return the payload of the step after the waits in these outcomes."""
    waited_s = sum(cast("int", outcome["wait_s"]) for outcome in outcomes)
    return step("panel", 3).model_copy(update={"waited_s": waited_s}).model_dump(mode="json", by_alias=True)


async def test_wait_does_not_count_as_the_retry(deps: Deps) -> None:
    first = await perform(deps, PAYLOAD, failing(ModelRateLimited(2)))
    with pytest.raises(AttemptFailed):
        await perform(deps, after_waits(first), failing(ModelBusy()))
    second = await perform(deps, after_waits(first), failing(ModelRateLimited(2)))

    outcome = await perform(deps, after_waits(first, second), failing(ModelBusy()))

    retried = {"attempts": 4, "code": "model-rate-limited", "wait_s": second["wait_s"]}
    assert outcome == {"outcome": "failed", "failure": "model-busy", "retried": retried}


async def test_step_that_has_waited_ten_minutes_fails(deps: Deps) -> None:
    waited = step("panel", 3).model_copy(update={"waited_s": 595}).model_dump(mode="json", by_alias=True)

    outcome = await perform(deps, waited, failing(ModelRateLimited(17)))

    assert outcome == {"outcome": "failed", "failure": "model-rate-limited"}


async def test_block_is_recorded_with_its_reason(deps: Deps) -> None:
    await perform(deps, PAYLOAD, failing(ContentBlocked("IMAGE_SAFETY")))

    failure = await deps.generations.failure(step("panel", 3))
    assert failure == FailureRecord(code="content-blocked", block="IMAGE_SAFETY")


async def test_history_gets_only_the_code_of_a_failure(deps: Deps) -> None:
    async def make() -> None:
        try:
            raise RuntimeError("the provider said: secret prompt")
        except RuntimeError as exc:
            raise ModelUnavailable("answered 503") from exc

    with pytest.raises(AttemptFailed) as raised:
        await perform(deps, PAYLOAD, making(make))

    assert "secret prompt" not in "".join(traceback.format_exception(raised.value))


async def test_unexpected_exception_is_raised(deps: Deps) -> None:
    with pytest.raises(ZeroDivisionError):
        await perform(deps, PAYLOAD, failing(ZeroDivisionError()))


async def test_lease_is_released_after_an_unexpected_exception(deps: Deps) -> None:
    with pytest.raises(ZeroDivisionError):
        await perform(deps, PAYLOAD, failing(ZeroDivisionError()))

    assert not await deps.blobs.exists(LEASE)


async def test_attempt_fails_without_a_call_if_storage_is_unavailable(deps: Deps) -> None:
    calls: list[None] = []

    async def make() -> None:
        calls.append(None)

    away = replace(deps, blobs=SwitchedBlobs(deps.blobs, down=True))
    with pytest.raises(AttemptFailed, match="storage-unavailable"):
        await perform(away, PAYLOAD, making(make))

    assert not calls


@pytest.mark.parametrize(
    ("record", "failure"),
    [
        (Cancelling(round=0, at=NOW), "cancelled"),
        (Ended(round=0, at=NOW), "cancelled"),
        (Running(round=1, at=NOW), "cancelled"),
        (Deleting(reason="deleted", at=NOW), "not-found"),
        (Deleting(reason="expired", at=NOW), "expired"),
    ],
)
async def test_unwanted_step_fails_without_a_call_and_stores_nothing(
    deps: Deps, record: Lifecycle, failure: str
) -> None:
    await set_record(deps, record)
    before = [name async for name in deps.blobs.names("")]

    outcome = await perform(deps, PAYLOAD, failing(AssertionError("called")))

    assert outcome == {"outcome": "failed", "failure": failure}
    assert [name async for name in deps.blobs.names("")] == before


async def test_step_of_a_generation_without_inputs_fails_and_stores_nothing(deps: Deps) -> None:
    await deps.generations.delete(GENERATION)

    outcome = await perform(deps, PAYLOAD, failing(AssertionError("called")))

    assert outcome == {"outcome": "failed", "failure": "not-found"}
    assert [name async for name in deps.blobs.names("")] == []


def during_the_call(model: ScriptedModel, happens: Callable[[], Awaitable[None]]) -> ScriptedModel:
    """Return a model that awaits `happens` before it answers like the given one."""

    class Slow(ScriptedModel):
        async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = "1K") -> Answered[Image]:
            await happens()
            return await model.draw(prompt, aspect_ratio, size)

    return Slow()


async def test_image_is_kept_if_the_generation_is_cancelled_during_the_call(
    planned: Deps, model: ScriptedModel
) -> None:
    async def cancel() -> None:
        await set_record(planned, Cancelling(round=0, at=NOW))

    slow = replace(planned, image_model=during_the_call(model, cancel))

    assert (await perform(slow, payload("panel"), draw_panel))["outcome"] == "done"
    assert await planned.generations.result_usage(ref("panel", 0, 1)) == USED


@pytest.mark.parametrize("answer", [None, ModelBusy(), ModelRejected()])
async def test_nothing_is_stored_if_the_generation_is_removed_during_the_call(
    planned: Deps, model: ScriptedModel, answer: ModelError | None
) -> None:
    model.images += [] if answer is None else [answer]

    async def delete() -> None:
        await set_record(planned, Deleting(reason="deleted", at=NOW))
        await planned.generations.delete(GENERATION)

    slow = replace(planned, image_model=during_the_call(model, delete))

    outcome = await perform(slow, payload("panel"), draw_panel)

    assert outcome == {"outcome": "failed", "failure": "not-found"}
    assert [name async for name in planned.blobs.names(GENERATION)] == []


async def test_two_copies_of_a_step_make_one_call_and_have_one_result(planned: Deps, model: ScriptedModel) -> None:
    is_called, may_answer = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        is_called.set()
        await may_answer.wait()

    slow = replace(planned, image_model=during_the_call(model, hold))
    first = asyncio.create_task(perform(slow, payload("panel"), draw_panel))
    await is_called.wait()
    looked = Watched(planned.blobs, lease_blob(ref("panel", 0, 1)))
    second = asyncio.create_task(perform(replace(slow, blobs=looked), payload("panel"), draw_panel))
    await looked.is_read.wait()
    may_answer.set()

    assert await first == await second
    assert len(model.prompts) == 1


async def test_copy_that_finds_the_result_reports_the_failed_attempt_too(planned: Deps) -> None:
    lease = Lease(holder="the other", until=planned.now() + 100)
    await planned.blobs.create(lease_blob(ref("panel", 0, 1)), lease.model_dump_json().encode(), "text/plain")
    await planned.generations.save_failure(step("panel"), FailureRecord(code="model-busy", will_retry=True))
    await planned.generations.keep_image(ref("panel", 0, 1), image())

    outcome = await perform(planned, payload("panel"), draw_panel)

    assert outcome["retried"] == {"attempts": 2, "code": "model-busy"}


class Watched(SwitchedBlobs):
    """BlobStore that sets an event when a blob is read."""

    def __init__(self, store: BlobStore, name: str) -> None:
        super().__init__(store)
        self._name = name
        self.is_read = asyncio.Event()

    async def read(self, name: str) -> Blob | None:
        blob = await super().read(name)
        if name == self._name:
            self.is_read.set()
        return blob


async def test_instructions_in_the_record_reach_the_redo(planned: Deps, model: ScriptedModel) -> None:
    await set_record(planned, Running(round=1, work=MakeAgain(kind="panel", index=0), wish="at night", at=NOW))
    for index in range(2):
        await perform(planned, {**payload("panel", index), "round": 1, "version": 2}, draw_panel)

    assert ["at night" in prompt.task for prompt in model.prompts] == [True, False]


async def test_instructions_stored_by_an_earlier_version_reach_the_redo(planned: Deps, model: ScriptedModel) -> None:
    await planned.blobs.create(instructions_blob(GENERATION, "abc"), b"at night", "text/plain")

    await perform(planned, {**payload("panel"), "instructions": "abc"}, draw_panel)

    assert "at night" in model.prompts[0].task
