"""The HTTP API that the SDK's durable client talks to, with the faults that a test chooses."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

import azure.durable_functions as df
from aiohttp import web
from azure.durable_functions.models.utils import http_utils

type Fault = Literal["503", "503 page", "502", "500", "500 empty", "garbage", "other JSON", "closed", "silent"]

STACK_TRACE = "at DurableTask.AzureStorage.AzureStorageOrchestrationService.SecretMethod()"

# Status, media type and body; a 500 as the extension puts it (HttpApiHandler.cs).
_FAULTY_ANSWERS: dict[Fault, tuple[int, str, str]] = {
    "503": (503, "text/plain", ""),
    "503 page": (503, "text/html", "<h1>Host unavailable</h1>"),
    "502": (502, "text/plain", ""),
    "500": (500, "application/json", json.dumps({"ExceptionMessage": "No table.", "StackTrace": STACK_TRACE * 50})),
    "500 empty": (500, "text/plain", ""),
    "garbage": (200, "text/html", "<html>"),
    "other JSON": (200, "application/json", '["something", "else"]'),
}


class EngineEndpoint:
    """Knows the orchestration RUNNING and no other; `faults` are by HTTP method."""

    RUNNING = "running"

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.requests: list[str] = []
        self.url = ""
        self._is_stopping = asyncio.Event()

    def client_context(self) -> str:
        """Return what the host hands to a function for its durable client."""
        addresses = {"id": "INSTANCEID"}
        return json.dumps(
            {
                "taskHubName": "hub",
                "creationUrls": addresses,
                "managementUrls": addresses,
                "rpcBaseUrl": f"{self.url}/durabletask/",
            }
        )

    def client(self) -> df.DurableOrchestrationClient:
        """Return the SDK's client of this endpoint."""
        return df.DurableOrchestrationClient(self.client_context())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.requests.append(f"{request.method} {request.path_qs}")
        fault = self.faults.get(request.method)
        return await self._fail(request, fault) if fault is not None else self._answer(request)

    def stop(self) -> None:
        """Let requests that wait for an answer end."""
        self._is_stopping.set()

    def _answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/durabletask/")
        if path == "instances/":
            return web.json_response([_state(self.RUNNING)])
        if path.startswith("orchestrators/"):
            return web.json_response({"id": path.rpartition("/")[2]}, status=202)
        if path.split("/")[1] != self.RUNNING:
            return web.Response(status=404)
        match request.method:
            case "GET":
                return web.json_response(_state(self.RUNNING), status=202)
            case "DELETE":
                return web.json_response({"instancesDeleted": 1})
            case _:
                return web.Response(status=202)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault == "closed" and request.transport is not None:
            request.transport.close()
        if fault == "silent":
            await self._is_stopping.wait()
        status, media_type, text = _FAULTY_ANSWERS.get(fault, (500, "text/plain", ""))
        return web.Response(status=status, content_type=media_type, text=text)


@asynccontextmanager
async def engine_endpoint() -> AsyncGenerator[EngineEndpoint]:
    """Serve one on a free port of the loopback."""
    endpoint = EngineEndpoint()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", endpoint.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    endpoint.url = f"http://{host}:{port}"
    try:
        yield endpoint
    finally:
        endpoint.stop()
        # The SDK keeps its connections for the process, and each test has an event loop.
        await http_utils._close_session()  # pyright: ignore[reportPrivateUsage]
        await runner.cleanup()


def _state(instance_id: str) -> dict[str, object]:
    return {
        "name": "manga",
        "instanceId": instance_id,
        "runtimeStatus": "Running",
        "input": None,
        "customStatus": {"entries": []},
        "output": None,
        "createdTime": "2026-01-01T00:00:00Z",
        "lastUpdatedTime": "2026-01-01T00:00:01Z",
    }
