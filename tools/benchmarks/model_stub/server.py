"""The stub's HTTP side: `generateContent` of the Gemini API, and calls of its own below `/stub`."""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from aiohttp import web

from tools.benchmarks.model_stub import answers

_BODY_LIMIT_BYTES = 200 * 1024 * 1024
_BASE64_LENGTH, _BYTES_LENGTH = 4, 3

type Kind = Literal["analysis", "breakdown", "image"]


@dataclass(frozen=True, slots=True)
class StubOptions:
    """What the stub answers, and when: latencies in seconds, each call's own within ± `jitter` (a share) of them."""

    characters: int = 4
    panels: int = 12
    text_latency_s: float = 0
    image_latency_s: float = 0
    jitter: float = 0
    image_bytes: int = 0


@dataclass(slots=True)
class Held:
    """Image calls wait while the gate is shut; `image_bytes` is what the open calls carry, sent and to be answered."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0
    image_bytes: int = 0
    peak_image_bytes: int = 0


class ModelStub:
    """The application's handlers."""

    def __init__(self, options: StubOptions) -> None:
        self._options = options
        self._random = random.Random(1)
        self._image_bytes = len(answers.png(options.image_bytes))
        self._bodies: Mapping[Kind, bytes] = {
            "analysis": answers.analysis(options.characters),
            "breakdown": answers.breakdown(options.characters, options.panels),
            "image": answers.picture(options.image_bytes),
        }
        self._held = Held()
        self._held.gate.set()

    def build(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=_BODY_LIMIT_BYTES)
        app.router.add_post("/{version}/models/{call}", self._answer)
        app.router.add_put("/stub/gate", self._turn_gate)
        app.router.add_get("/stub/figures", self._figures)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        kind = _kind_of(body)
        images = _image_bytes_in(body) + (self._image_bytes if kind == "image" else 0)
        self._open(images)
        try:
            await asyncio.sleep(self._latency_s(kind))
            if kind == "image":
                await self._held.gate.wait()
        finally:
            self._held.image_bytes -= images
        return web.Response(body=self._bodies[kind], content_type="application/json")

    def _open(self, images: int) -> None:
        held = self._held
        held.calls += 1
        held.image_bytes += images
        held.peak_image_bytes = max(held.peak_image_bytes, held.image_bytes)

    def _latency_s(self, kind: Kind) -> float:
        options = self._options
        latency_s = options.image_latency_s if kind == "image" else options.text_latency_s
        return latency_s * (1 + self._random.uniform(-options.jitter, options.jitter))

    async def _turn_gate(self, request: web.Request) -> web.Response:
        if await request.json() == "open":
            self._held.gate.set()
        else:
            self._held.gate.clear()
        return web.Response(status=204)

    async def _figures(self, _request: web.Request) -> web.Response:
        return web.json_response({"calls": self._held.calls, "peakImageBytes": self._held.peak_image_bytes})


def _kind_of(body: bytes) -> Kind:
    if b'"responseModalities"' in body:
        return "image"
    return "breakdown" if b'"panelNumber"' in body and b'"cameraAngle"' in body else "analysis"


def _image_bytes_in(body: bytes) -> int:
    """Return how many bytes of images a request carries."""
    if b'"inlineData"' not in body:
        return 0
    contents = cast("list[dict[str, list[dict[str, dict[str, str]]]]]", json.loads(body)["contents"])
    encoded = sum(len(part["inlineData"]["data"]) for part in contents[0]["parts"] if "inlineData" in part)
    return encoded * _BYTES_LENGTH // _BASE64_LENGTH
