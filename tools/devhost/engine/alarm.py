"""A timer for when the next hidden message becomes visible."""

import asyncio
from collections.abc import Callable

from tools.devhost.engine.clock import Clock, from_text

#: The loop's clock drifts from the wall clock, which decides: check again after this time at the latest.
_LONGEST_WAIT_S = 60.0


class Alarm:
    """Calls `wake` at one time. It may be called too early, and has to set the next time itself."""

    def __init__(self, clock: Clock, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: str | None) -> None:
        """Replace the time; None: no call."""
        self.cancel()
        if at is not None:
            delay_s = (from_text(at) - self._clock()).total_seconds()
            wait_s = min(max(delay_s, 0), _LONGEST_WAIT_S)
            self._handle = asyncio.get_running_loop().call_later(wait_s, self._wake)

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
