"""How often the app asks the engine while a generation runs, beside how long a result then waits for its reader."""

import asyncio

from tools.benchmarks.generation import Reading, client_session, generate
from tools.benchmarks.outgoing import Outgoing, counts, take_calls
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.rows.delivery_lag import lags_ms
from tools.benchmarks.spread import percentile
from tools.benchmarks.stack import APPS, AppOptions, running_app, running_stub

_ROUNDS = 5
_LATENCY = ("--text-latency", "1", "--image-latency", "4")

type Round = tuple[Reading, list[Outgoing]]


def measure() -> Report:
    """Generate some times, with one reader."""
    with running_stub(*_LATENCY) as model_url:
        options = AppOptions(script_root=APPS / "observed", model_url=model_url)
        with running_app(options) as stack:
            rounds = asyncio.run(_measure(stack.url))
    lags = [lags_ms([reading], calls) for reading, calls in rounds]
    return Report(
        row="look-ups",
        figures=[
            Figure("look-ups of the engine, 18 steps", "", [_look_ups(calls) for _, calls in rounds], 60),
            Figure("from a saved result to its line, 95 of 100", "ms", [percentile(each, 0.95) for each in lags], 1000),
            Figure("from a saved result to its line, half", "ms", [percentile(each, 0.5) for each in lags]),
        ],
    )


async def _measure(url: str) -> list[Round]:
    async with client_session(url) as session:
        await generate(session)
        await take_calls(session)
        return [(await generate(session), await take_calls(session)) for _ in range(_ROUNDS)]


def _look_ups(calls: list[Outgoing]) -> float:
    return sum(count for kind, count in counts(calls).items() if kind.startswith("engine GET"))
