"""What finished generations cost those that come after them: 1, 1,000 and 100,000 instances in the host's store."""

import asyncio
from contextlib import ExitStack

from tools.benchmarks.finished import fill
from tools.benchmarks.generation import client_session, generate
from tools.benchmarks.report import Chart, Figure, Report
from tools.benchmarks.spread import ratios
from tools.benchmarks.stack import AppOptions, host_pid, running_app, running_stub
from tools.benchmarks.usage import cpu_share
from tools.devstack.stack import Stack

_SIZES = (1, 1_000, 100_000)
_ROUNDS = 5
_IDLE_S = 8


def measure() -> Report:
    """Run a host on each store and generate with all of them in turn; then watch them do nothing."""
    with ExitStack() as running:
        options = AppOptions(model_url=running.enter_context(running_stub()))
        stacks = [running.enter_context(running_app(options)) for _ in _SIZES]
        for size, stack in zip(_SIZES, stacks, strict=True):
            _fill(stack, size)
        rounds = [[asyncio.run(_generation_s(stack.url)) for stack in stacks] for _ in range(_ROUNDS)]
        idle = [100 * cpu_share(host_pid(stack), _IDLE_S) for stack in (stacks[0], stacks[-1])]
    return _report(rounds, idle)


def _report(rounds: list[list[float]], idle: list[float]) -> Report:
    by_size = list(zip(*rounds, strict=True))
    figures = [
        Figure("a generation with 100,000 instances stored ÷ with 1", "", ratios(by_size[2], by_size[0]), 1.2),
        Figure("a generation with 1,000 instances stored ÷ with 1", "", ratios(by_size[1], by_size[0]), 1.2),
        *(Figure(f"a generation with {size:,} stored", "s", of) for size, of in zip(_SIZES, by_size, strict=True)),
        Figure("an idle host with 100,000 instances, of a core", "%", [idle[1]], 1),
        Figure("an idle host with 1 instance, of a core", "%", [idle[0]]),
    ]
    points = [(float(size), sorted(of)[len(of) // 2]) for size, of in zip(_SIZES, by_size, strict=True)]
    chart = Chart("A generation beside finished ones", "instances in the store", "seconds", {"median": points})
    return Report(row="growth", figures=figures, charts=[chart])


def _fill(stack: Stack, instances: int) -> None:
    """Leave about that many finished instances in the host's store; the host is started again."""
    if stack.host is None:
        raise RuntimeError("The host does not run.")
    if instances > 1:
        asyncio.run(_generation_s(stack.url))
    stack.host.stop()
    if instances > 1:
        fill(stack.host_data / "durable.sqlite", instances)
    stack.start_host()
    asyncio.run(_generation_s(stack.url))


async def _generation_s(url: str) -> float:
    async with client_session(url) as session:
        return (await generate(session)).whole_s
