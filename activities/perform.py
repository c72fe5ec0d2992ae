"""What every activity does around its own work: find an existing result, make a missing one, account for it.

An activity may run any number of times, also twice at the same time (the engine delivers at least once): the lease of
the step lets one copy call the model, and the result is found by the others. A failure worth another attempt is
raised, and the built-in retry calls the activity again. Any other failure is returned as a value, so that no second
call is paid for; so is the failure of the last attempt. When the model says when to come back, the activity returns
how long to wait.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from activities.paid_model import PaidModel
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
from shared.models.http.requests import StoredReference, StoredRequest
from shared.models.retried import Retried
from shared.models.steps import (
    MAX_ATTEMPTS,
    ActivityOutcome,
    FailureRecord,
    MakeAgain,
    StepDone,
    StepFailed,
    StepRequest,
    StepWaits,
)
from shared.models.usage import Usage
from shared.ports import Answered
from shared.storage.generations import NamedImage, ReferenceKind
from shared.telemetry.steps import step_attempt

_logger = logging.getLogger(__name__)

# Nobody wants the step's result any more.
_UNWANTED = (Cancelled, UnknownGeneration, Expired)
# The retry does not help against these. A rate limit is waited for, or has been for too long.
_FINAL_ERRORS = (FinalModelError, BudgetExhausted, NotConfigured, NotFound, ModelRateLimited)


class AttemptFailed(Exception):
    """An attempt failed in a way that is worth another one. Carries our code only."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a step works from: the generation's inputs, and the wish that goes with it, if a client gave one."""

    request: StoredRequest
    wish: str | None = None


@dataclass(frozen=True, slots=True)
class Activity[Made]:
    """One kind of step. `find` looks for its result, `make` asks the model for it, `keep` stores it."""

    find: Callable[[Deps, StepRequest], Awaitable[StepDone | None]]
    make: Callable[[Deps, StepRequest, Wanted], Awaitable[Answered[Made]]]
    keep: Callable[[Deps, StepRequest, Answered[Made]], Awaitable[StepDone]]


async def perform[Made](deps: Deps, payload: object, activity: Activity[Made]) -> dict[str, JsonValue]:
    """Do a step's work; return its ActivityOutcome as JSON.

    Raises:
        AttemptFailed: another attempt may succeed.
    """
    step = StepRequest.model_validate(payload)
    try:
        outcome = await _perform(deps, step, activity)
    except _UNWANTED as exc:
        outcome = StepFailed(failure=exc.code)
    except StorageUnavailable as exc:
        _logger.warning("A step's attempt was broken off", extra={"action": "step_broken_off"}, exc_info=exc.__cause__)
        raise AttemptFailed(exc.code) from None
    return outcome.model_dump(mode="json", exclude_none=True)


async def _perform[Made](deps: Deps, step: StepRequest, activity: Activity[Made]) -> ActivityOutcome:
    """Find the step's result, or make it while no other copy of this step does."""
    wanted = await _wanted(deps, step)
    async with deps.leases.held(step, lambda: activity.find(deps, step)):
        found, noted = await asyncio.gather(activity.find(deps, step), deps.generations.failure(step))
        earlier = noted if noted and noted.round == step.round else None
        if found is not None:
            return found.model_copy(update={"retried": _retried(earlier)})
        if earlier and (not earlier.will_retry or (earlier.wait_s is not None and earlier.waited_s == step.waited_s)):
            # It ran before, and a crash lost its outcome.
            return _outcome_of_failure(earlier)
        return await _attempt(deps, step, activity, wanted, noted, earlier)


async def _attempt[Made](
    deps: Deps,
    step: StepRequest,
    activity: Activity[Made],
    wanted: Wanted,
    noted: FailureRecord | None,
    earlier: FailureRecord | None,
) -> ActivityOutcome:
    """Make the result once. `noted` is the step's failure record, `earlier` the same if it is of this round."""
    async with step_attempt(deps.telemetry, step, earlier) as attempt:
        model = PaidModel(deps, step.generation_id, lambda: deps.lifecycles.wanted(step))
        try:
            made = await activity.make(replace(deps, text_model=model, image_model=model), step, wanted)
            # A cancelled step keeps what was paid for; nothing is stored of a generation that is removed.
            await deps.lifecycles.refuse_gone(step.generation_id)
            done = await activity.keep(deps, step, made)
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
        Cancelled, UnknownGeneration, Expired: nobody wants its result any more.
    """
    record, request = await asyncio.gather(deps.lifecycles.wanted(step), deps.generations.request(step.generation_id))
    if step.instructions is not None:
        return Wanted(request, await deps.generations.old_instructions(step.generation_id, step.instructions))
    work = record and record.work
    is_for_this = isinstance(work, MakeAgain) and (work.kind, work.index) == (step.kind, step.index)
    return Wanted(request, record.wish if record and is_for_this else None)


def _record(step: StepRequest, error: MangaError, used: Usage, earlier: FailureRecord | None) -> FailureRecord:
    """Return what is kept of a failure; it decides what follows."""
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
    """Return what follows a failure.

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
    """Log a failure and keep its record; the step goes on without a record if the storage does not answer."""
    _logger.warning(
        "A step's attempt failed",
        extra={
            "action": "step_attempt_failed",
            "generation_id": step.generation_id,
            "step": step.kind,
            "index": step.index,
            "attempt": record.attempts,
            "code": error.code,
            "detail": str(error),
        },
        exc_info=error.__cause__,
    )
    try:
        await deps.generations.save_failure(step, record)
    except StorageUnavailable as exc:
        extra = {"action": "failure_not_noted", "code": error.code}
        _logger.warning("A failure could not be noted", extra=extra, exc_info=exc.__cause__)


async def uploads(
    deps: Deps, step: StepRequest, kind: ReferenceKind, references: Sequence[StoredReference]
) -> Sequence[NamedImage]:
    """Return uploaded images."""
    return [await deps.generations.upload(step.generation_id, kind, reference) for reference in references]
