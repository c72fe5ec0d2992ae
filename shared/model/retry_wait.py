"""How long a step waits when the model says when to come back (RetryInfo or Retry-After). Pure."""

import math
import zlib

from shared.models.steps import StepRequest

MIN_WAIT_S = 2
MAX_WAIT_S = 90
MAX_TOTAL_WAIT_S = 600
# Steps that are told the same time come back spread over this many seconds.
_SPREAD_S = 10


def retry_wait_s(step: StepRequest, told_s: float) -> int | None:
    """Return the seconds to wait before the step asks again; None if it has waited too long in all.

    The platform's timers have whole seconds, rounded down, so one second is added to what the model said.
    """
    jitter_s = (zlib.crc32(step.generation_id.encode()) + step.index) % _SPREAD_S
    wanted_s = max(MIN_WAIT_S, math.ceil(told_s)) + 1
    wait_s = wanted_s + jitter_s
    if wait_s > MAX_WAIT_S:
        # Spread downwards instead; below what the model said only if that is more than a step waits at a time.
        earliest_s = min(wanted_s, MAX_WAIT_S) if told_s <= MAX_WAIT_S else 0
        wait_s = max(earliest_s, MAX_WAIT_S - jitter_s)
    return wait_s if step.waited_s + wait_s <= MAX_TOTAL_WAIT_S else None
