"""The cost of waiting readers: 1,000 of them on 50 generations whose images the model holds back.

Then the images are released, and every reader has to get every line.
"""

import asyncio
import time
from collections.abc import Sequence
from itertools import batched, pairwise

import aiohttp

from tools.benchmarks.generation import Reading, client_session, follow, start_only
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import host_pid, running_app, running_stub
from tools.benchmarks.usage import cpu_percent, rss_bytes

_GENERATIONS, _READERS_EACH = 50, 20
_READERS = _GENERATIONS * _READERS_EACH
_BATCH, _AT_ONCE = 250, 50
_WATCHED_S = 8
_SETTLE_S = 2
_MAX_MEMORY_KB = 200
# All generations wait for images at the same time.
_MORE_ACTIVITIES = {"AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions": "1000"}


def measure() -> Report:
    """Measure while the readers wait; then release the generations."""
    with running_stub() as model_url, running_app(model_url, settings=_MORE_ACTIVITIES) as stack:
        return asyncio.run(_measure(stack.url, model_url, host_pid(stack)))


async def _measure(url: str, model_url: str, pid: int) -> Report:
    async with client_session(url) as session, client_session(model_url) as model:
        await _set_gate(model, "shut")
        ids = [await start_only(session) for _ in range(_GENERATIONS)]
        await asyncio.sleep(_SETTLE_S)
        cpu_without = await asyncio.to_thread(cpu_percent, pid, _WATCHED_S)
        reading: list[asyncio.Task[Reading]] = []
        memory = [rss_bytes(pid)]
        for batch in batched(range(_READERS), _BATCH, strict=True):
            for few in batched(batch, _AT_ONCE, strict=True):
                reading += await asyncio.gather(*(_open(session, ids[number % _GENERATIONS]) for number in few))
            await asyncio.sleep(_SETTLE_S)
            memory.append(rss_bytes(pid))
        cpu_with = await asyncio.to_thread(cpu_percent, pid, _WATCHED_S)
        opened_at_s = time.monotonic()
        await _set_gate(model, "open")
        readings = await asyncio.gather(*reading)
    memory_kb = [(after - before) / _BATCH / 1024 for before, after in pairwise(memory)]
    return Report(
        "readers",
        [
            Figure("memory of the host for each reader", "KB", memory_kb, _MAX_MEMORY_KB),
            Figure("CPU of the host for each reader, of a core", "%", [(cpu_with - cpu_without) / _READERS]),
            Figure("CPU of the host with all readers, of a core", "%", [cpu_with]),
            Figure("CPU of the host without readers, of a core", "%", [cpu_without]),
            Figure("readers that got every line", "", [len(readings)], _READERS, "at least"),
            Figure("last line at the first reader and at the last one", "s", _ends_s(readings, opened_at_s)),
        ],
    )


async def _open(session: aiohttp.ClientSession, generation_id: str) -> asyncio.Task[Reading]:
    """Open a stream and wait for its first line."""
    has_line = asyncio.Event()
    task = asyncio.create_task(follow(session, generation_id, has_line.set))
    await has_line.wait()
    return task


def _ends_s(readings: Sequence[Reading], since_s: float) -> list[float]:
    ends_s = [reading.lines[-1][0] - since_s for reading in readings]
    return [min(ends_s), max(ends_s)]


async def _set_gate(model: aiohttp.ClientSession, state: str) -> None:
    async with model.put("/gate", json=state) as answer:
        answer.raise_for_status()
