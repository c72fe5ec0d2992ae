"""How often something may be done: at most so many times within any window, counted exactly. Pure.

What is kept is the times of what was done within the window, oldest first, so that no clock's minute begins a new
count: of two bursts a second apart the later one is not let through because a minute has turned.
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
    """Whether one more was allowed, the times to keep (seconds since 1970), and what is left."""

    allowed: bool
    times: tuple[float, ...]
    allowance: Allowance


def take(rate: Rate, times: Sequence[float], now: float) -> Taken:
    """Take one of what the rate allows, if there is one left."""
    # A time ahead of our clock was written by an instance whose clock is ahead: it counts from now on.
    recent = sorted(min(time, now) for time in times if time > now - rate.window_s)
    if len(recent) >= rate.limit:
        due = recent[len(recent) - rate.limit] + rate.window_s
        return Taken(False, tuple(recent), Allowance(rate.limit, 0, _seconds(due - now)))
    recent.append(now)
    allowance = Allowance(rate.limit, rate.limit - len(recent), _seconds(recent[0] + rate.window_s - now))
    return Taken(True, tuple(recent), allowance)


def _seconds(duration_s: float) -> int:
    return max(1, math.ceil(duration_s))
