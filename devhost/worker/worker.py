"""The app in its own thread and event loop.

The loop must not be the main thread's: the streaming extension's server captures SIGINT and SIGTERM when it runs there
and then waits for open streams. A loop of its own also keeps the app's streams apart from the host's work.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import threading
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from devhost.functions import Binding, Function
from devhost.worker import runtime
from devhost.worker.protos import InvocationRequest, ParameterBinding, RpcFunctionMetadata, StatusResult, TypedData

_SERVER_READY_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 1.0
_SCRIPT = "function_app.py"


class AppLoadError(Exception):
    """The app could not be loaded. The text is the app's own error, for its developer."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """How an invocation ended: a value, or an error with its Python stack."""

    value: TypedData | None = None
    outputs: tuple[ParameterBinding, ...] = ()
    error: str | None = None
    stack: str = ""

    @property
    def text(self) -> str | None:
        """The returned text (JSON for durable functions), or None when nothing was returned."""
        return None if self.value is None else str(self.value.value)


class Worker:
    """Loads the app in `app_dir` and runs its functions."""

    def __init__(self, app_dir: Path) -> None:
        self._app_dir = app_dir
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="worker", daemon=True)
        self.functions: tuple[Function, ...] = ()
        self.http_uri: str | None = None
        """Address of the app's streaming HTTP server; None when the app uses classic HTTP functions or none."""

    async def start(self) -> None:
        """Import the app.

        Raises:
            AppLoadError: when it fails, with the app's message and stack.
        """
        _quiet_server_logs()
        if str(self._app_dir) not in sys.path:
            sys.path.insert(0, str(self._app_dir))
        runtime.start_thread_pool()
        self._thread.start()
        await self._on_worker_loop(self._load())
        if self.http_uri:
            await _wait_for_listener(self.http_uri)
            _drop_access_log()

    async def invoke(
        self, function: Function, inputs: list[ParameterBinding], invocation_id: str | None = None
    ) -> Invocation:
        """Run `function` once. Cancelling the call cancels an async function; a sync one runs on in its thread."""
        request = InvocationRequest(invocation_id or str(uuid.uuid4()), function.function_id, inputs)
        response = await self._on_worker_loop(runtime.invoke(request))
        if response.result.status == StatusResult.Success:
            return Invocation(response.return_value, tuple(response.output_data))
        failure = response.result.exception
        return Invocation(
            error=failure.message if failure else "the function failed", stack=failure.stack_trace if failure else ""
        )

    async def stop(self) -> None:
        """Cancel what runs and stop the loop, without waiting for sync functions in their threads."""
        logging.getLogger("uvicorn.error").disabled = True  # its server logs the cancellation as a traceback
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._on_worker_loop(_cancel_all_tasks()), _STOP_TIMEOUT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, _STOP_TIMEOUT_S)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _on_worker_loop[T](self, work: Coroutine[object, object, T]) -> asyncio.Future[T]:
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _load(self) -> None:
        if not (self._app_dir / _script_name()).is_file():
            raise AppLoadError(f"there is no {_script_name()} in {self._app_dir}")
        response = await runtime.init_worker(str(self._app_dir), "127.0.0.1")
        if response.result.status != StatusResult.Success:
            failure = response.result.exception
            raise AppLoadError(f"{failure.message}\n\n{failure.stack_trace}" if failure else "the worker did not start")
        self.http_uri = response.capabilities.get("HttpUri")
        listed = await runtime.list_functions()
        self.functions = tuple(_function(item) for item in listed.function_metadata_results or [])


def _script_name() -> str:
    return os.environ.get("PYTHON_SCRIPT_FILE_NAME", _SCRIPT)


def _function(metadata: RpcFunctionMetadata) -> Function:
    return Function(metadata.name, metadata.function_id, tuple(_binding(raw) for raw in metadata.raw_bindings))


def _binding(raw: str) -> Binding:
    values = cast("dict[str, object]", json.loads(raw))
    return Binding(str(values["name"]), str(values["type"]), values)


async def _wait_for_listener(uri: str) -> None:
    """The server starts as a task of the worker's loop and tells nobody when it listens, so ask it."""
    address = urlsplit(uri)
    async with asyncio.timeout(_SERVER_READY_TIMEOUT_S):
        while True:
            try:
                _, writer = await asyncio.open_connection(address.hostname, address.port)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            return


def _quiet_server_logs() -> None:
    """The app's server is an inner part: its address is of no use to anybody. A filter outlives its own log setup."""
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)


def _drop_access_log() -> None:
    """Without a handler the server does not even make the lines."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


async def _cancel_all_tasks() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
