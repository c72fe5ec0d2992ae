"""When to come back, and when to give up: the arithmetic of patience, without any waiting of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long a reader waits for what; all times in seconds.

    The app sends at least a heartbeat every 10 s, so `idle_s` of silence means a dead connection.
    """

    connect_s: float = 10.0
    idle_s: float = 30.0
    first_delay_s: float = 0.5
    longest_delay_s: float = 8.0
    longest_retry_after_s: float = 90.0
    """Give up at once when the app asks to be left alone for longer."""
    answer_s: float = 230.0
    """Longest silence before an answer that is no stream: the platform cuts one that takes longer."""
    unreachable_after_s: float = 3.0
    """Give up when nothing has ever answered for so long."""
    lost_after_s: float = 120.0
    """Give up when nothing, not even a heartbeat, was heard for so long."""
    stalled_after_s: float = 3600.0
    """Give up when no result came for so long, whatever else was heard."""
    broken_limit: int = 3
    """Give up after so many unreadable answers in a row."""


class Pace:
    """The state behind a reader's patience. `now` is a monotonic clock in seconds."""

    def __init__(self, patience: Patience, now: Callable[[], float]) -> None:
        self._patience = patience
        self._now = now
        self._comebacks = 0
        self._broken = 0
        self._ever_heard = False
        self._last_heard_s = self._last_result_s = now()

    @property
    def ever_heard(self) -> bool:
        """Whether the app has ever answered."""
        return self._ever_heard

    @property
    def silent_s(self) -> float:
        """Seconds since the last sign of life."""
        return self._now() - self._last_heard_s

    def meet(self) -> None:
        """Note that something answers at the URL, though not with a stream."""
        self._ever_heard = True

    def hear(self) -> None:
        """Note a sign of life: an accepted request, or a byte of its stream."""
        self._ever_heard = True
        self._last_heard_s = self._now()

    def progress(self) -> None:
        """Note a new result: the backoff starts over."""
        self.hear()
        self._last_result_s = self._last_heard_s
        self._comebacks = self._broken = 0

    def is_lost(self) -> bool:
        """Tell whether nothing was heard for longer than the patience."""
        return self._until_lost_s() <= 0

    def is_stalled(self) -> bool:
        """Tell whether no result came for longer than the patience."""
        return self._now() - self._last_result_s >= self._patience.stalled_after_s

    def is_broken(self) -> bool:
        """Note an unreadable answer, and tell whether it is one too many."""
        self._broken += 1
        return self._broken >= self._patience.broken_limit

    def is_too_long(self, retry_after_s: float | None) -> bool:
        """Tell whether the app asks for a longer wait than the patience has room for."""
        return retry_after_s is not None and retry_after_s > self._patience.longest_retry_after_s

    def next_delay_s(self, *, retry_after_s: float | None = None, announced: bool = False) -> float:
        """Return how long to wait before coming back.

        An announced reconnect (the stream's window is over) costs no wait the first time. The last wait ends
        when the patience does, so that giving up is no later than it has to be.
        """
        self._comebacks += 1
        patience = self._patience
        if retry_after_s is not None:
            return max(retry_after_s, 0.0)
        if announced and self._comebacks == 1:
            return 0.0
        doublings = min(self._comebacks - 1, 30)
        delay_s = min(patience.first_delay_s * 2**doublings, patience.longest_delay_s)
        delay_s *= random.uniform(0.75, 1.0)  # many readers that lost one server should not return as one
        return max(min(delay_s, self._until_lost_s()), 0.0)

    def _until_lost_s(self) -> float:
        patience = self._patience
        limit_s = patience.lost_after_s if self._ever_heard else patience.unreachable_after_s
        return limit_s - self.silent_s
