"""Calls that change nothing are repeated until they are answered, within the client's patience."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import httpx

from client.answers import is_passing, reason_of
from client.errors import Refused
from client.pace import Pace


class ComingBack(NamedTuple):
    """An attempt ended because of `reason`; the next one starts in `delay_s`."""

    reason: str
    delay_s: float


async def until_answered[Answer](
    attempt: Callable[[], Awaitable[Answer]], pace: Pace, on_coming_back: Callable[[ComingBack], None]
) -> Answer:
    """Return what `attempt` returns, as soon as it does.

    Raises:
        Refused: the app said no, or said "later" beyond the patience.
        httpx.RequestError: the last attempt got no whole answer.
    """
    while True:
        try:
            return await attempt()
        except httpx.RequestError as error:
            reason, wanted_s = fault_of(error), None
            if pace.is_lost():
                raise
        except Refused as refusal:
            pace.meet()
            reason, wanted_s = reason_of(refusal), refusal.retry_after_s
            if not is_passing(refusal) or pace.is_lost() or pace.is_too_long(wanted_s):
                raise
        delay_s = pace.next_delay_s(retry_after_s=wanted_s)
        on_coming_back(ComingBack(reason, delay_s))
        await asyncio.sleep(delay_s)


def fault_of(error: httpx.RequestError) -> str:
    """Return in words why no answer came, or not all of it."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return f"no connection: {error or type(error).__name__}"
        case httpx.TimeoutException():
            return "nothing came for too long"
        case _:
            return f"the connection broke: {str(error) or type(error).__name__}"
