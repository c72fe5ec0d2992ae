"""The cost of finished generations for later ones: 1, 1,000 and 100,000 instances in the host's store."""

import asyncio
from contextlib import ExitStack

from tools.benchmarks.finished import fill
from tools.benchmarks.generation import client_session, generate
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import host_pid, running_app, running_stub
from tools.benchmarks.usage import cpu_percent
from tools.devstack.stack import Stack

_SIZES = (1, 1_000, 100_000)
_ROUNDS = 5
_IDLE_S = 8
_LIMIT = 1.2


def measure() -> Report:
    """Run one host for each size and generate with all of them in turn; then watch them idle."""
    with ExitStack() as running:
        model_url = running.enter_context(running_stub())
        stacks = [running.enter_context(running_app(model_url)) for _ in _SIZES]
        for size, stack in zip(_SIZES, stacks, strict=True):
            _fill(stack, size)
        rounds = [[asyncio.run(_generation_s(stack.url)) for stack in stacks] for _ in range(_ROUNDS)]
        idle = [cpu_percent(host_pid(stack), _IDLE_S) for stack in (stacks[0], stacks[-1])]
    one_s, thousand_s, most_s = zip(*rounds, strict=True)
    return Report(
        "growth",
        [
            Figure("a generation with 100,000 instances stored ÷ with 1", "", _ratios(most_s, one_s), _LIMIT),
            Figure("a generation with 1,000 instances stored ÷ with 1", "", _ratios(thousand_s, one_s), _LIMIT),
            Figure("a generation with 1 instance stored", "s", one_s),
            Figure("an idle host with 100,000 instances, of a core", "%", [idle[1]], 1),
            Figure("an idle host with 1 instance, of a core", "%", [idle[0]]),
        ],
    )


def _ratios(values: tuple[float, ...], baselines: tuple[float, ...]) -> list[float]:
    return [value / baseline for value, baseline in zip(values, baselines, strict=True)]


def _fill(stack: Stack, instances: int) -> None:
    """Store about that many finished instances; the host is restarted."""
    if stack.host is None:
        raise RuntimeError("The host is not running.")
    if instances > 1:
        asyncio.run(_generation_s(stack.url))
        stack.host.stop()
        fill(stack.host_data / "durable.sqlite", instances)
        stack.start_host()
    asyncio.run(_generation_s(stack.url))


async def _generation_s(url: str) -> float:
    async with client_session(url) as session:
        return (await generate(session)).total_s
