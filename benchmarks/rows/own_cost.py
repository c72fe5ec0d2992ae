"""What a generation costs when the model costs nothing, beside the same steps on DBOS."""

import asyncio
import tempfile
import time

import aiohttp

from benchmarks.generation import client_session, generate
from benchmarks.profile import Profile, profiled
from benchmarks.report import Figure, Report
from benchmarks.spread import ratios
from benchmarks.stack import AppOptions, host_pid, running_app, running_program, running_stub
from benchmarks.usage import cpu_s

_SINGLE_ROUNDS, _CROWD_ROUNDS = 8, 2
_CROWD = 20
_PROFILED = 10
_SECONDS_A_MINUTE = 60


def measure() -> Report:
    """Make comics in turn with the app and with DBOS: one by one, and many at once."""
    with tempfile.TemporaryDirectory(prefix="bench-") as data, running_stub() as model_url:
        arguments = ("--model", model_url, "--data", data)
        with (
            running_app(AppOptions(model_url=model_url)) as stack,
            running_program("The DBOS program", "benchmarks.dbos_baseline", *arguments) as dbos_url,
        ):
            return asyncio.run(_measure(stack.url, dbos_url, host_pid(stack)))


async def _measure(app_url: str, dbos_url: str, pid: int) -> Report:
    async with client_session(app_url) as app, client_session(dbos_url) as dbos:
        await _ours_s(app, 2)
        await _theirs_s(dbos, 2)
        single = [(await _ours_s(app, 1), await _theirs_s(dbos, 1)) for _ in range(_SINGLE_ROUNDS)]
        crowd = [(await _ours_s(app, _CROWD), await _theirs_s(dbos, _CROWD)) for _ in range(_CROWD_ROUNDS)]
        cpu_before_s = cpu_s(pid)
        for _ in range(_PROFILED):
            await _ours_s(app, 1)
        cpu_ms = (cpu_s(pid) - cpu_before_s) * 1000 / _PROFILED
        with profiled(pid) as profile:
            for _ in range(_PROFILED):
                await _ours_s(app, 1)
    return _report(single, crowd, cpu_ms, profile.per(_PROFILED))


def _report(
    single: list[tuple[float, float]], crowd: list[tuple[float, float]], cpu_ms: float, profile: Profile
) -> Report:
    ours_s, theirs_s = [pair[0] for pair in single], [pair[1] for pair in single]
    ours_a_minute = [_CROWD * _SECONDS_A_MINUTE / pair[0] for pair in crowd]
    theirs_a_minute = [_CROWD * _SECONDS_A_MINUTE / pair[1] for pair in crowd]
    return Report(
        row="own-cost",
        figures=[
            Figure("a generation ÷ the same 18 steps on DBOS", "", ratios(ours_s, theirs_s), 2),
            Figure(
                f"generations a minute, {_CROWD} at once ÷ DBOS's",
                "",
                ratios(ours_a_minute, theirs_a_minute),
                1,
                "at least",
            ),
            Figure("a generation", "s", ours_s),
            Figure("the same on DBOS", "s", theirs_s),
            Figure(f"generations a minute, {_CROWD} at once", "", ours_a_minute),
            Figure("DBOS's", "", theirs_a_minute),
            Figure("processor time of the host a generation", "ms", [cpu_ms]),
        ],
        profile=profile.parts,
        notes=profile.notes(),
    )


async def _ours_s(app: aiohttp.ClientSession, count: int) -> float:
    began_at_s = time.monotonic()
    await asyncio.gather(*(generate(app, "inline") for _ in range(count)))
    return time.monotonic() - began_at_s


async def _theirs_s(dbos: aiohttp.ClientSession, count: int) -> float:
    """Return how long it took there, by its own clock: what asks for it is no part of it."""
    async with dbos.post("/comics", params={"count": str(count)}) as answer:
        answer.raise_for_status()
        return float((await answer.json())["seconds"])
