"""Timers run in one host at a time, as on the platform, where the listener holds a lease."""

import asyncio
import fcntl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

_POLL_S = 1.0


@asynccontextmanager
async def single_host(path: Path) -> AsyncGenerator[None]:
    """Enter once no other host is in here; the system lets the next one in when a host ends, however it ends."""
    with path.open("w") as file:
        while not _try_lock(file.fileno()):  # noqa: ASYNC110 -- another process releases it
            await asyncio.sleep(_POLL_S)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
