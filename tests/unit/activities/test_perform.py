"""How an activity's failures are sorted."""

import asyncio
import traceback
from dataclasses import replace

import pytest

from activities.perform import AttemptFailed, made_or_wanted, perform
from shared.deps import Deps
from shared.errors import (
    Cancelled,
    ContentBlocked,
    MangaError,
    ModelAccessDenied,
    ModelBusy,
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
from shared.shared_reads import SharedReads
from tests.fakes.stories import GENERATION, image, step

PAYLOAD = step("panel", 3).model_dump(mode="json", by_alias=True)


def failing(error: Exception):  # noqa: ANN201 - a Work
    async def work(deps: Deps, request: StepRequest) -> StepDone:
        raise error

    return work


@pytest.mark.parametrize("error", [ModelTimeout(), ModelBusy(), ModelUnavailable(), UnusableAnswer("half")])
async def test_a_fault_that_may_pass_is_raised_for_the_retry_and_noted(deps: Deps, error: MangaError) -> None:
    with pytest.raises(AttemptFailed, match=error.code):
        await perform(deps, PAYLOAD, failing(error))

    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code)


@pytest.mark.parametrize("error", [ModelRejected(), ModelAccessDenied(), UnknownModel(), NotConfigured("no key")])
async def test_a_fault_that_will_not_pass_is_returned_so_that_no_second_call_is_paid_for(
    deps: Deps, error: MangaError
) -> None:
    outcome = await perform(deps, PAYLOAD, failing(error))

    assert outcome == {"outcome": "failed", "failure": error.code}
    assert await deps.generations.failure(step("panel", 3)) == FailureRecord(code=error.code)


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


@pytest.mark.parametrize("fails", [False, True])
async def test_those_who_follow_the_generation_here_are_told_of_a_steps_end(deps: Deps, *, fails: bool) -> None:
    async def succeeding(deps: Deps, request: StepRequest) -> StepDone:
        return StepDone()

    told = asyncio.Event()
    with deps.news.heard(GENERATION, lambda _: told.set()):
        await perform(deps, PAYLOAD, failing(ModelRejected()) if fails else succeeding)
        async with asyncio.timeout(10):
            await told.wait()


async def test_an_attempt_that_is_tried_again_is_no_news(deps: Deps) -> None:
    told = asyncio.Event()
    with deps.news.heard(GENERATION, lambda _: told.set()):
        with pytest.raises(AttemptFailed):
            await perform(deps, PAYLOAD, failing(ModelBusy()))
        await asyncio.sleep(0)

    assert not told.is_set()


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
        await perform(deps, PAYLOAD, failing(ModelBusy()))
    await deps.leftovers.looked()

    assert [name async for name in deps.blobs.names("")] == []


async def test_cleaning_up_after_a_delete_leaves_the_key_to_whoever_has_claimed_it_since(deps: Deps) -> None:
    claim = claim_blob("key")
    steps = replace(deps, blobs=SharedReads(deps.blobs, deps.recent))

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
