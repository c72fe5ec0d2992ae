"""The calls that the app `observed` has made."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qs, urlsplit

import aiohttp

_CONTAINER = "/devstoreaccount1/manga"
_STEPS = re.compile(r"[0-9a-f]{32}/")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that was answered: when (monotonic clock, in seconds), what, and with which status."""

    at_s: float
    method: str
    path: str
    status: int

    @property
    def kind(self) -> str:
        """What the call was for, in a few words, such as `storage GET request.json`."""
        parts = urlsplit(self.path)
        if parts.path.startswith(_CONTAINER):
            blob = _blob_kind(parts.path.removeprefix(_CONTAINER).lstrip("/")) or "container"
            return f"storage {self.method} {blob}"
        if "/runtime/rpc/" in parts.path:
            return f"engine {self.method} {_engine_kind(parts.path, parts.query)}"
        return "model POST" if ":generateContent" in parts.path else f"worker {self.method}"


async def take_calls(session: aiohttp.ClientSession) -> list[Outgoing]:
    """Return the calls since they were last taken."""
    async with session.delete("/api/outgoing-calls") as answer:
        answer.raise_for_status()
        return [Outgoing(*call) for call in cast("list[tuple[float, str, str, int]]", await answer.json())]


def counts(calls: Sequence[Outgoing]) -> Counter[str]:
    """Return how many calls there were of each kind."""
    return Counter(call.kind for call in calls)


def _blob_kind(blob: str) -> str:
    """`<id>/panels/3/1` becomes `panels`, `<id>/request.json` `request.json`, `limits/…` `limits`."""
    return _STEPS.sub("", blob, count=1).split("/")[0]


def _engine_kind(path: str, query: str) -> str:
    _, _, rest = path.partition("/runtime/rpc/")
    what = rest.split("/")[1:]
    if "instanceIdPrefix" in parse_qs(query):
        return "steps of a generation"
    return "start" if what[0] == "orchestrators" else "status" if len(what) == 2 else what[-1]  # noqa: PLR2004
