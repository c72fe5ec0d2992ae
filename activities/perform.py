"""What every activity does around its own work: find an existing result, and decide what follows a failure.

An activity may run any number of times (the engine repeats it after a crash): one whose result is in storage
returns it without calling the model. A failure worth another attempt is raised, and the built-in retry calls the
activity again. Any other failure is returned as a value, so that no second call is paid for; so is the failure of the
last attempt. When the model says when to come back, the activity returns how long to wait.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from pydantic import JsonValue

from shared.deps import Deps
from shared.errors import (
    BudgetExhausted,
    Cancelled,
    ContentBlocked,
    FinalModelError,
    MangaError,
    ModelRateLimited,
    NotConfigured,
    NotFound,
    StorageUnavailable,
)
from shared.generations import NamedImage, ReferenceKind
from shared.models.requests import StoredReference, StoredRequest
from shared.models.retried import Retried
from shared.models.steps import (
    MAX_ATTEMPTS,
    ActivityOutcome,
    FailureRecord,
    StepDone,
    StepFailed,
    StepRequest,
    StepWaits,
)
from shared.models.usage import Usage
from shared.paid_model import PaidModel
from shared.retry_wait import retry_wait_s
from shared.telemetry.steps import step_attempt

_logger = logging.getLogger(__name__)

# The retry does not help against these. A rate limit is waited for, or has been for too long.
_FINAL_ERRORS = (FinalModelError, BudgetExhausted, NotConfigured, NotFound, ModelRateLimited)

type Work = Callable[[Deps, StepRequest], Awaitable[StepDone]]


class AttemptFailed(Exception):
    """An attempt failed in a way that is worth another one. Carries our code only."""


async def perform(deps: Deps, payload: object, work: Work) -> dict[str, JsonValue]:
    """Do a step's work; return its ActivityOutcome as JSON.

    Raises:
        AttemptFailed: another attempt may succeed.
    """
    step = StepRequest.model_validate(payload)
    try:
        outcome = await _attempt(deps, step, work)
    finally:
        deps.leftovers.look_soon(deps.generations, step.generation_id)
    return outcome.model_dump(mode="json", exclude_none=True)


async def _attempt(deps: Deps, step: StepRequest, work: Work) -> ActivityOutcome:
    try:
        noted = await deps.generations.failure(step)
    except StorageUnavailable as exc:
        _logger.warning("A step's attempt can't begin", extra={"action": "step_not_begun"}, exc_info=exc.__cause__)
        raise AttemptFailed(exc.code) from None
    earlier = noted if noted and noted.round == step.round else None
    if earlier and (not earlier.will_retry or (earlier.wait_s is not None and earlier.waited_s == step.waited_s)):
        # It ran before, and a crash lost its outcome.
        return _outcome_of_failure(earlier)
    async with step_attempt(deps.telemetry, step, earlier) as attempt:
        model = PaidModel(deps, step.generation_id, lambda: before_model_call(deps, step))
        try:
            done = await work(replace(deps, text_model=model, image_model=model), step)
        except Cancelled as exc:
            attempt.failed(exc)
            return StepFailed(failure=exc.code)
        except MangaError as exc:
            attempt.failed(exc)
            record = _record(step, exc, noted.used + model.used if noted else model.used, earlier)
            await _save(deps, step, exc, record)
            return _outcome_of_failure(record)
        attempt.done()
    return done.model_copy(update={"retried": _retried(earlier)})


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


async def before_model_call(deps: Deps, step: StepRequest) -> StoredRequest:
    """Return the generation's inputs, right before the model is called, if its answer is still wanted.

    Raises:
        Cancelled: the generation was cancelled.
        NotFound: it was deleted.
    """
    return await deps.generations.wanted_request(step.generation_id)


async def made_or_wanted[Made](deps: Deps, step: StepRequest, looking: Awaitable[Made | None]) -> Made | StoredRequest:
    """Return what `looking` finds of the step's result; without one, what `before_model_call` returns.

    Both are looked for at once: nobody waits for the one to begin with the other.

    Raises:
        Cancelled: there is no result, and the generation was cancelled.
        NotFound: there is no result, and the generation was deleted.
    """
    made, request = await asyncio.gather(looking, before_model_call(deps, step), return_exceptions=True)
    if isinstance(made, BaseException):
        raise made
    if made is not None:
        return made
    if isinstance(request, BaseException):
        raise request
    return request


async def uploads(
    deps: Deps, step: StepRequest, kind: ReferenceKind, references: Sequence[StoredReference]
) -> Sequence[NamedImage]:
    """Return uploaded images for a call of the model that is still wanted after they were read.

    Raises:
        Cancelled, NotFound: as for `before_model_call`.
    """
    images = [await deps.generations.upload(step.generation_id, kind, reference) for reference in references]
    if images:
        await before_model_call(deps, step)  # reading them took its time
    return images
