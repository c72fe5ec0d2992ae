"""A real HTTP server that answers as the app does, except for the turns that a test scripts."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from shared.models.messages import StreamMessage, sequence_of
from shared.ndjson import MEDIA_TYPE, to_line
from tests.client.comics import GENERATION_ID


@dataclass(frozen=True)
class Turn:
    """One answer. `body` None: the messages after the `after` that was asked for.

    `end`: the answer ends as it should; the connection breaks; it stays open without a byte; or it breaks
    before there is any answer.
    """

    body: bytes | None = None
    end: Literal["well", "broken", "silent", "unanswered"] = "well"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": MEDIA_TYPE})


@dataclass(frozen=True)
class Call:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def refusal(status: int, text: str = '{"error": "Not now.", "code": "not-now"}', **headers: str) -> Turn:
    """Return an error answer; `_` in header names stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Turn(text.encode(), status=status, headers={"Content-Type": "application/json", **named})


class ScriptedApp:
    """Serves one generation's messages; each stream request takes a turn of the script, if there is one left."""

    def __init__(self) -> None:
        self.messages: Sequence[StreamMessage] = ()
        self.turns: deque[Turn] = deque()
        self.calls: list[Call] = []
        self.state = '{"status": "running", "lastSeq": 0}'
        self.url = ""
        self.is_silent = asyncio.Event()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        app = web.Application()
        app.router.add_post("/api/generate-manga-stream", self._stream)
        app.router.add_get("/api/generate-manga-stream/{id}", self._stream)
        app.router.add_get("/api/generations/{id}", self._tell_state)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close everything."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def stream_calls(self) -> list[Call]:
        """Return the calls that asked for a stream."""
        return [call for call in self.calls if call.path.startswith("/api/generate-manga-stream")]

    async def _tell_state(self, request: web.Request) -> web.Response:
        await self._record(request)
        return web.Response(text=self.state, content_type="application/json")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        turn = self.turns.popleft() if self.turns else Turn()
        headers = {"X-Generation-Id": GENERATION_ID} if turn.status == 200 else {}
        response = web.StreamResponse(status=turn.status, headers=headers | turn.headers)
        if turn.end == "unanswered":
            _break(request)
            return response
        await response.prepare(request)
        body = turn.body if turn.body is not None else self._lines_after(int(request.query.get("after", "0")))
        await response.write(body)
        if turn.end == "silent":
            self.is_silent.set()
            await self._closing.wait()
        if turn.end != "well":
            _break(request)
        return response

    def _lines_after(self, after: int) -> bytes:
        return b"".join(to_line(message) for message in self.messages if (sequence_of(message) or after + 1) > after)

    async def _record(self, request: web.Request) -> None:
        body = await request.read()
        self.calls.append(Call(request.method, request.path, dict(request.query), dict(request.headers), body))


def _break(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
