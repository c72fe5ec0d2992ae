"""One step of a generation: one activity, called with the built-in retry options.

The retry needs a child orchestration of its own. Seen on the real host (extension 3.19): activities with retry options
that run side by side under `task_any` fail their orchestration as soon as it schedules anything further
("Non-Deterministic workflow detected", 4 of 4 runs, whether or not a retry was used up). Child orchestrations side by
side under `task_any` work, and so do, within a child, retried activities one after another with timers in between and
failures caught. So whoever waits for a step waits for a plain child, which returns a value either way.
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

# The platform's timers have whole seconds, rounded down: 2 s wait for 1 to 2 s, and 1 s would not wait at all.
RETRY_INTERVAL_MS = 2000


def run_step(context: OrchestrationContext) -> Flow[Output]:
    """Run the step that the input (StepRequest) names; return its StepOutcome as JSON.

    An activity that returns StepWaits is called again after that time. It decides when the waits add up to too much.
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
