"""Waiting for a condition on the event loop; whoever waits sets the deadline."""

import asyncio
from collections.abc import Callable

_LOOK_EVERY_S = 0.02


async def wait_until(is_so: Callable[[], bool]) -> None:
    """Return once it is so."""
    while True:
        if is_so():
            return
        await asyncio.sleep(_LOOK_EVERY_S)
