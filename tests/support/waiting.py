"""Wait for a condition instead of sleeping."""

import asyncio
import time
from collections.abc import Callable

from tests.support.patience import patience_s

_POLL_S = 0.02


def wait_until[T](probe: Callable[[], T | None], description: str, timeout_s: float = 60) -> T:
    """Call `probe` until it returns something true, and return that.

    Raises:
        AssertionError: when it does not in time, with the last value seen.
    """
    timeout_s = patience_s(timeout_s)
    deadline = time.monotonic() + timeout_s
    value = probe()
    while not value:
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s} s for {description}; last value: {value!r}")
        time.sleep(_POLL_S)
        value = probe()
    return value


async def async_wait_until(is_true: Callable[[], bool]) -> None:
    """Return once the condition is true; the caller sets the time limit."""
    while not is_true():  # noqa: ASYNC110 - nobody sets an event for it
        await asyncio.sleep(_POLL_S)
