"""Durable functions run through the worker: the engine's `Invoker`."""

import asyncio
from collections.abc import Iterable

from tools.devhost.engine.invoker import Outcome
from tools.devhost.functions import ACTIVITY_TRIGGER, ENTITY_TRIGGER, ORCHESTRATION_TRIGGER, Function
from tools.devhost.worker.inputs import DurableClientBinding, client_inputs
from tools.devhost.worker.protos import ParameterBinding, TypedData
from tools.devhost.worker.worker import Worker


class WorkerInvoker:
    """Finds the app's durable functions by name and runs them, no longer than the function timeout."""

    def __init__(
        self, worker: Worker, functions: Iterable[Function], timeout_s: float | None, client: DurableClientBinding
    ) -> None:
        self._worker = worker
        self._timeout_s = timeout_s
        self._client = client
        by_name: dict[tuple[str, str], Function] = {}
        for function in functions:
            by_name[function.trigger_type, function.durable_name.casefold()] = function
        self._by_name = by_name

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
        if function is None or function.trigger is None:
            return Outcome(error=f"The app has no {trigger_type} function '{name}'.")
        inputs = [ParameterBinding(function.trigger.name, TypedData(string=text))]
        inputs += client_inputs(function, self._client)
        try:
            async with asyncio.timeout(self._timeout_s):
                result = await self._worker.invoke(function, inputs)
        except TimeoutError:
            return Outcome(
                error=f"Timeout value of {self._timeout_s} s exceeded by function: Functions.{function.name}"
            )
        return Outcome(result.text, result.error, result.stack)
