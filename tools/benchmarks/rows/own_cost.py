"""What a generation costs when the model costs nothing, beside the same steps on DBOS.

The app's own steps without host, engine, worker library and stream stand between the two: what is below them, no
engine could save.
"""

import asyncio
import tempfile
import time
from dataclasses import dataclass

import aiohttp

from tools.benchmarks.comics_api import making_took_s
from tools.benchmarks.generation import client_session, generate
from tools.benchmarks.profile import Profile, profiled
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.spread import ratios
from tools.benchmarks.stack import AppOptions, host_pid, running_app, running_program, running_stub
from tools.benchmarks.usage import cpu_s

_SINGLE_ROUNDS, _CROWD_ROUNDS = 8, 2
_CROWD = 20
_PROFILED = 10
_SECONDS_A_MINUTE = 60


def measure() -> Report:
    """Make comics in turn with the app, with DBOS and by the app's steps alone: one by one, and many at once."""
    with tempfile.TemporaryDirectory(prefix="bench-") as data, running_stub() as model_url:
        arguments = ("--model", model_url, "--data", data)
        with (
            running_app(AppOptions(model_url=model_url)) as stack,
            running_program("The DBOS program", "tools.benchmarks.dbos_baseline", *arguments) as dbos,
            running_program("The steps", "tools.benchmarks.steps_alone", environ=stack.host_environ()) as steps,
        ):
            return asyncio.run(_measure(stack.url, dbos.url, steps.url, host_pid(stack)))


@dataclass(frozen=True, slots=True)
class _Round:
    """How long the same number of comics took, one program after the other."""

    app_s: float
    dbos_s: float
    steps_s: float


async def _measure(app_url: str, dbos_url: str, steps_url: str, pid: int) -> Report:
    async with (
        client_session(app_url) as app,
        client_session(dbos_url) as dbos,
        client_session(steps_url) as steps,
    ):

        async def round_of(count: int) -> _Round:
            return _Round(
                await _ours_s(app, count), await making_took_s(dbos, count), await making_took_s(steps, count)
            )

        await round_of(2)
        single = [await round_of(1) for _ in range(_SINGLE_ROUNDS)]
        crowd = [await round_of(_CROWD) for _ in range(_CROWD_ROUNDS)]
        cpu_before_s = cpu_s(pid)
        for _ in range(_PROFILED):
            await _ours_s(app, 1)
        cpu_ms = (cpu_s(pid) - cpu_before_s) * 1000 / _PROFILED
        with profiled(pid) as profile:
            for _ in range(_PROFILED):
                await _ours_s(app, 1)
    return _report(single, crowd, cpu_ms, profile.per(_PROFILED))


def _report(single: list[_Round], crowd: list[_Round], cpu_ms: float, profile: Profile) -> Report:
    dbos_s = [round_.dbos_s for round_ in single]
    dbos_a_minute = [_a_minute(round_.dbos_s) for round_ in crowd]
    app_a_minute = [_a_minute(round_.app_s) for round_ in crowd]
    steps_a_minute = [_a_minute(round_.steps_s) for round_ in crowd]
    return Report(
        row="own-cost",
        figures=[
            Figure("a generation ÷ the same 18 steps on DBOS", "", ratios([round_.app_s for round_ in single], dbos_s)),
            Figure("its steps alone ÷ the same on DBOS", "", ratios([round_.steps_s for round_ in single], dbos_s)),
            Figure(f"generations a minute, {_CROWD} at once ÷ DBOS's", "", ratios(app_a_minute, dbos_a_minute)),
            Figure(f"their steps alone a minute, {_CROWD} at once ÷ DBOS's", "", ratios(steps_a_minute, dbos_a_minute)),
            Figure("a generation", "s", [round_.app_s for round_ in single]),
            Figure("the same on DBOS", "s", dbos_s),
            Figure(f"generations a minute, {_CROWD} at once", "", app_a_minute),
            Figure("DBOS's", "", dbos_a_minute),
            Figure("processor time of the host a generation", "ms", [cpu_ms]),
        ],
        profile=profile.parts,
        notes=profile.notes(),
    )


async def _ours_s(app: aiohttp.ClientSession, count: int) -> float:
    began_at_s = time.monotonic()
    await asyncio.gather(*(generate(app, "inline") for _ in range(count)))
    return time.monotonic() - began_at_s


def _a_minute(crowd_s: float) -> float:
    return _CROWD * _SECONDS_A_MINUTE / crowd_s
