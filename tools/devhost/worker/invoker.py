"""Durable functions, run through the worker: the engine's `Invoker`."""

from collections.abc import Iterable

from tools.devhost.engine.invoker import Outcome
from tools.devhost.functions import ACTIVITY_TRIGGER, ENTITY_TRIGGER, ORCHESTRATION_TRIGGER, Function
from tools.devhost.worker.protos import TypedData
from tools.devhost.worker.runner import FunctionRunner


class WorkerInvoker:
    """Finds the app's durable functions by name and runs them."""

    def __init__(self, runner: FunctionRunner, functions: Iterable[Function]) -> None:
        self._runner = runner
        self._by_name = {(function.trigger_type, function.durable_name.casefold()): function for function in functions}

    def has_orchestrator(self, name: str) -> bool:
        return (ORCHESTRATION_TRIGGER, name.casefold()) in self._by_name

    def has_activity(self, name: str) -> bool:
        return (ACTIVITY_TRIGGER, name.casefold()) in self._by_name

    def has_entity(self, name: str) -> bool:
        return (ENTITY_TRIGGER, name.casefold()) in self._by_name

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        return await self._run(ORCHESTRATION_TRIGGER, name, context)

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        return await self._run(ACTIVITY_TRIGGER, name, activity_input)

    async def run_entity(self, name: str, context: str) -> Outcome:
        return await self._run(ENTITY_TRIGGER, name, context)

    async def _run(self, trigger_type: str, name: str, text: str) -> Outcome:
        function = self._by_name.get((trigger_type, name.casefold()))
        if function is None:
            return Outcome(error=f"The app has no {trigger_type} function '{name}'.")
        result = await self._runner.run(function, TypedData(string=text))
        return Outcome(result.text, result.error, result.stack)
