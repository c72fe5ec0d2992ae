"""An HTTP server that answers like the app, except where a test scripts its answers."""

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from shared.models.messages import StreamMessage, sequence_of
from shared.ndjson import MEDIA_TYPE, to_line
from tests.client.comics import GENERATION_ID

PDF = b"%PDF-1.7\n" + b"a page\n" * 40_000


@dataclass(frozen=True)
class Turn:
    """One answer. `body` None: the messages after `after` in a stream, or nothing.

    `end`: the answer is complete; its connection breaks; it stays open and silent; or it breaks before any answer.
    """

    body: bytes | None = None
    end: Literal["complete", "broken", "silent", "unanswered"] = "complete"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": MEDIA_TYPE})


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def refusal(status: int, text: str = '{"error": "Not now.", "code": "not-now"}', **headers: str) -> Turn:
    """Return an error answer; `_` in header names stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Turn(text.encode(), status=status, headers={"Content-Type": "application/json", **named})


def json_turn(answer: object) -> Turn:
    """Return an answer with JSON."""
    return Turn(json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


_COUNTED = {"min": 2, "expected": 3, "max": 4}
FREE = {
    **dict.fromkeys(("panels", "characters", "calls", "minutes"), _COUNTED),
    "words": 4,
    "price": None,
    "isFree": True,
}
PDF_FILE = Turn(PDF, headers={"Content-Type": "application/pdf"})


class ScriptedApp:
    """Serves one generation's messages and files.

    Scripted answers come first: `turns` for streams, `estimates`, `looks` for lookups, `exports` for files and
    `changes` for changes of the generation. After an accepted change, the messages are `after_change`. Unless scripted,
    a generation is free.
    """

    def __init__(self) -> None:
        self.messages: Sequence[StreamMessage] = ()
        self.after_change: Sequence[StreamMessage] | None = None
        self.turns: deque[Turn] = deque()
        self.estimates: deque[Turn] = deque()
        self.looks: deque[Turn] = deque()
        self.exports: deque[Turn] = deque()
        self.changes: deque[Turn] = deque()
        self.calls: list[Call] = []
        self.state = '{"status": "running", "lastSeq": 0}'
        self.plan = "{}"
        self.url = ""
        self.is_silent = asyncio.Event()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free loopback port."""
        app = web.Application()
        app.router.add_post("/api/generate-manga-stream", self._stream)
        app.router.add_post("/api/generate-manga-stream/cancel", self._change)
        app.router.add_get("/api/generate-manga-stream/{id}", self._stream)
        app.router.add_get("/api/generations/{id}", self._state)
        app.router.add_get("/api/generations/{id}/lettering", self._state)
        app.router.add_get("/api/generations/{id}/plan", self._plan)
        app.router.add_put("/api/generations/{id}/plan", self._plan)
        app.router.add_get("/api/admin/{view}", self._state)
        app.router.add_get("/api/generations/{id}/export", self._export)
        for method in ("POST", "PUT", "DELETE"):
            app.router.add_route(method, "/api/generations/{id}/{change:.+}", self._change)
        app.router.add_delete("/api/generations/{id}", self._change)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def stream_calls(self) -> list[Call]:
        """Return the requests for a stream."""
        prefix = "/api/generate-manga-stream"
        return [call for call in self.calls if call.path.startswith(prefix) and "estimate" not in call.query]

    def other_calls(self) -> list[str]:
        """Return the other requests without estimates, each as its method and its path below the generation."""
        prefix = f"/api/generations/{GENERATION_ID}"
        calls = [call for call in self.calls if prefix in call.path and "estimate" not in call.query]
        return [f"{call.method} {call.path.removeprefix(prefix)}".strip() for call in calls]

    async def _plan(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        if self.looks:
            return await self._play(request, self.looks.popleft(), b"")
        return web.Response(text=self.plan, content_type="application/json", headers={"ETag": '"original"'})

    async def _state(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        if self.looks:
            return await self._play(request, self.looks.popleft(), b"")
        return web.Response(text=self.state, content_type="application/json")

    async def _change(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        if "estimate" in request.query:
            return await self._play(request, self._next_estimate(), b"")
        if self.changes:
            return await self._play(request, self.changes.popleft(), b"")
        if self.after_change is not None:
            self.messages = self.after_change
        if request.method == "DELETE":
            return web.Response(status=204)
        return web.Response(status=202, text=self.state, content_type="application/json")

    async def _export(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        return await self._play(request, self.exports.popleft() if self.exports else PDF_FILE, b"")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        if "estimate" in request.query:
            return await self._play(request, self._next_estimate(), b"")
        turn = self.turns.popleft() if self.turns else Turn()
        return await self._play(request, turn, self._lines_after(int(request.query.get("after", "0"))))

    def _next_estimate(self) -> Turn:
        return self.estimates.popleft() if self.estimates else json_turn(FREE)

    async def _play(self, request: web.Request, turn: Turn, content: bytes) -> web.StreamResponse:
        headers = {"X-Generation-Id": GENERATION_ID} if turn.status == 200 else {}
        response = web.StreamResponse(status=turn.status, headers=headers | turn.headers)
        if turn.end == "unanswered":
            _break(request)
            return response
        await response.prepare(request)
        await response.write(turn.body if turn.body is not None else content)
        if turn.end == "silent":
            self.is_silent.set()
            await self._closing.wait()
        if turn.end != "complete":
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
