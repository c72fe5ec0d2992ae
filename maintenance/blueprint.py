"""Registers the timer functions, with their dependencies handed in."""

import azure.durable_functions as df
import azure.functions as func

from maintenance.retention import enforce_retention
from shared.adapters.durable import DurableEngine
from shared.deps import ResolveDeps
from shared.names import RETENTION


def build_blueprint(resolve_deps: ResolveDeps, schedule: str) -> df.Blueprint:
    """Return the timers. `schedule` is the retention's, in NCRONTAB; one run at a time is the platform's care."""
    blueprint = df.Blueprint()

    @blueprint.function_name(RETENTION)
    @blueprint.timer_trigger("timer", schedule)
    @blueprint.durable_client_input(client_name="client")
    async def retention(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
        del timer
        await enforce_retention(resolve_deps(), DurableEngine(client))

    return blueprint
