"""Runs orchestrators with the real SDK and activities as plain functions, without the worker."""

import asyncio
import importlib
import json
from collections.abc import Callable, Generator
from typing import Any, cast

from tools.devhost.engine.invoker import Outcome

#: The SDK publishes no types for its context and tasks.
type Context = Any
type Flow = Generator[Any, Any, Any]

#: An orchestrator as an app writes it.
type OrchestratorFunction = Callable[[Context], Flow]


class SdkInvoker:
    """Implements the engine's `Invoker`."""

    def __init__(
        self,
        orchestrators: dict[str, OrchestratorFunction],
        activities: dict[str, Callable[[Any], object]] | None = None,
    ) -> None:
        create = _sdk_create()
        self._orchestrators = {name: create(function) for name, function in orchestrators.items()}
        self._activities = activities or {}

    def has_orchestrator(self, name: str) -> bool:
        return name in self._orchestrators

    def has_activity(self, name: str) -> bool:
        return name in self._activities

    def has_entity(self, name: str) -> bool:
        return False

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        try:
            return Outcome(self._orchestrators[name](context))
        except Exception as error:  # noqa: BLE001 -- as the worker does
            return Outcome(error=f"{type(error).__name__}: {error}")

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        await asyncio.sleep(0)
        try:
            return Outcome(json.dumps(self._activities[name](json.loads(activity_input))))
        except Exception as error:  # noqa: BLE001 -- as the worker does
            return Outcome(error=f"{type(error).__name__}: {error}", stack="the stack")

    async def run_entity(self, name: str, context: str) -> Outcome:
        raise AssertionError(f"no entity is declared, so {name} was not to be run over {context}")


def _sdk_create() -> Callable[[OrchestratorFunction], Callable[[str], str]]:
    """The SDK's ``Orchestrator.create``, which has no types."""
    module = importlib.import_module("azure.durable_functions.orchestrator")
    return cast("Callable[[OrchestratorFunction], Callable[[str], str]]", module.Orchestrator.create)


def waits_for_go(context: Context) -> Flow:
    """Wait for the event `go` and return its value."""
    return (yield context.wait_for_external_event("go"))


def calls_echo(context: Context) -> Flow:
    """Call the activity `echo` with 1 and return its result."""
    return (yield context.call_activity("echo", 1))


def echo(value: object) -> object:
    """An activity that returns its input."""
    return value
