"""What readers cost that wait: 1,000 of them on 50 held generations, beside 1,000 of an idle hello-world stream.

Then the generations go on, and every reader has to get every line.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import batched, pairwise

import aiohttp

from tools.benchmarks.generation import Reading, client_session, follow, start_only
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import APPS, AppOptions, host_pid, running_app, running_stub
from tools.benchmarks.usage import cpu_s, rss_bytes

_GENERATIONS, _READERS_EACH = 50, 20
_READERS = _GENERATIONS * _READERS_EACH
_BATCH = 250
_AT_ONCE = 50
_WATCHED_S = 8
_SETTLE_S = 2
_KB = 1024


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What the host used: of memory as batch after batch of readers came, of a core without and with all of them."""

    rss_bytes: Sequence[int]
    share_without: float
    share_with: float

    @property
    def memory_kb(self) -> list[float]:
        """Memory for a reader, of each batch."""
        return [(after - before) / _BATCH / _KB for before, after in pairwise(self.rss_bytes)]

    @property
    def cpu_percent(self) -> float:
        """Processor time for a reader, in percent of a core."""
        return 100 * (self.share_with - self.share_without) / _READERS


def measure() -> Report:
    """Let readers of both kinds wait, each on a host of its own; then let the generations go on."""
    with running_stub() as model_url:
        with running_app(AppOptions(script_root=APPS / "with_hello", model_url=model_url)) as stack:
            bare = asyncio.run(_wait_for_hello(stack.url, host_pid(stack)))
        with running_app(AppOptions(script_root=APPS / "wide", model_url=model_url)) as stack:
            ours, readings = asyncio.run(_wait_and_read(stack.url, model_url, host_pid(stack)))
    return _report(bare, ours, readings)


def _report(bare: _Waiting, ours: _Waiting, readings: Sequence[Reading]) -> Report:
    ends_s = _last_after_first_s(readings)
    return Report(
        row="readers",
        figures=[
            Figure("memory of the host for a waiting reader", "KB", ours.memory_kb, 200),
            Figure("the same for a reader of an idle hello-world stream", "KB", bare.memory_kb),
            Figure("processor time for a waiting reader, of a core", "%", [ours.cpu_percent]),
            Figure("the same for a reader of an idle hello-world stream", "%", [bare.cpu_percent]),
            Figure("the host with 50 held generations and no reader, of a core", "%", [100 * ours.share_without]),
            Figure("the host with all readers, of a core", "%", [100 * ours.share_with]),
            Figure("readers that got every line", "", [len(readings)], _READERS, "at least"),
            Figure("last reader's end after the first's, of one generation", "s", ends_s),
        ],
    )


def _last_after_first_s(readings: Sequence[Reading]) -> list[float]:
    ends: dict[str, list[float]] = {}
    for reading in readings:
        ends.setdefault(reading.generation_id, []).append(reading.lines[-1][0])
    return [max(of_one) - min(of_one) for of_one in ends.values()]


async def _wait_for_hello(url: str, pid: int) -> _Waiting:
    async with client_session(url) as session, AsyncExitStack() as opened:

        async def open_one(_number: int) -> None:
            answer = await opened.enter_async_context(session.get("/api/hello-stream", params={"stay": "1"}))
            await answer.content.readline()

        async with session.get("/api/hello-stream") as first:
            await first.read()
        return await _watch(pid, open_one)


async def _wait_and_read(url: str, model_url: str, pid: int) -> tuple[_Waiting, Sequence[Reading]]:
    async with client_session(url) as session, client_session(model_url) as model:
        await _turn_gate(model, "shut")
        ids = [await start_only(session) for _ in range(_GENERATIONS)]
        await asyncio.gather(*(_until_held(session, one) for one in ids))
        reading: list[asyncio.Task[Reading]] = []

        async def open_one(number: int) -> None:
            has_line = asyncio.Event()
            following = follow(session, ids[number % _GENERATIONS], on_line=has_line.set)
            reading.append(asyncio.create_task(following))
            await has_line.wait()

        waiting = await _watch(pid, open_one)
        await _turn_gate(model, "open")
        return waiting, await asyncio.gather(*reading)


async def _watch(pid: int, open_one: Callable[[int], Awaitable[None]]) -> _Waiting:
    """Open all readers and note what they cost."""
    await asyncio.sleep(_SETTLE_S)
    share_without = await _cpu_share(pid)
    rss = [rss_bytes(pid)]
    for batch in batched(range(_READERS), _BATCH, strict=True):
        for few in batched(batch, _AT_ONCE, strict=True):
            await asyncio.gather(*(open_one(number) for number in few))
        await asyncio.sleep(_SETTLE_S)
        rss.append(rss_bytes(pid))
    return _Waiting(rss, share_without, await _cpu_share(pid))


async def _until_held(session: aiohttp.ClientSession, generation_id: str) -> None:
    """Return when the generation has done all that it can while images are held: its analysis and its plan."""
    async with session.get(f"/api/generate-manga-stream/{generation_id}", params={"images": "url"}) as answer:
        async for line in answer.content:
            if line.strip() and json.loads(line)["type"] == "chunks":
                return


async def _turn_gate(model: aiohttp.ClientSession, state: str) -> None:
    async with model.put("/stub/gate", json=state) as answer:
        answer.raise_for_status()


async def _cpu_share(pid: int) -> float:
    before_s, began_at_s = cpu_s(pid), time.monotonic()
    await asyncio.sleep(_WATCHED_S)
    return (cpu_s(pid) - before_s) / (time.monotonic() - began_at_s)
