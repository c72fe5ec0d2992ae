"""A sliding window rate limit: at most so many times within any window, counted exactly. Pure.

The times of the last window are kept, oldest first, rather than a counter for each minute of the clock: so a burst at
the end of one minute and another at the start of the next count together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import Allowance


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` times within `window_s` seconds."""

    limit: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether it was allowed, the times to keep (seconds since 1970), and what is left."""

    allowed: bool
    times: tuple[float, ...]
    allowance: Allowance


def take(rate: Rate, times: Sequence[float], now: float, count: int = 1) -> Taken:
    """Count one more time, or so many, if the rate allows them all."""
    # A time in the future was written by an instance whose clock is ahead. It counts from now.
    recent = sorted(min(time, now) for time in times if time > now - rate.window_s)
    if len(recent) + count > rate.limit:
        # More than the limit at once are never allowed: then all of the window is over.
        last_due = min(len(recent), len(recent) + count - rate.limit) - 1
        due = (recent[last_due] if recent else now) + rate.window_s
        return Taken(False, tuple(recent), Allowance(rate.limit, max(0, rate.limit - len(recent)), _seconds(due - now)))
    recent += [now] * count
    allowance = Allowance(rate.limit, rate.limit - len(recent), _seconds(recent[0] + rate.window_s - now))
    return Taken(True, tuple(recent), allowance)


def _seconds(duration_s: float) -> int:
    return max(1, math.ceil(duration_s))
