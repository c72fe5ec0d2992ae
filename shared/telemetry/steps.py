"""An attempt at a step, told of: one span, its errors, and whether a further attempt helped."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.errors import Cancelled, Expired, MangaError, UnknownGeneration
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord, StepRequest
from shared.telemetry.metrics import ERRORS, RETRIES
from shared.telemetry.port import ERROR_TYPE, GENERATION_ID, Span, Telemetry


class StepAttempt:
    """One attempt, from its begin to what came of it."""

    def __init__(self, telemetry: Telemetry, span: Span, step: StepRequest, *, is_retry: bool) -> None:
        self._telemetry = telemetry
        self._span = span
        self._step = step
        self._is_retry = is_retry

    def done(self) -> None:
        """Tell that the step's result is there."""
        self._span.note({"manga.step.outcome": "done"})
        self._count_retry("succeeded")

    def failed(self, error: MangaError) -> None:
        """Tell why there is no result; one that nobody wants any more is no error."""
        if isinstance(error, Cancelled | UnknownGeneration | Expired):
            self._span.note({"manga.step.outcome": "cancelled"})
            return
        self._span.note({"manga.step.outcome": "failed"})
        self._span.fail(error.code)
        self._telemetry.count(ERRORS, {ERROR_TYPE: error.code, "manga.step.kind": self._step.kind})
        self._count_retry("failed")

    def _count_retry(self, outcome: str) -> None:
        if self._is_retry:
            self._telemetry.count(RETRIES, {"manga.outcome": outcome, "manga.step.kind": self._step.kind})


def attributes_of(step: StepRef) -> dict[str, str | int]:
    """Return the step as attributes of a span."""
    return {
        GENERATION_ID: step.generation_id,
        "manga.step.kind": step.kind,
        "manga.step.index": step.index,
        "manga.step.version": step.version,
    }


@asynccontextmanager
async def step_attempt(
    telemetry: Telemetry, step: StepRequest, earlier: FailureRecord | None
) -> AsyncGenerator[StepAttempt]:
    """Trace an attempt at the step as a child of the request that started the generation's work.

    That request's span goes with the orchestration's input, so that every step finds the same root wherever and
    whenever it runs: what an orchestrator calls on replay is not called again, and it has no spans of its own here.
    An attempt that a crash made the engine repeat has two spans, since it was made twice.

    `earlier` is the record of the step's failed attempts; the engine gives an activity no attempt number.
    """
    about = {
        **attributes_of(step),
        "manga.step.attempt": 1 if earlier is None else earlier.attempts + 1,
    }
    with telemetry.span(f"step {step.kind}", about, parent=step.trace_parent) as span:
        yield StepAttempt(telemetry, span, step, is_retry=earlier is not None)
