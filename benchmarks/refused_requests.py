"""How long a refused request waits under load, beside a route that does nothing on the same host.

    python -m benchmarks.refused_requests

Generations are drawn and read meanwhile, and requests of all kinds come in at a steady rate. The contract: 95 of 100
refused requests are answered within 50 ms.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import TypedDict

import httpx

from benchmarks.load import Call, Waits, measure
from devstack.stack import REPOSITORY, Stack, StackOptions

LIMIT_MS = 50
_APP = REPOSITORY / "benchmarks" / "apps" / "with_hello"
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
    "GENERATIONS_PER_DAY": "0",
    "MAX_REQUEST_BYTES": "1000",
}


class Row(TypedDict):
    """A line of the table; times in milliseconds, the ratio to the baseline's 95th percentile."""

    name: str
    requests: int
    p50_ms: float
    p95_ms: float
    p95_ratio: float
    reached: bool


def main() -> int:
    """Print the table, and write it as JSON if a file is given; return 1 if the limit is missed."""
    arguments = _parse()
    latency = ("--text-latency", "0.5", "--image-latency", "1")
    with tempfile.TemporaryDirectory() as data:
        options = StackOptions(Path(data), settings=_SETTINGS, script_root=_APP, emulator_arguments=latency)
        with Stack(options) as stack:
            waits = asyncio.run(_run(stack.url, arguments.per_second, arguments.seconds))
    rows = [_row(wait, waits[0].percentile_ms(0.95)) for wait in waits]
    print(f"{arguments.per_second:g} requests a second for {arguments.seconds:g} s, while {_DRAWN} stories are drawn")
    print(f"{'request':<22}{'count':>7}{'p50 ms':>9}{'p95 ms':>9}{'p95 ratio':>11}  p95 at most {LIMIT_MS} ms")
    for row in rows:
        verdict = "reached" if row["reached"] else "missed"
        figures = f"{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}{row['p95_ratio']:>11.2f}"
        print(f"{row['name']:<22}{row['requests']:>7}{figures}  {verdict}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 0 if all(row["reached"] for row in rows) else 1


async def _run(url: str, per_second: float, duration_s: float) -> list[Waits]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        tiring = client.build_request("POST", "/api/analyze-story", content=b"{}", headers={**_JSON, **_TIRED_CLIENT})
        while (await client.send(tiring)).status_code != HTTPStatus.TOO_MANY_REQUESTS:
            pass
        drawing = [asyncio.create_task(_draw(client)) for _ in range(_DRAWN)]
        try:
            return await measure(url, [_HELLO, *_REFUSED], per_second, duration_s, _caller)
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


def _row(wait: Waits, baseline_p95_ms: float) -> Row:
    p95_ms = wait.percentile_ms(0.95)
    return Row(
        name=wait.name,
        requests=len(wait.waits_ms),
        p50_ms=round(wait.percentile_ms(0.5), 1),
        p95_ms=round(p95_ms, 1),
        p95_ratio=round(p95_ms / baseline_p95_ms, 2),
        reached=p95_ms <= LIMIT_MS,
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refused_requests", description=__doc__)
    parser.add_argument("--per-second", type=float, default=30, help="requests a second, over all kinds")
    parser.add_argument("--seconds", type=float, default=30, help="how long to measure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the rows as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
