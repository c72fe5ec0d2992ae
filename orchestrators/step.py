"""One step of a generation: one activity, called with the built-in retry options.

The retry lives alone in this child orchestration and nothing is scheduled after it: on Azure,
a retried activity under `task_any`, or one whose failure is caught and followed by further work, can hang
for ever (azure-functions-durable-python issue 603). Whoever waits for a step waits for a plain child that
returns a value either way.
"""

import azure.durable_functions as df

from orchestrators.context import Flow, OrchestrationContext, Output
from shared.models.steps import RETRIES_EXHAUSTED, STEP_OUTCOME, StepFailed, StepProgress, StepRequest
from shared.names import ACTIVITIES

MAX_ATTEMPTS = 2
RETRY_INTERVAL_MS = 1000
_TASK_FAILED = 6


def run_step(context: OrchestrationContext) -> Flow[Output]:
    """Run the step that the input (StepRequest) names; return its StepOutcome as JSON."""
    request = StepRequest.model_validate(context.get_input())
    context.set_custom_status(_progress(context, request))
    retry_options = df.RetryOptions(RETRY_INTERVAL_MS, MAX_ATTEMPTS)
    payload = request.model_dump(mode="json", by_alias=True)
    try:
        outcome = yield context.call_activity_with_retry(ACTIVITIES[request.kind], retry_options, payload)
    except Exception:  # noqa: BLE001 - the SDK raises a failed activity as a bare Exception
        return StepFailed(failure=RETRIES_EXHAUSTED).model_dump(mode="json")
    return STEP_OUTCOME.validate_python(outcome).model_dump(mode="json", exclude_none=True)


def _progress(context: OrchestrationContext, request: StepRequest) -> object:
    """Every episode runs from the top with the whole history at hand, so this follows each failed attempt."""
    failures = sum(1 for event in context.histories if int(event.event_type) == _TASK_FAILED)
    progress = StepProgress(
        kind=request.kind,
        index=request.index,
        version=request.version,
        attempt=min(failures + 1, MAX_ATTEMPTS),
    )
    return progress.model_dump(mode="json", by_alias=True)
