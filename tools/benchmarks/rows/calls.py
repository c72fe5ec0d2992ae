"""How often a generation of 18 steps calls storage, engine and model. Storage calls cost money on Azure."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence

import aiohttp

from tools.benchmarks.generation import Images, client_session, generate
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import running_app, running_stub, script_root_of

_ROUNDS = 3
_LATENCY = ("--text-latency", "0.2", "--image-latency", "0.5")
_SHOWN = 9
_CONTAINER = "/devstoreaccount1/manga"
_GENERATION_ID = re.compile(r"[0-9a-f]{32}/")

type Calls = Counter[str]


def measure() -> Report:
    """Generate with images by URL and inline, in turn."""
    with (
        running_stub(*_LATENCY) as model_url,
        script_root_of("observed") as script_root,
        running_app(model_url, script_root) as stack,
    ):
        by_url, inline = asyncio.run(_measure(stack.url))
    storage = Counter({kind: count for kind, count in by_url[-1].items() if kind.startswith("storage ")})
    shown = ", ".join(f"{count} {kind.removeprefix('storage ')}" for kind, count in storage.most_common(_SHOWN))
    return Report(
        "calls",
        [
            Figure("storage calls, images by URL", "", _totals(by_url, "storage ")),
            Figure("storage calls, images inline", "", _totals(inline, "storage ")),
            Figure("calls of the engine's API, one reader", "", _totals(by_url, "engine ")),
            Figure("calls of the model", "", _totals(by_url, "model ")),
        ],
        notes=[f"By URL: {shown}."],
    )


async def _measure(url: str) -> tuple[Sequence[Calls], Sequence[Calls]]:
    async with client_session(url) as session:
        await _calls_of(session, "url")
        rounds = [(await _calls_of(session, "url"), await _calls_of(session, "inline")) for _ in range(_ROUNDS)]
    return [by_url for by_url, _ in rounds], [inline for _, inline in rounds]


async def _calls_of(session: aiohttp.ClientSession, images: Images) -> Calls:
    """Make a generation and count its calls by kind."""
    await generate(session, images)
    async with session.delete("/api/outgoing-calls") as answer:
        answer.raise_for_status()
        return Counter(_kind(method, path) for method, path in await answer.json())


def _totals(rounds: Sequence[Calls], kind: str) -> list[float]:
    return [sum(count for name, count in calls.items() if name.startswith(kind)) for calls in rounds]


def _kind(method: str, target: str) -> str:
    """Return what a call was for, such as `storage GET request.json`, `storage PUT panels` or `engine GET`."""
    path = target.partition("?")[0]
    if path.startswith(_CONTAINER):
        blob = _GENERATION_ID.sub("", path.removeprefix(_CONTAINER).lstrip("/"), count=1).split("/")[0]
        return f"storage {method} {blob or 'container'}"
    if "/runtime/rpc/" in path:
        return f"engine {method}"
    return f"model {method}" if ":generateContent" in path else f"worker {method}"
