"""How an activity's failures are sorted."""

import traceback
from dataclasses import replace
from typing import cast

import pytest
from pydantic import JsonValue

from activities.perform import AttemptFailed, made_or_wanted, perform
from shared.cached_blobs import CachedBlobs
from shared.deps import Deps
from shared.errors import (
    Cancelled,
    ContentBlocked,
    MangaError,
    ModelAccessDenied,
    ModelBusy,
    ModelRateLimited,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotConfigured,
    NotFound,
    StorageUnavailable,
    UnknownModel,
    UnusableAnswer,
)
from shared.generations import Inputs
from shared.models.requests import StoredRequest
from shared.models.steps import FailureRecord, StepDone, StepRequest
from shared.names import claim_blob
from shared.ports import Blob
from shared.retry_wait import retry_wait_s
from tests.fakes.blobs import SwitchedBlobs
from tests.fakes.stories import GENERATION, image, step

PAYLOAD = step("panel", 3).model_dump(mode="json", by_alias=True)


def failing(error: Exception):  # noqa: ANN201 - a Work
    async def work(deps: Deps, request: StepRequest) -> StepDone:
        raise error

    return work


RETRYABLE = [ModelTimeout(), ModelBusy(), ModelUnavailable(), UnusableAnswer("half")]
FINAL = [ModelRejected(), ModelAccessDenied(), UnknownModel(), NotConfigured("no key")]


async def succeeding(deps: Deps, request: StepRequest) -> StepDone:
    return StepDone(count=3)


@pytest.mark.parametrize("error", RETRYABLE)
async def test_first_failure_that_may_pass_is_raised_for_the_retry_and_kept(deps: Deps, error: MangaError) -> None:
    with pytest.raises(AttemptFailed, match=error.code):
        await perform(deps, PAYLOAD, failing(error))

    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code, will_retry=True)


@pytest.mark.parametrize("error", FINAL)
async def test_failure_that_will_not_pass_is_returned_so_that_no_second_call_is_paid_for(
    deps: Deps, error: MangaError
) -> None:
    outcome = await perform(deps, PAYLOAD, failing(error))

    assert outcome == {"outcome": "failed", "failure": error.code}
    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code)


async def test_second_failure_is_returned_with_the_code_of_the_first(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))

    outcome = await perform(deps, PAYLOAD, failing(ModelTimeout()))

    retried = {"attempts": 2, "code": "model-busy"}
    assert outcome == {"outcome": "failed", "failure": "model-timeout", "retried": retried}


async def test_success_after_a_failure_says_how_many_attempts_it_took(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))

    outcome = await perform(deps, PAYLOAD, succeeding)

    assert outcome == {"outcome": "done", "count": 3, "retried": {"attempts": 2, "code": "model-busy"}}
    assert await perform(deps, step("panel", 4).model_dump(mode="json"), succeeding) == {"outcome": "done", "count": 3}


async def test_activity_that_is_run_again_after_its_last_failure_calls_no_model(deps: Deps) -> None:
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(ModelBusy()))
    outcome = await perform(deps, PAYLOAD, failing(ModelTimeout()))

    assert await perform(deps, PAYLOAD, succeeding) == outcome


async def test_failures_of_an_earlier_round_are_no_attempts_of_this_one(deps: Deps) -> None:
    await perform(deps, PAYLOAD, failing(ModelRejected()))
    later = step("panel", 3).model_copy(update={"round": 1}).model_dump(mode="json", by_alias=True)

    with pytest.raises(AttemptFailed):
        await perform(deps, later, failing(ModelBusy()))
    failure = await deps.generations.failure(step("panel", 3))

    assert failure is not None
    assert (failure.attempts, failure.retried, failure.round) == (1, None, 1)


async def test_cancelled_step_leaves_no_failure_behind(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(Cancelled("It was cancelled.")))

    assert outcome == {"outcome": "failed", "failure": "cancelled"}
    assert await deps.generations.failure(step("panel", 3)) is None


async def test_rate_limit_is_returned_as_a_wait_of_at_least_the_time_told(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(ModelRateLimited(17)))

    assert (outcome["outcome"], outcome["attempts"]) == ("waits", 1)
    assert outcome["wait_s"] == retry_wait_s(step("panel", 3), 17)
    failure = await deps.generations.failure(step("panel", 3))
    assert failure is not None
    assert (failure.code, failure.will_retry, failure.wait_s) == ("model-rate-limited", True, outcome["wait_s"])


async def test_wait_whose_outcome_a_crash_lost_is_waited_for_all_the_same(deps: Deps) -> None:
    outcome = await perform(deps, PAYLOAD, failing(ModelRateLimited(17)))

    assert await perform(deps, PAYLOAD, succeeding) == outcome
    assert (await perform(deps, after_waits(outcome), succeeding))["outcome"] == "done"


def after_waits(*outcomes: dict[str, JsonValue]) -> JsonValue:
    """Return the step's payload once it has waited as these outcomes said."""
    waited_s = sum(cast("int", outcome["wait_s"]) for outcome in outcomes)
    return step("panel", 3).model_copy(update={"waited_s": waited_s}).model_dump(mode="json", by_alias=True)


