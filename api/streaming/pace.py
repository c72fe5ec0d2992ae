"""How often a process polls the generations that are read in it. Pure.

A poll costs the engine a query, so it backs off while nothing changes, and all polls of a process have a common bound.
"""

# 95 of 100 results are to be at their reader within a second of being saved, transport included.
LONGEST_INTERVAL_S = 0.8
FAILURES_INTERVAL_S = 3.0
POLLS_PER_S = 100
FAILURE_POLLS_PER_S = 25
_BACKOFF = 1.5


def first_interval_s(shortest_s: float, followed: int) -> float:
    """Return how long to wait for the next poll after a change, when this process follows so many generations."""
    return max(shortest_s, followed / POLLS_PER_S)


def next_interval_s(interval_s: float, followed: int) -> float:
    """Return how long to wait after a poll that found no change, when the wait before it was `interval_s`."""
    return max(interval_s, min(interval_s * _BACKOFF, LONGEST_INTERVAL_S), followed / POLLS_PER_S)


def failures_interval_s(followed: int) -> float:
    """Return how long to wait for the next poll of a generation's failure records, which is a list of blobs."""
    return max(FAILURES_INTERVAL_S, followed / FAILURE_POLLS_PER_S)
