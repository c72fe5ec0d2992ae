"""How long until a started generation's stream begins, beside a stream of one line on the same host."""

import asyncio
import time

import aiohttp

from tools.benchmarks.generation import STORY, Reading, client_session, generate, timed_lines
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import APPS, AppOptions, running_app, running_stub

_ROUNDS = 12
_LIMIT_MS = 100


def measure() -> Report:
    """Ask both streams in turn."""
    with running_stub() as model_url:
        options = AppOptions(script_root=APPS / "with_hello", model_url=model_url)
        with running_app(options) as stack:
            ours_ms, hello_ms = asyncio.run(_measure(stack.url))
    more_ms = [ours - hello for ours, hello in zip(ours_ms, hello_ms, strict=True)]
    return Report(
        row="first-byte",
        figures=[
            Figure("first byte of the stream, over a hello-world stream's", "ms", more_ms, _LIMIT_MS),
            Figure("first byte of the stream", "ms", ours_ms),
            Figure("first byte of a hello-world stream", "ms", hello_ms),
        ],
    )


async def _measure(url: str) -> tuple[list[float], list[float]]:
    ours_ms: list[float] = []
    hello_ms: list[float] = []
    async with client_session(url) as session:
        for number in range(_ROUNDS + 1):
            # Read to its end, so that nothing of it is left when the next one is asked for.
            hello, ours = await _hello(session), await generate(session)
            if number:  # the first of each opens connections and imports
                hello_ms.append(_first_byte_ms(hello))
                ours_ms.append(_first_byte_ms(ours))
    return ours_ms, hello_ms


async def _hello(session: aiohttp.ClientSession) -> Reading:
    reading = Reading(time.monotonic())
    async with session.post("/api/hello-stream", json={"story": STORY}) as answer:
        answer.raise_for_status()
        async for _ in timed_lines(answer, reading):
            pass
    return reading


def _first_byte_ms(reading: Reading) -> float:
    return (reading.first_byte_at_s - reading.began_at_s) * 1000
