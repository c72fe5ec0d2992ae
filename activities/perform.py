"""What every activity does around its own work: find a result that is there, sort out failures.

An activity may run any number of times (the engine repeats it after a crash): one whose result is in storage
returns it without calling the model. A failure worth another try is raised, and the orchestration's retry
options decide; any other is returned as a value, so that no second call is paid for.
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
    NotConfigured,
    NotFound,
    StorageUnavailable,
)
from shared.generations import NamedImage, ReferenceKind
from shared.models.requests import StoredReference, StoredRequest
from shared.models.steps import FailureRecord, StepDone, StepFailed, StepRequest
from shared.models.usage import Usage
from shared.paid_model import PaidModel
from shared.telemetry.steps import StepAttempt, step_attempt

_logger = logging.getLogger(__name__)

type Work = Callable[[Deps, StepRequest], Awaitable[StepDone]]


class AttemptFailed(Exception):
    """An attempt failed in a way that is worth another one. Carries our code only."""


async def perform(deps: Deps, payload: object, work: Work) -> dict[str, JsonValue]:
    """Do a step's work; return its StepOutcome as JSON.

    Raises:
        AttemptFailed: another attempt may succeed.
    """
    step = StepRequest.model_validate(payload)
    try:
        async with step_attempt(deps, step) as attempt:
            outcome = await _perform(deps, step, work, attempt)
    finally:
        deps.leftovers.look_soon(deps.generations, step.generation_id)
    deps.news.tell(step.generation_id, "step-ended")
    return outcome


async def _perform(deps: Deps, step: StepRequest, work: Work, attempt: StepAttempt) -> dict[str, JsonValue]:
    model = PaidModel(deps, step.generation_id, lambda: before_model_call(deps, step))
    try:
        outcome = await work(replace(deps, text_model=model, image_model=model), step)
    except (FinalModelError, BudgetExhausted, NotConfigured, NotFound, Cancelled) as exc:
        attempt.failed(exc)
        await _note(deps, step, exc, model.used)
        return StepFailed(failure=exc.code).model_dump(mode="json", exclude_none=True)
    except MangaError as exc:
        attempt.failed(exc)
        await _note(deps, step, exc, model.used)
        # Without its cause: a provider's words must not enter the history.
        raise AttemptFailed(exc.code) from None
    attempt.done()
    return outcome.model_dump(mode="json", exclude_none=True)


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


async def _note(deps: Deps, step: StepRequest, error: MangaError, used: Usage) -> None:
    _logger.warning(
        "A step's attempt failed",
        extra={
            "action": "step_attempt_failed",
            "generation_id": step.generation_id,
            "step": step.kind,
            "index": step.index,
            "code": error.code,
            "detail": str(error),
        },
    )
    try:
        await deps.generations.save_failure(step, await _record(deps, step, error, used))
    except StorageUnavailable:
        _logger.warning("A failure could not be noted", extra={"action": "failure_not_noted", "code": error.code})


async def _record(deps: Deps, step: StepRequest, error: MangaError, used: Usage) -> FailureRecord:
    """Return what is kept of a failure, with what all attempts used until now."""
    earlier = await deps.generations.failure(step)
    return FailureRecord(
        code=error.code,
        block=error.block if isinstance(error, ContentBlocked) else None,
        used=used if earlier is None else earlier.used + used,
    )
