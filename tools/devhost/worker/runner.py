"""Runs functions through the worker: with their inputs, and no longer than the function timeout."""

import asyncio
from collections.abc import Callable

from tools.devhost.functions import DURABLE_CLIENT, Binding, Function
from tools.devhost.worker.protos import ParameterBinding, TypedData
from tools.devhost.worker.worker import Invocation, Worker

#: Makes the JSON text that a durable client binding gets.
type DurableClientBinding = Callable[[Binding], str]


class FunctionRunner:
    """Runs a function with its trigger's value."""

    def __init__(self, worker: Worker, timeout_s: float | None, make_client: DurableClientBinding) -> None:
        self.worker = worker
        self.timeout_s = timeout_s
        self._make_client = make_client

    def inputs(self, function: Function, value: TypedData) -> list[ParameterBinding]:
        """Return the trigger's value and one input for each durable client that the function declares."""
        name = function.trigger.name if function.trigger else ""
        clients = [
            ParameterBinding(binding.name, TypedData(string=self._make_client(binding)))
            for binding in function.of_type(DURABLE_CLIENT)
        ]
        return [ParameterBinding(name, value), *clients]

    async def run(self, function: Function, value: TypedData) -> Invocation:
        """Run the function once; a failure or a timeout is an `Invocation` with an error."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self.worker.invoke(function, self.inputs(function, value))
        except TimeoutError:
            return Invocation(
                error=f"Timeout value of {self.timeout_s} s exceeded by function: Functions.{function.name}"
            )
