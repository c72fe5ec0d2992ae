"""How long a refused request waits under load, beside a route that does nothing on the same host.

Generations are drawn and read meanwhile, and requests of all kinds come in at a steady rate. The contract: 95 of 100
refused requests are answered within 50 ms.
"""

import asyncio
import itertools
import json
from http import HTTPStatus

import httpx

from tools.benchmarks.load import Call, Waits, measure_waits
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import APPS, AppOptions, running_app

LIMIT_MS = 50
_MOST = 0.95
_PER_SECOND, _DURATION_S = 30, 20
_JSON = {"Content-Type": "application/json"}
_START = "/api/generate-manga-stream"
_DRAWN = 2
_STORY = {"story": "Mira met Jon at the harbour. They waved. The boat left.", "style": "manga", "images": "url"}
# Here the caller says which client it is, so that many clients can call at once.
_CLIENT_HEADER = "X-Benchmark-Client"
_CLIENTS = 200
_TIRED_CLIENT = {_CLIENT_HEADER: "203.0.113.1"}
_RATE = 25
_numbers = itertools.count()
_HELLO = Call("hello world", "GET", "/api/hello", 200)
_REFUSED = (
    Call("no such generation", "GET", "/api/generations/" + "0" * 32, 404),
    Call("no such address", "GET", "/api/generations/what", 404),
    Call("over the rate limit", "POST", "/api/analyze-story", 429, b"{}", {**_JSON, **_TIRED_CLIENT}),
    Call("broken fields", "POST", _START, 400, json.dumps({"story": " ", "style": "noir"}).encode(), _JSON),
    Call("not JSON", "POST", _START, 415, b"story=x", {"Content-Type": "text/plain"}),
    Call("body too large", "POST", _START, 413, b"x" * 2_000, _JSON),
)
_SETTINGS = {
    "CLIENT_ADDRESS_HEADER": _CLIENT_HEADER,
    "REQUESTS_PER_MINUTE": str(_RATE),
    "MAX_REQUEST_BYTES": "1000",
}


def measure() -> Report:
    """Send requests at a steady rate."""
    latency = ("--text-latency", "0.5", "--image-latency", "1")
    options = AppOptions(script_root=APPS / "with_hello", settings=_SETTINGS, emulator_arguments=latency)
    with running_app(options) as stack:
        hello, *refused = asyncio.run(_run(stack.url, _PER_SECOND, _DURATION_S))
    baseline_ms = hello.percentile_ms(_MOST)
    return Report(
        row="refused-requests",
        figures=[
            *(Figure(f"{one.name}, 95 of 100 within", "ms", [one.percentile_ms(_MOST)], LIMIT_MS) for one in refused),
            *(Figure(f"{one.name} ÷ hello world", "", [one.percentile_ms(_MOST) / baseline_ms]) for one in refused),
            Figure("hello world, 95 of 100 within", "ms", [baseline_ms]),
        ],
    )


async def _run(url: str, per_second: float, duration_s: float) -> list[Waits]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        tiring = client.build_request("POST", "/api/analyze-story", content=b"{}", headers={**_JSON, **_TIRED_CLIENT})
        while (await client.send(tiring)).status_code != HTTPStatus.TOO_MANY_REQUESTS:
            pass
        drawing = [asyncio.create_task(_draw(client)) for _ in range(_DRAWN)]
        try:
            return await measure_waits(url, [_HELLO, *_REFUSED], per_second, duration_s, _caller)
        finally:
            for task in drawing:
                task.cancel()
            await asyncio.gather(*drawing, return_exceptions=True)


def _caller(number: int) -> dict[str, str]:
    return {_CLIENT_HEADER: f"198.51.100.{number % _CLIENTS}"}


async def _draw(client: httpx.AsyncClient) -> None:
    """Start one story after another and read each to its end."""
    while True:
        async with client.stream("POST", _START, json=_STORY, headers=_caller(next(_numbers))) as answer:
            answer.raise_for_status()
            async for _ in answer.aiter_lines():
                pass
