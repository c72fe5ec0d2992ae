"""How often a process looks for news of the generations that are read in it.

A look costs the engine a query, and this process some milliseconds. So there is a bound for all looks together, and
who has waited long for a result does not mind a moment more.
"""

LOOKS_PER_S = 100
STEP_LOOKS_PER_S = 25
# A retry is under way for at least the second before its next attempt, so that no retry escapes this interval.
STEPS_INTERVAL_S = 0.8
_PATIENT_AFTER_S = 10
_PATIENCE = 4
# What the engine needs to take up a step's end, at the least; and at the most, unless it has no time for it.
TAKEN_UP_IN_S = 0.03
EXPECTED_FOR_S = 1.0


def look_interval_s(shortest_s: float, tails: int, quiet_s: float) -> float:
    """Return how long to wait for the next look at a generation without news for `quiet_s`, of so many followed."""
    patience = _PATIENCE if quiet_s > _PATIENT_AFTER_S else 1
    return max(shortest_s * patience, tails / LOOKS_PER_S)


def steps_interval_s(tails: int) -> float:
    """Return how long to wait for the next look at a generation's steps; looks at them are dearer."""
    return max(STEPS_INTERVAL_S, tails / STEP_LOOKS_PER_S)


def expected_interval_s(expecting: int) -> float:
    """Return how long to wait for the next look when a step has ended here, and those of so many generations have."""
    return max(TAKEN_UP_IN_S, expecting / LOOKS_PER_S)
