"""Telemetry of an attempt at a step: a span, its error, and whether a retry helped."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.errors import Cancelled, Expired, MangaError, UnknownGeneration
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord, StepRequest
from shared.telemetry.metrics import ERRORS, RETRIES
from shared.telemetry.port import ERROR_TYPE, GENERATION_ID, Span, Telemetry


class StepAttempt:
    """One attempt at a step."""

    def __init__(self, telemetry: Telemetry, span: Span, step: StepRequest, *, is_retry: bool) -> None:
        self._telemetry = telemetry
        self._span = span
        self._step = step
        self._is_retry = is_retry

    def done(self) -> None:
        """Record that the attempt succeeded."""
        self._span.note({"manga.step.outcome": "done"})
        self._count_retry("succeeded")

    def failed(self, error: MangaError) -> None:
        """Record why the attempt failed. A result that is no longer wanted is no error."""
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
    """Trace an attempt at the step as a child of the request that started the round.

    That request's span is part of the orchestration's input, so all steps have the same root. Orchestrators have no
    spans, since they are replayed. An attempt that was repeated after a crash has two spans.

    `earlier` is the record of the step's failed attempts; the engine gives an activity no attempt number.
    """
    about = {
        **attributes_of(step),
        "manga.step.attempt": 1 if earlier is None else earlier.attempts + 1,
    }
    with telemetry.span(f"step {step.kind}", about, parent=step.trace_parent) as span:
        yield StepAttempt(telemetry, span, step, is_retry=earlier is not None)
