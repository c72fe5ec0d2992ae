"""How much a running stream is delayed while many bodies of the largest size arrive at once, beside a quiet app.

The stream has a heartbeat every 100 ms; a delay is what a pause between two of its lines is longer than that.
"""

import asyncio
import itertools
import json
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import httpx

from tools.benchmarks.generation import START_PATH, STORY
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import AppOptions, running_app

LIMIT_MS = 500
_BODIES_AT_ONCE, _BODY_BYTES = 20, 19 * 1024 * 1024
_ROUNDS, _QUIET_S = 3, 3.0
_HEARTBEAT_MS = 100
_JSON = {"Content-Type": "application/json"}


def measure() -> Report:
    """Read a stream while another process sends large bodies."""
    options = AppOptions(
        settings={"STREAM_HEARTBEAT_SECONDS": str(_HEARTBEAT_MS / 1000)}, emulator_arguments=("--text-latency", "80")
    )
    spawned = multiprocessing.get_context("spawn")
    with running_app(options) as stack, ProcessPoolExecutor(1, mp_context=spawned) as sender:
        quiet_ms, flooded_ms = asyncio.run(_run(stack.url, sender))
    return Report(
        row="large-bodies",
        figures=[
            Figure(
                f"longest delay of a stream, {_BODIES_AT_ONCE} bodies of 19 MiB at once", "ms", flooded_ms, LIMIT_MS
            ),
            Figure("longest delay of a stream, nothing else to do", "ms", quiet_ms),
        ],
    )


async def _run(url: str, sender: ProcessPoolExecutor) -> tuple[list[float], list[float]]:
    loop = asyncio.get_running_loop()
    quiet_ms: list[float] = []
    flooded_ms: list[float] = []
    lines_at_s: list[float] = []
    reading = asyncio.create_task(_read(url, lines_at_s))
    for _ in range(_ROUNDS):
        lines_at_s.clear()
        await asyncio.sleep(_QUIET_S)
        quiet_ms.append(_longest_delay_ms(lines_at_s))
        lines_at_s.clear()
        await loop.run_in_executor(sender, _flood, url)
        flooded_ms.append(_longest_delay_ms(lines_at_s))
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return quiet_ms, flooded_ms


async def _read(url: str, lines_at_s: list[float]) -> None:
    body = {"story": STORY, "style": "manga", "images": "url"}
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as client,
        client.stream("POST", START_PATH, json=body) as answer,
    ):
        answer.raise_for_status()
        async for _ in answer.aiter_raw():
            lines_at_s.append(time.monotonic())  # noqa: PERF401 - it is read meanwhile


def _longest_delay_ms(lines_at_s: list[float]) -> float:
    return max(1000 * (later - earlier) for earlier, later in itertools.pairwise(lines_at_s)) - _HEARTBEAT_MS


def _flood(url: str) -> None:
    """Send stories of one very long word, which are refused (run in a process of its own)."""
    body = json.dumps({"story": "x" * _BODY_BYTES, "style": "manga"}).encode()

    async def send() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=120) as client:
            sent = (client.post(START_PATH, content=body, headers=_JSON) for _ in range(_BODIES_AT_ONCE))
            await asyncio.gather(*sent)

    asyncio.run(send())