async def test_wait_is_not_the_one_retry(deps: Deps) -> None:
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


async def test_a_block_is_noted_with_its_reason(deps: Deps) -> None:
    await perform(deps, PAYLOAD, failing(ContentBlocked("IMAGE_SAFETY")))

    failure = await deps.generations.failure(step("panel", 3))
    assert failure == FailureRecord(code="content-blocked", block="IMAGE_SAFETY")


async def test_what_the_durable_history_gets_to_see_of_a_failure_is_our_code_only(deps: Deps) -> None:
    async def work(deps: Deps, request: StepRequest) -> StepDone:
        try:
            raise RuntimeError("the provider said: secret prompt")
        except RuntimeError as exc:
            raise ModelUnavailable("answered 503") from exc

    with pytest.raises(AttemptFailed) as raised:
        await perform(deps, PAYLOAD, work)

    assert "secret prompt" not in "".join(traceback.format_exception(raised.value))


async def test_a_fault_of_our_own_is_not_hidden(deps: Deps) -> None:
    with pytest.raises(ZeroDivisionError):
        await perform(deps, PAYLOAD, failing(ZeroDivisionError()))


@pytest.fixture
async def stored(deps: Deps) -> StoredRequest:
    """A generation's inputs, in storage."""
    await deps.generations.save_inputs(GENERATION, Inputs(story="A cat.", style="manga", no_dialogue=False))
    return await deps.generations.request(GENERATION)


async def found(made: str | None) -> str | None:
    return made


async def test_what_was_made_before_is_returned_whatever_became_of_its_generation(deps: Deps) -> None:
    assert await made_or_wanted(deps, step("panel", 3), found("made")) == "made"


async def test_what_was_not_made_yet_is_made_from_the_inputs(deps: Deps, stored: StoredRequest) -> None:
    assert await made_or_wanted(deps, step("panel", 3), found(None)) == stored


async def test_what_was_not_made_yet_is_not_made_for_a_cancelled_generation(deps: Deps, stored: StoredRequest) -> None:
    await deps.generations.mark_cancelled(GENERATION)

    with pytest.raises(Cancelled):
        await made_or_wanted(deps, step("panel", 3), found(None))


async def test_a_look_that_fails_is_no_leave_to_call_the_model(deps: Deps, stored: StoredRequest) -> None:
    async def failing_look() -> str | None:
        raise StorageUnavailable("away")

    with pytest.raises(StorageUnavailable):
        await made_or_wanted(deps, step("panel", 3), failing_look())


async def test_of_a_deleted_generation_nothing_stays_not_even_why_its_step_failed(deps: Deps) -> None:
    await perform(deps, PAYLOAD, failing(NotFound("It was deleted.")))
    with pytest.raises(AttemptFailed):
        await perform(deps, step("panel", 4).model_dump(mode="json"), failing(ModelBusy()))
    await deps.leftovers.looked()

    assert [name async for name in deps.blobs.names("")] == []


async def test_cleaning_up_after_a_delete_leaves_the_key_to_whoever_has_claimed_it_since(deps: Deps) -> None:
    claim = claim_blob("key")
    steps = replace(deps, blobs=CachedBlobs(deps.blobs, deps.blob_cache))

    async def outlived(here: Deps, request: StepRequest) -> StepDone:
        await here.generations.request(GENERATION)
        await deps.generations.delete(GENERATION)  # by another process
        await deps.blobs.create(claim, b"{}", "application/json")
        await here.generations.keep_image(GENERATION, "panel", 3, 1, image())
        return StepDone()

    await deps.generations.save_inputs(
        GENERATION, Inputs(story="A cat.", style="manga", no_dialogue=False, claim=claim)
    )
    await perform(steps, PAYLOAD, outlived)
    await steps.leftovers.looked()

    assert [name async for name in deps.blobs.names("")] == [claim]


async def test_cause_of_a_failed_attempt_is_logged(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    error = StorageUnavailable("away")
    error.__cause__ = ConnectionRefusedError("port 1")
    with pytest.raises(AttemptFailed):
        await perform(deps, PAYLOAD, failing(error))

    (record,) = (record for record in caplog.records if record.name == "activities.perform")
    assert record.exc_info is not None
    assert record.exc_info[1] is error.__cause__


async def test_attempt_that_cannot_begin_is_logged_with_its_cause(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    error = StorageUnavailable("away")
    error.__cause__ = ConnectionRefusedError("port 1")

    class Away(SwitchedBlobs):
        async def read(self, name: str) -> Blob | None:
            raise error

    with pytest.raises(AttemptFailed):
        await perform(replace(deps, blobs=Away(deps.blobs)), PAYLOAD, failing(ModelBusy()))

    (record,) = (record for record in caplog.records if record.name == "activities.perform")
    assert record.exc_info is not None
    assert record.exc_info[1] is error.__cause__
