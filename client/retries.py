"""When to try again, and when to give up: the one retry policy of streams, lookups and downloads."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from client.errors import ConnectionLost, ProtocolBroken, Refused, Unreachable

_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Patience:
    """How long to wait before giving up; all times in seconds.

    The app sends a heartbeat at least every 10 s, so `idle_s` of silence means a dead connection.
    """

    connect_s: float = 10.0
    idle_s: float = 30.0
    first_delay_s: float = 0.5
    longest_delay_s: float = 8.0
    longest_retry_after_s: float = 90.0
    """Give up at once when `Retry-After` is longer."""
    answer_s: float = 230.0
    """Timeout of calls that are not streams: the platform cuts a request that takes longer."""
    unreachable_after_s: float = 3.0
    """Give up when there has never been an answer for so long."""
    lost_after_s: float = 120.0
    """Give up after so long without any answer, not even a heartbeat."""
    stalled_after_s: float = 3600.0
    """Give up after so long without a result, even if heartbeats arrive."""
    broken_limit: int = 3
    """Give up after so many unreadable answers in a row."""


class ComingBack(NamedTuple):
    """An attempt failed because of `reason`; the next one starts in `delay_s`."""

    reason: str
    delay_s: float


class Interrupted(Exception):
    """A stream ended before its generation. `announced`: the app closed it on purpose, at the end of its window."""

    def __init__(self, reason: str, *, announced: bool = False) -> None:
        super().__init__(reason)
        self.announced = announced


class UnreadableAnswer(Interrupted):
    """It ended because the client does not understand the answer."""


type Failure = httpx.RequestError | Refused | Interrupted


class Retries:
    """The attempts of one call or one stream. `now` is a monotonic clock in seconds."""

    def __init__(
        self,
        url: str,
        patience: Patience,
        on_coming_back: Callable[[ComingBack], None] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._patience = patience
        self._on_coming_back = on_coming_back
        self._now = now
        self._failures = 0
        self._unreadable = 0
        self._ever_answered = False
        self._last_activity_s = self._last_result_s = now()

    async def until_answered[Answer](
        self, attempt: Callable[[], Awaitable[Answer]], generation_id: str | None = None
    ) -> Answer:
        """Return the result of the first attempt that succeeds; raises as `wait_after`."""
        while True:
            try:
                return await attempt()
            except (httpx.RequestError, Refused) as failure:
                await self.wait_after(failure, generation_id)

    async def wait_after(self, failure: Failure, generation_id: str | None = None, after: int = 0) -> None:
        """Wait until it is time for the next attempt.

        Raises:
            Refused: the refusal is final, or it outlasts the patience.
            ConnectionLost: the patience is used up.
            ProtocolBroken: too many answers in a row were unreadable.
        """
        retry_after_s: float | None = None
        if isinstance(failure, Refused):
            self.note_answer()
            retry_after_s = failure.retry_after_s
            if not is_passing(failure) or self.is_lost() or self.is_too_long(retry_after_s):
                raise failure
        if isinstance(failure, UnreadableAnswer):
            self._unreadable += 1
            if self._unreadable >= self._patience.broken_limit:
                raise ProtocolBroken(f"{self._url} does not answer as this app does: {failure}.") from failure
        if self.is_stalled() or self.is_lost():
            silence = f"no answer for {self._now() - self._last_activity_s:.0f} s"
            what = "no result for too long" if self.is_stalled() else silence
            error_type = ConnectionLost if self._ever_answered else Unreachable
            message = f"Gave up on {self._url}: {what} ({reason_of(failure)})."
            raise error_type(message, generation_id=generation_id, after=after) from failure
        announced = isinstance(failure, Interrupted) and failure.announced
        delay_s = self.next_delay_s(retry_after_s=retry_after_s, announced=announced)
        self._on_coming_back(ComingBack(reason_of(failure), delay_s))
        await asyncio.sleep(delay_s)

    def note_answer(self) -> None:
        """Note that something answers at the URL."""
        self._ever_answered = True

    def note_activity(self) -> None:
        """Note an accepted request, or a byte of its answer."""
        self._ever_answered = True
        self._last_activity_s = self._now()

    def note_result(self) -> None:
        """Note a new result: the backoff starts over."""
        self.note_activity()
        self._last_result_s = self._last_activity_s
        self._failures = self._unreadable = 0

    def is_lost(self) -> bool:
        """Return whether there was no activity for longer than the patience."""
        return self._until_lost_s() <= 0

    def is_stalled(self) -> bool:
        """Return whether there was no result for longer than the patience."""
        return self._now() - self._last_result_s >= self._patience.stalled_after_s

    def is_too_long(self, retry_after_s: float | None) -> bool:
        """Return whether the app asks for a longer wait than the patience allows."""
        return retry_after_s is not None and retry_after_s > self._patience.longest_retry_after_s

    def next_delay_s(self, *, retry_after_s: float | None = None, announced: bool = False) -> float:
        """Return how long to wait before the next attempt.

        The first announced reconnect is immediate. The last wait ends when the patience does, so that giving up is
        not late.
        """
        self._failures += 1
        patience = self._patience
        if retry_after_s is not None:
            return max(retry_after_s, 0.0)
        if announced and self._failures == 1:
            return 0.0
        delay_s = min(patience.first_delay_s * 2 ** min(self._failures - 1, 30), patience.longest_delay_s)
        delay_s *= random.uniform(0.75, 1.0)  # clients that lost the same server should not return together
        return max(min(delay_s, self._until_lost_s()), 0.0)

    def _until_lost_s(self) -> float:
        limit_s = self._patience.lost_after_s if self._ever_answered else self._patience.unreachable_after_s
        return limit_s - (self._now() - self._last_activity_s)


def is_passing(refusal: Refused) -> bool:
    """Return whether the same request may succeed a little later."""
    return refusal.status in _PASSING_STATUSES


def reason_of(failure: Failure) -> str:
    """Return in words why there was no complete answer."""
    match failure:
        case Refused(status=status, message=message):
            return f"the app answered {status}: {message}"
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return f"no connection: {failure or type(failure).__name__}"
        case httpx.TimeoutException():
            return "no data for too long"
        case httpx.RequestError():
            return f"the connection broke: {str(failure) or type(failure).__name__}"
        case Interrupted():
            return str(failure)
