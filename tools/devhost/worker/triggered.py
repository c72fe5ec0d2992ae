"""Functions that the host fires on its own account: run through the worker, no longer than the function timeout."""

import asyncio

from tools.devhost.functions import Function
from tools.devhost.worker.inputs import DurableClientBinding, client_inputs
from tools.devhost.worker.protos import ParameterBinding, TypedData
from tools.devhost.worker.worker import Invocation, Worker


class TriggeredFunctions:
    """Runs a function with what its trigger gives."""

    def __init__(self, worker: Worker, timeout_s: float | None, client: DurableClientBinding) -> None:
        self._worker = worker
        self._timeout_s = timeout_s
        self._client = client

    async def run(self, function: Function, value: TypedData) -> Invocation:
        """Run the function once; a failure, or taking too long, is an `Invocation` with an error."""
        if function.trigger is None:
            return Invocation(error=f"The function {function.name} has no trigger.")
        inputs = [ParameterBinding(function.trigger.name, value), *client_inputs(function, self._client)]
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._worker.invoke(function, inputs)
        except TimeoutError:
            return Invocation(
                error=f"Timeout value of {self._timeout_s} s exceeded by function: Functions.{function.name}"
            )
