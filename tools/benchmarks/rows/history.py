"""How an episode's cost grows with the history that it replays.

Every episode replays all of its history, so an orchestration of N activities costs N episodes of growing length. Linear
means: an episode of twice the history costs at most twice as much.
"""

import asyncio

import aiohttp

from tools.benchmarks.generation import client_session
from tools.benchmarks.report import Chart, Figure, Report
from tools.benchmarks.stack import APPS, AppOptions, running_app

_COUNTS = (50, 100, 200)
_ROUNDS = 3
_POLL_S = 0.05
_TOLERANCE = 1.2


def measure() -> Report:
    """Run orchestrations of growing length, in turn."""
    with running_app(AppOptions(script_root=APPS / "long_history", model_url="http://127.0.0.1:9")) as stack:
        rounds = asyncio.run(_measure(stack.url))
    episodes = [_episode_ms(took_s) for took_s in rounds]
    growth = [episode[-1] / episode[-2] for episode in episodes]
    points = [(float(count), cost) for episode in episodes for count, cost in zip(_COUNTS[1:], episode, strict=True)]
    return Report(
        row="history",
        figures=[
            Figure("an episode at 100 to 200 activities ÷ at 50 to 100", "", growth, 2 * _TOLERANCE),
            Figure("an episode at 50 to 100 activities", "ms", [episode[0] for episode in episodes]),
            Figure("an episode at 100 to 200 activities", "ms", [episode[-1] for episode in episodes]),
        ],
        charts=[Chart("Cost of an episode", "activities in the history, at most", "ms", {"episode": sorted(points)})],
    )


async def _measure(url: str) -> list[list[float]]:
    async with client_session(url) as session:
        await _run_s(session, _COUNTS[0])
        return [[await _run_s(session, count) for count in _COUNTS] for _ in range(_ROUNDS)]


def _episode_ms(took_s: list[float]) -> list[float]:
    """Return what an episode costs between one count and the next, from how long whole orchestrations took."""
    steps = zip(_COUNTS, _COUNTS[1:], took_s, took_s[1:], strict=False)
    return [(more_s - less_s) * 1000 / (more - less) for less, more, less_s, more_s in steps]


async def _run_s(session: aiohttp.ClientSession, count: int) -> float:
    async with session.post("/api/long", params={"count": str(count)}) as answer:
        answer.raise_for_status()
        instance_id = str(await answer.json())
    while True:
        async with session.get(f"/api/long/{instance_id}") as answer:
            took_s: float | None = await answer.json()
        if took_s is not None:
            return took_s
        await asyncio.sleep(_POLL_S)
