"""Registers the orchestrations under their names in the durable engine."""

from typing import cast

import azure.durable_functions as df

from orchestrators.context import Flow, OrchestrationContext, Output
from orchestrators.manga import run_manga
from orchestrators.step import run_step
from shared.names import MANGA_ORCHESTRATOR, STEP_ORCHESTRATOR

blueprint = df.Blueprint()


@blueprint.function_name(MANGA_ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
def manga(context: df.DurableOrchestrationContext) -> Flow[Output]:
    """Run a whole generation."""
    return (yield from run_manga(cast("OrchestrationContext", context)))


@blueprint.function_name(STEP_ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
def step(context: df.DurableOrchestrationContext) -> Flow[Output]:
    """Run one step of a generation."""
    return (yield from run_step(cast("OrchestrationContext", context)))
