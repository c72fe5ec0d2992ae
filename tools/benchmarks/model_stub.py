"""A model with canned answers and fixed latencies: `python -m tools.benchmarks.model_stub --ready-file PATH`.

It serves `generateContent` of the Gemini API: 4 characters, 12 panels, one picture. `PUT /gate` with `"shut"` holds all
image calls until `"open"`.
"""

import argparse
import asyncio
import base64
import contextlib
import io
import json
import math
import random
import signal
from pathlib import Path

from aiohttp import web
from PIL import Image

CHARACTERS, PANELS = 4, 12
_BODY_LIMIT_BYTES = 200 * 1024 * 1024
_RGB_BYTES = 3


def main() -> None:
    """Serve until SIGTERM or SIGINT; the ready file says on which port."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmarks.model_stub", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True, help='JSON {"port"}, written once it serves')
    parser.add_argument("--text-latency", type=float, default=0, help="seconds before a text answer")
    parser.add_argument("--image-latency", type=float, default=0, help="seconds before an image answer")
    parser.add_argument("--image-bytes", type=int, default=10_000, help="size of a picture")
    given = parser.parse_args()
    stub = ModelStub(given.text_latency, given.image_latency, given.image_bytes)
    asyncio.run(_serve(stub.build(), given.ready_file))


class ModelStub:
    """The application's handlers."""

    def __init__(self, text_latency_s: float, image_latency_s: float, image_bytes: int) -> None:
        self._text_latency_s = text_latency_s
        self._image_latency_s = image_latency_s
        picture = {"mimeType": "image/png", "data": base64.b64encode(png(image_bytes)).decode()}
        self._image = _answer({"inlineData": picture})
        self._gate = asyncio.Event()
        self._gate.set()

    def build(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=_BODY_LIMIT_BYTES)
        app.router.add_post("/{version}/models/{call}", self._generate)
        app.router.add_put("/gate", self._set_gate)
        return app

    async def _generate(self, request: web.Request) -> web.Response:
        body = await request.read()
        if b'"responseModalities"' in body:
            await asyncio.sleep(self._image_latency_s)
            await self._gate.wait()
            answer = self._image
        else:
            await asyncio.sleep(self._text_latency_s)
            answer = _BREAKDOWN if b'"panelNumber"' in body and b'"cameraAngle"' in body else _ANALYSIS
        return web.Response(body=answer, content_type="application/json")

    async def _set_gate(self, request: web.Request) -> web.Response:
        if await request.json() == "open":
            self._gate.set()
        else:
            self._gate.clear()
        return web.Response(status=204)


def png(size_bytes: int) -> bytes:
    """Return a PNG of about this size: noise, because noise does not compress."""
    side = math.isqrt(size_bytes // _RGB_BYTES)
    image = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * _RGB_BYTES))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _answer(part: object) -> bytes:
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"totalTokenCount": 1}}).encode()


def _text_answer(value: object) -> bytes:
    return _answer({"text": json.dumps(value)})


_NAMES = [f"Character {number}" for number in range(1, CHARACTERS + 1)]
_ANALYSIS = _text_answer(
    {
        "title": "A Day at the Harbour",
        "characters": [
            {"name": name, "physicalDescription": "a red coat", "personality": "kind", "role": "sailor"}
            for name in _NAMES
        ],
        "setting": {"timePeriod": "today", "location": "a harbour", "mood": "calm"},
    }
)
_BREAKDOWN = _text_answer(
    {
        "panels": [
            {
                "panelNumber": number,
                "characters": [_NAMES[number % CHARACTERS], _NAMES[(number + 1) % CHARACTERS]],
                "sceneDescription": "They look at the sea.",
                "dialogue": "A boat!",
                "cameraAngle": "medium shot",
                "visualMood": "bright",
            }
            for number in range(1, PANELS + 1)
        ]
    }
)


async def _serve(app: web.Application, ready_file: Path) -> None:
    ended = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, ended.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        partial = ready_file.with_name(ready_file.name + ".partial")
        partial.write_text(json.dumps({"port": runner.addresses[0][1]}))
        partial.replace(ready_file)
        await ended.wait()


if __name__ == "__main__":
    main()
