"""One step of a generation: one activity, called with the built-in retry options.

The retry needs its own child orchestration. On the real host (extension 3.19), activities with retry options that run
in parallel under `task_any` fail their orchestration as soon as it schedules anything else ("Non-Deterministic workflow
detected", in 4 of 4 runs, whether or not there was a retry). What works: child orchestrations in parallel under
`task_any` and, within a child, retried activities one after another, with timers between them and caught failures.
"""

from datetime import timedelta

import azure.durable_functions as df

from orchestrators.context import Flow, OrchestrationContext, Output
from shared.models.steps import (
    ACTIVITY_OUTCOME,
    MAX_ATTEMPTS,
    RETRIES_EXHAUSTED,
    ActivityOutcome,
    StepFailed,
    StepProgress,
    StepRequest,
    StepWaits,
)
from shared.names import ACTIVITIES

# The platform rounds timers down to whole seconds: 2 s means a wait of 1 to 2 s, and 1 s might not wait at all.
RETRY_INTERVAL_MS = 2000


def run_step(context: OrchestrationContext) -> Flow[Output]:
    """Run the step of the input (StepRequest); return its StepOutcome as JSON.

    An activity that returns StepWaits is called again after that time. The activity limits the total wait.
    """
    request = StepRequest.model_validate(context.get_input())
    attempt = 1
    _publish(context, request, attempt)
    outcome = yield from _call_activity(context, request)
    while isinstance(outcome, StepWaits):
        attempt = outcome.attempts + 1
        _publish(context, request, attempt, waiting_s=outcome.wait_s)
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=outcome.wait_s))
        request = request.model_copy(update={"waited_s": request.waited_s + outcome.wait_s})
        _publish(context, request, attempt)
        outcome = yield from _call_activity(context, request)
    _publish(context, request, outcome.retried.attempts if outcome.retried else attempt)
    return outcome.model_dump(mode="json", exclude_none=True)


def _call_activity(context: OrchestrationContext, request: StepRequest) -> Flow[ActivityOutcome]:
    retry_options = df.RetryOptions(RETRY_INTERVAL_MS, MAX_ATTEMPTS)
    payload = request.model_dump(mode="json", by_alias=True)
    try:
        outcome = yield context.call_activity_with_retry(ACTIVITIES[request.kind], retry_options, payload)
    except Exception:  # noqa: BLE001 - the SDK raises a failed activity as a bare Exception
        return StepFailed(failure=RETRIES_EXHAUSTED)
    return ACTIVITY_OUTCOME.validate_python(outcome)


def _publish(context: OrchestrationContext, request: StepRequest, attempt: int, waiting_s: int | None = None) -> None:
    progress = StepProgress(
        kind=request.kind, index=request.index, version=request.version, attempt=attempt, waiting_s=waiting_s
    )
    context.set_custom_status(progress.model_dump(mode="json", by_alias=True, exclude_none=True))
