"""The only place that touches azure-functions-runtime, which publishes no types.

One app can be loaded in a process: the library keeps its function registry and its HTTP coordinator in module globals.
"""

import importlib
from types import SimpleNamespace
from typing import Protocol, cast

from tools.devhost.worker.protos import (
    PROTOS,
    FunctionMetadataResponse,
    InvocationRequest,
    InvocationResponse,
    WorkerInitResponse,
)


class _RuntimeModule(Protocol):
    async def worker_init_request(self, request: object) -> WorkerInitResponse: ...
    async def functions_metadata_request(self, request: object) -> FunctionMetadataResponse: ...
    async def invocation_request(self, request: object) -> InvocationResponse: ...
    def start_threadpool_executor(self) -> None: ...


def _module() -> _RuntimeModule:
    return cast("_RuntimeModule", cast("object", importlib.import_module("azure_functions_runtime")))


def start_thread_pool() -> None:
    """Start the threads for the app's sync functions (``PYTHON_THREADPOOL_THREAD_COUNT`` of them)."""
    _module().start_threadpool_executor()


async def init_worker(app_dir: str, bind_address: str) -> WorkerInitResponse:
    """Import the app and, when it uses the streaming HTTP extension, start its server in the running loop."""
    init = SimpleNamespace(capabilities=dict[str, str](), function_app_directory=app_dir)
    request = SimpleNamespace(
        request=SimpleNamespace(worker_init_request=init), properties={"host": bind_address, "protos": PROTOS}
    )
    return await _module().worker_init_request(request)


async def list_functions() -> FunctionMetadataResponse:
    return await _module().functions_metadata_request(SimpleNamespace())


async def invoke(request: InvocationRequest) -> InvocationResponse:
    return await _module().invocation_request(SimpleNamespace(request=SimpleNamespace(invocation_request=request)))
