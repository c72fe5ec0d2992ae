"""What each step's activity does around its model call: find an existing result, keep a new one, account for it.

The engine delivers an activity at least once, so it may run several times, also at the same time. The step's lease lets
one copy call the model; the others find its result.

A failure worth another attempt is raised, and the built-in retry calls the activity again. Any other failure, and that
of the last attempt, is returned as a value, so that no further call is paid for. When the model asks for a wait, the
activity returns how long.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from pydantic import JsonValue

from activities.paid_model import PaidModel
from activities.results import StepResult, find_result, keep_result
from shared.deps import Deps
from shared.errors import (
    BudgetExhausted,
    Cancelled,
    ContentBlocked,
    Expired,
    FinalModelError,
    MangaError,
    ModelRateLimited,
    NotConfigured,
    NotFound,
    StorageUnavailable,
    UnknownGeneration,
)
from shared.model.retry_wait import retry_wait_s
from shared.models.http.requests import StoredRequest
from shared.models.retried import Retried
from shared.models.steps import (
    MAX_ATTEMPTS,
    ActivityOutcome,
    FailureRecord,
    MakeAgain,
    StepFailed,
    StepRequest,
    StepWaits,
)
from shared.models.usage import Usage
from shared.storage.books import spending_blob_of
from shared.storage.lifecycle import Running
from shared.telemetry.steps import step_attempt

_logger = logging.getLogger(__name__)

# The step's result is no longer wanted.
_UNWANTED = (Cancelled, UnknownGeneration, Expired)
# Another attempt would fail the same way. A rate limit has its own wait, or has already lasted too long.
_FINAL_ERRORS = (FinalModelError, BudgetExhausted, NotConfigured, NotFound, ModelRateLimited)


class AttemptFailed(Exception):
    """An attempt failed in a way that is worth another one. Carries our code only."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a step works from: the generation's inputs and, for an image drawn again, the client's instructions.

    `from_version` is the version of the image that is to be changed; None: it is drawn from nothing.
    `is_again`: the client wants another image than the one there is.
    """

    request: StoredRequest
    instructions: str | None = None
    from_version: int | None = None
    is_again: bool = False


type Make = Callable[[Deps, StepRequest, Wanted], Awaitable[StepResult]]


async def perform(deps: Deps, payload: object, make: Make) -> dict[str, JsonValue]:
    """Do a step's work; return its ActivityOutcome as JSON. `make` asks the model for the result.

    Raises:
        AttemptFailed: another attempt may succeed.
    """
    step = StepRequest.model_validate(payload)
    try:
        outcome = await _perform(deps, step, make)
    except _UNWANTED as exc:
        outcome = StepFailed(failure=exc.code)
    except StorageUnavailable as exc:
        extra = {"action": "step_broken_off", **step.log_fields}
        _logger.warning("Storage failed during a step's attempt", extra=extra, exc_info=exc.__cause__)
        raise AttemptFailed(exc.code) from None
    return outcome.model_dump(mode="json", exclude_none=True)


async def _perform(deps: Deps, step: StepRequest, make: Make) -> ActivityOutcome:
    """Find the step's result, or make it while holding the step's lease."""
    wanted = await _wanted(deps, step)
    async with deps.leases.held(step, lambda: find_result(deps, step)):
        found, noted = await asyncio.gather(find_result(deps, step), deps.generations.failure(step))
        earlier = noted if noted and noted.round == step.round else None
        if found is not None:
            return found.model_copy(update={"retried": _retried(earlier)})
        if earlier and (not earlier.will_retry or (earlier.wait_s is not None and earlier.waited_s == step.waited_s)):
            # This attempt has run before, and a crash lost its outcome.
            return _outcome_of_failure(earlier)
        return await _attempt(deps, step, make, wanted, noted, earlier)


async def _attempt(
    deps: Deps,
    step: StepRequest,
    make: Make,
    wanted: Wanted,
    noted: FailureRecord | None,
    earlier: FailureRecord | None,
) -> ActivityOutcome:
    """Make the result once. `noted` is the step's failure record, `earlier` the same if it is of this round."""
    async with step_attempt(deps.telemetry, step, earlier) as attempt:
        spending_blob = spending_blob_of(step.generation_id, wanted.request.chapter)
        model = PaidModel(deps, spending_blob, lambda: _check_wanted(deps, step))
        try:
            made = await make(replace(deps, text_model=model, image_model=model), step, wanted)
            # A cancelled step keeps what was paid for; a removed generation stores nothing.
            await deps.lifecycles.refuse_gone(step.generation_id)
            done = await keep_result(deps, step, made, wanted.request)
        except _UNWANTED as exc:
            attempt.failed(exc)
            raise
        except MangaError as exc:
            attempt.failed(exc)
            record = _record(step, exc, noted.used + model.used if noted else model.used, earlier)
            await deps.lifecycles.refuse_gone(step.generation_id)
            await _save(deps, step, exc, record)
            return _outcome_of_failure(record)
        attempt.done()
    return done.model_copy(update={"retried": _retried(earlier)})


