"""How often a generation calls its storage and its engine; by number, so that the machine does not matter."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from tools.benchmarks.generation import Images, client_session, generate
from tools.benchmarks.outgoing import Outgoing, counts, take_calls
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import APPS, AppOptions, running_app, running_stub

_ROUNDS = 3
_LATENCY = ("--text-latency", "0.2", "--image-latency", "0.5")
_SHOWN = 9

type Rounds = Sequence[Sequence[Outgoing]]


def measure() -> Report:
    """Generate with images by URL and inline, in turn."""
    with running_stub(*_LATENCY) as model_url:
        options = AppOptions(script_root=APPS / "observed", model_url=model_url)
        with running_app(options) as stack:
            by_url, inline = asyncio.run(_measure(stack.url))
    return Report(
        row="calls",
        figures=[
            Figure("storage calls a generation, images by URL", "", _numbers(by_url, "storage ")),
            Figure("storage calls a generation, images inline", "", _numbers(inline, "storage ")),
            Figure("calls of the engine's management API, one reader", "", _numbers(by_url, "engine ")),
            Figure("calls of the model", "", _numbers(by_url, "model ")),
        ],
        notes=[f"By URL: {_most(by_url[-1])}."],
    )


async def _measure(url: str) -> tuple[Rounds, Rounds]:
    by_url: list[list[Outgoing]] = []
    inline: list[list[Outgoing]] = []
    ways: list[tuple[Images, list[list[Outgoing]]]] = [("url", by_url), ("inline", inline)]
    async with client_session(url) as session:
        await generate(session)
        await take_calls(session)
        for _ in range(_ROUNDS):
            for images, rounds in ways:
                await generate(session, images)
                rounds.append(await take_calls(session))
    return by_url, inline


def _numbers(rounds: Rounds, kind: str) -> list[float]:
    return [sum(count for name, count in counts(calls).items() if name.startswith(kind)) for calls in rounds]


def _most(calls: Sequence[Outgoing]) -> str:
    storage = Counter({name: count for name, count in counts(calls).items() if name.startswith("storage ")})
    return ", ".join(f"{count} {name.removeprefix('storage ')}" for name, count in storage.most_common(_SHOWN))
