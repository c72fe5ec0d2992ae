"""Wakes somebody when a message becomes visible."""

import asyncio
from collections.abc import Callable

from tools.devhost.engine.clock import Clock, from_text

#: The loop's clock and the wall clock drift apart over days and sleeps: look at the wall clock now and then.
_LONGEST_WAIT_S = 60.0


class Alarm:
    """At most one time to wake at. Whoever is woken too early sets it again."""

    def __init__(self, clock: Clock, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: str | None) -> None:
        """Wake at this time instead of any set before; None: not at all."""
        self.cancel()
        if at is not None:
            delay_s = (from_text(at) - self._clock()).total_seconds()
            wait_s = min(max(delay_s, 0), _LONGEST_WAIT_S)
            self._handle = asyncio.get_running_loop().call_later(wait_s, self._wake)

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
