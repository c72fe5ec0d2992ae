"""The app, loaded into this process and run on the host's event loop.

That loop must not be the main thread's: the streaming extension's server captures SIGINT and SIGTERM when it runs there
and then waits for open streams.
"""

import asyncio
import json
import logging
import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from tools.devhost.functions import Binding, Function
from tools.devhost.worker import runtime
from tools.devhost.worker.protos import (
    InvocationRequest,
    ParameterBinding,
    RpcFunctionMetadata,
    StatusResult,
    TypedData,
)

_SERVER_READY_TIMEOUT_S = 10.0
_SCRIPT = "function_app.py"


class AppLoadError(Exception):
    """The app could not be loaded. The text is the app's own error, for its developer."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """The result of an invocation: a value, or an error with its Python stack."""

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
        self.functions: tuple[Function, ...] = ()
        self.http_uri: str | None = None
        """Address of the app's streaming HTTP server; None when the app uses classic HTTP functions or none."""

    async def start(self) -> None:
        """Import the app.

        Raises:
            AppLoadError: when it fails, with the app's message and stack.
        """
        _quiet_server_logs()
        sys.path.insert(0, str(self._app_dir))  # first, or another folder's module of the same name would be taken
        runtime.start_thread_pool()
        await self._load()
        if self.http_uri:
            await _wait_for_listener(self.http_uri)
            _drop_access_log()

    async def invoke(
        self, function: Function, inputs: list[ParameterBinding], invocation_id: str | None = None
    ) -> Invocation:
        """Run `function` once. Cancelling the call cancels an async function; a sync one runs on in its thread."""
        request = InvocationRequest(invocation_id or str(uuid.uuid4()), function.function_id, inputs)
        try:
            response = await runtime.invoke(request)
        except (asyncio.CancelledError, SystemExit) as error:
            if _is_being_cancelled():
                raise
            return Invocation(error=f"the function ended with {type(error).__name__}")
        if response.result.status == StatusResult.Success:
            return Invocation(response.return_value, tuple(response.output_data))
        failure = response.result.exception
        return Invocation(
            error=failure.message if failure else "the function failed", stack=failure.stack_trace if failure else ""
        )

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


def _is_being_cancelled() -> bool:
    """Whether this call is being cancelled, as opposed to a function that raises CancelledError itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _script_name() -> str:
    return os.environ.get("PYTHON_SCRIPT_FILE_NAME", _SCRIPT)


def _function(metadata: RpcFunctionMetadata) -> Function:
    return Function(metadata.name, metadata.function_id, tuple(_binding(raw) for raw in metadata.raw_bindings))


def _binding(raw: str) -> Binding:
    values = cast("dict[str, object]", json.loads(raw))
    return Binding(str(values["name"]), str(values["type"]), values)


async def _wait_for_listener(uri: str) -> None:
    """Poll the app's server until it listens: the worker does not report that."""
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
    """Hide the app's server in the log: its address is internal. A filter survives the server's own log setup."""
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)


def _drop_access_log() -> None:
    """Switch off the access log of the app's server."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
