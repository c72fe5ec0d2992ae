"""From a result's being saved to its line's being at the client: one reader, and 200 readers of 20 generations.

The readers are there before the first result, so that their coming all at once is not part of it; that is told beside.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import aiohttp

from tools.benchmarks.generation import Reading, client_session, follow, generate, start_only
from tools.benchmarks.outgoing import Outgoing, take_calls
from tools.benchmarks.report import Chart, Figure, Report
from tools.benchmarks.spread import percentile
from tools.benchmarks.stack import APPS, AppOptions, running_app, running_stub

_ROUNDS = 3
_GENERATIONS, _READERS_EACH = 20, 10
# Each call's own time, so that results come one by one, as from a real model.
_LATENCY = ("--text-latency", "4", "--image-latency", "2", "--jitter", "0.5")
_CREATED = 201


@dataclass(frozen=True, slots=True)
class _Crowd:
    lags_ms: list[float]
    firsts_ms: list[float]


def measure() -> Report:
    """Read alone, some times; then read with many."""
    with running_stub(*_LATENCY) as model_url:
        options = AppOptions(script_root=APPS / "observed", model_url=model_url)
        with running_app(options) as stack:
            alone_ms, crowd = asyncio.run(_measure(stack.url))
    return Report(
        row="delivery-lag",
        figures=[
            Figure("one reader, half of the results", "ms", [percentile(lags, 0.5) for lags in alone_ms]),
            Figure("one reader, 95 of 100 results", "ms", [percentile(lags, 0.95) for lags in alone_ms], 1000),
            Figure("200 readers of 20 generations, 95 of 100 results", "ms", [percentile(crowd.lags_ms, 0.95)], 1000),
            Figure("200 readers of 20 generations, half of the results", "ms", [percentile(crowd.lags_ms, 0.5)]),
            Figure("200 readers who come at once, first line of 95 of 100", "ms", [percentile(crowd.firsts_ms, 0.95)]),
        ],
        charts=[_distribution({"one reader": list(chain(*alone_ms)), "200 readers": crowd.lags_ms})],
    )


async def _measure(url: str) -> tuple[list[list[float]], _Crowd]:
    async with client_session(url) as session:
        await generate(session)
        await take_calls(session)
        alone = [await _alone(session) for _ in range(_ROUNDS)]
        return alone, await _crowd(session)


async def _alone(session: aiohttp.ClientSession) -> list[float]:
    reading = await generate(session)
    return lags_ms([reading], await take_calls(session))


async def _crowd(session: aiohttp.ClientSession) -> _Crowd:
    ids = await asyncio.gather(*(start_only(session) for _ in range(_GENERATIONS)))
    readings = await asyncio.gather(*(follow(session, one) for one in ids for _ in range(_READERS_EACH)))
    firsts_ms = [(reading.lines[0][0] - reading.began_at_s) * 1000 for reading in readings]
    return _Crowd(lags_ms(readings, await take_calls(session)), firsts_ms)


def lags_ms(readings: Sequence[Reading], calls: Sequence[Outgoing]) -> list[float]:
    """Return how many milliseconds after it was saved each reader had each result.

    A reader that came after a result was saved is counted from its coming.
    """
    saved = {_saved_blob(call.path): call.at_s for call in calls if call.method == "PUT" and call.status == _CREATED}
    lags: list[float] = []
    for reading in readings:
        for at_s, message in reading.lines:
            kind = message.get("type", "")
            place = message.get("panelNumber", message.get("index"))
            blob = {
                "analysis": "analysis.json",
                "chunks": "chunks.json",
                "character": f"characters/{place}/1",
                "panel": f"panels/{place}/1",
            }.get(kind)
            if blob is not None:
                since_s = max(saved[f"{reading.generation_id}/{blob}"], reading.began_at_s)
                lags.append((at_s - since_s) * 1000)
    return lags


def _saved_blob(path: str) -> str:
    """Return a blob's name: what follows the account and the container."""
    return path.partition("?")[0].split("/", 3)[3]


def _distribution(series: dict[str, list[float]]) -> Chart:
    shares = {
        name: [(lag, 100 * count / len(lags)) for count, lag in enumerate(sorted(lags), start=1)]
        for name, lags in series.items()
    }
    return Chart("From a saved result to its line at the client", "milliseconds", "% of the lines", shares, "steps")
