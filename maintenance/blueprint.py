"""Registers the timer functions."""

import azure.durable_functions as df
import azure.functions as func

from maintenance.deletions import finish_deletions
from maintenance.retention import enforce_retention
from shared.deps import ResolveDeps
from shared.durable_engine import DurableEngine
from shared.names import FINISH_DELETES, RETENTION

# Crashes are rare and leave little behind.
_HOURLY = "0 0 * * * *"


def build_blueprint(resolve_deps: ResolveDeps, schedule: str) -> df.Blueprint:
    """Return the timers. `schedule` is the retention's, in NCRONTAB. The platform runs one at a time."""
    blueprint = df.Blueprint()

    @blueprint.function_name(RETENTION)
    @blueprint.timer_trigger("timer", schedule)
    @blueprint.durable_client_input(client_name="client")
    async def retention(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
        del timer
        await enforce_retention(resolve_deps(), DurableEngine(client))

    @blueprint.function_name(FINISH_DELETES)
    @blueprint.timer_trigger("timer", _HOURLY, run_on_startup=True)
    @blueprint.durable_client_input(client_name="client")
    async def finish_deletes(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
        del timer
        await finish_deletions(resolve_deps(), DurableEngine(client))

    return blueprint