async def _wanted(deps: Deps, step: StepRequest) -> Wanted:
    """Return what the step works from.

    Raises:
        Cancelled, UnknownGeneration, Expired: its result is no longer wanted.
    """
    record, request = await asyncio.gather(_check_wanted(deps, step), deps.generations.request(step.generation_id))
    if step.instructions is not None:
        instructions = await deps.generations.old_instructions(step.generation_id, step.instructions)
        return Wanted(request, instructions, is_again=True)
    work = record and record.work
    if record and isinstance(work, MakeAgain) and (work.kind, work.index) == (step.kind, step.index):
        return Wanted(request, record.wish, work.from_version, is_again=True)
    return Wanted(request)


async def _check_wanted(deps: Deps, step: StepRequest) -> Running | None:
    """Make sure that the step may call the model, and return the record of its round, if there is one.

    A translation belongs to no round: it may run unless the generation is removed.

    Raises:
        Cancelled, UnknownGeneration, Expired: its result is no longer wanted.
    """
    if step.kind != "lettering":
        return await deps.lifecycles.wanted(step)
    await deps.lifecycles.refuse_gone(step.generation_id)
    return None


def _record(step: StepRequest, error: MangaError, used: Usage, earlier: FailureRecord | None) -> FailureRecord:
    """Return the record of a failure, which says what happens next."""
    attempts, waits = (earlier.attempts + 1, earlier.waits) if earlier else (1, 0)
    wait_s = retry_wait_s(step, error.wait_s) if isinstance(error, ModelRateLimited) else None
    may_pass = not isinstance(error, _FINAL_ERRORS)
    return FailureRecord(
        code=error.code,
        block=error.block if isinstance(error, ContentBlocked) else None,
        used=used,
        attempts=attempts,
        waits=waits + (wait_s is not None),
        retried=_retried(earlier),
        will_retry=wait_s is not None or (may_pass and attempts - waits < MAX_ATTEMPTS),
        wait_s=wait_s,
        waited_s=step.waited_s,
        round=step.round,
    )


def _outcome_of_failure(record: FailureRecord) -> ActivityOutcome:
    """Return the outcome of a failed attempt.

    Raises:
        AttemptFailed: the built-in retry is to call the activity again.
    """
    if record.wait_s is not None:
        return StepWaits(wait_s=record.wait_s, attempts=record.attempts)
    if record.will_retry:
        # Without its cause: a provider's words must not enter the history.
        raise AttemptFailed(record.code) from None
    return StepFailed(failure=record.code, retried=record.retried)


def _retried(earlier: FailureRecord | None) -> Retried | None:
    return earlier and Retried(attempts=earlier.attempts + 1, code=earlier.code, wait_s=earlier.wait_s)


async def _save(deps: Deps, step: StepRequest, error: MangaError, record: FailureRecord) -> None:
    """Log a failure and store its record; if storage is unavailable, the step continues without a record."""
    extra = {
        "action": "step_attempt_failed",
        **step.log_fields,
        "attempt": record.attempts,
        "code": error.code,
        "detail": str(error),
    }
    _logger.warning("A step's attempt failed", extra=extra, exc_info=error.__cause__)
    try:
        await deps.generations.save_failure(step, record)
    except StorageUnavailable as exc:
        extra = {"action": "failure_not_noted", **step.log_fields, "code": error.code}
        _logger.warning("A failure record could not be stored", extra=extra, exc_info=exc.__cause__)
