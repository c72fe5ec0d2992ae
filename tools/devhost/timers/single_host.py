"""Timers run in one host at a time, as on the platform, where the listener holds a lease."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tools.devhost.files import try_lock

_POLL_S = 1.0


@asynccontextmanager
async def single_host(path: Path) -> AsyncGenerator[None]:
    """Wait until no other host holds the lock; the system releases it when a host ends, however it ends."""
    with path.open("w") as file:
        while not try_lock(file.fileno()):  # noqa: ASYNC110 -- another process releases it
            await asyncio.sleep(_POLL_S)
        yield
