"""Requests at a steady rate, whether or not the answers keep up: what a caller among many others waits."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from tools.benchmarks.spread import percentile


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request, and the status that it has to be answered with."""

    name: str
    method: str
    path: str
    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Waits:
    """How long each answer of one kind took, in milliseconds, counted from when its request was due."""

    name: str
    waits_ms: list[float] = field(default_factory=list[float])

    def percentile_ms(self, share: float) -> float:
        """Return the wait that this share of the answers does not exceed."""
        return percentile(self.waits_ms, share)


class UnexpectedAnswer(RuntimeError):
    """A request was not answered as it should be, so that its time says nothing."""


async def measure_waits(
    url: str, calls: Sequence[Call], per_second: float, duration_s: float, caller: Callable[[int], Mapping[str, str]]
) -> list[Waits]:
    """Send the calls in turn at the given rate in all, and return each kind's waits.

    `caller` gives the headers that say who sends the request of a number.

    Raises:
        UnexpectedAnswer: an answer had another status than its call's.
    """
    waits = {call.name: Waits(call.name) for call in calls}
    count = int(per_second * duration_s)
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as client:
        began = time.perf_counter()

        async def send(number: int) -> None:
            call, due = calls[number % len(calls)], began + number / per_second
            await asyncio.sleep(due - time.perf_counter())
            answer = await client.request(
                call.method, call.path, content=call.content, headers={**caller(number), **call.headers}
            )
            if answer.status_code != call.status:
                raise UnexpectedAnswer(
                    f"{call.name}: {answer.status_code} instead of {call.status}: {answer.text[:200]}"
                )
            waits[call.name].waits_ms.append((time.perf_counter() - due) * 1000)

        async with asyncio.TaskGroup() as sending:
            for number in range(count):
                sending.create_task(send(number))
    return list(waits.values())
