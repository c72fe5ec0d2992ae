"""The sliding window rate limit."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from api.limits.allowance import Rate, Taken, take

RATES = st.builds(Rate, limit=st.integers(1, 6), window_s=st.integers(1, 60))
# Whole seconds between one try and the next.
GAPS = st.lists(st.integers(0, 40), max_size=60)


def tried(rate: Rate, gaps: Sequence[int]) -> list[tuple[int, Taken]]:
    """Return the result of each try, at these distances in time."""
    now, times = 1_000, tuple[float, ...]()
    tries: list[tuple[int, Taken]] = []
    for gap in gaps:
        now += gap
        taken = take(rate, times, now)
        times = taken.times
        tries.append((now, taken))
    return tries


def within(window_s: int, now: float, times: Sequence[float]) -> int:
    return sum(now - window_s < time <= now for time in times)


@given(RATES, GAPS)
def test_no_window_has_more_than_the_limit(rate: Rate, gaps: list[int]) -> None:
    allowed = [now for now, taken in tried(rate, gaps) if taken.allowed]

    assert all(within(rate.window_s, now, allowed) <= rate.limit for now in allowed)


@given(RATES, GAPS)
def test_only_tries_over_the_limit_are_refused(rate: Rate, gaps: list[int]) -> None:
    tries = tried(rate, gaps)

    for number, (now, taken) in enumerate(tries):
        before = [earlier for earlier, other in tries[:number] if other.allowed]
        assert taken.allowed == (within(rate.window_s, now, before) < rate.limit)


@given(RATES, GAPS)
def test_remaining_and_reset_are_exact(rate: Rate, gaps: list[int]) -> None:
    for now, taken in tried(rate, gaps):
        allowance = taken.allowance
        assert allowance.limit == rate.limit
        assert allowance.remaining == rate.limit - len(taken.times)
        assert 1 <= allowance.reset_s <= rate.window_s
        if not taken.allowed:
            assert take(rate, taken.times, now + allowance.reset_s).allowed
            assert allowance.reset_s == 1 or not take(rate, taken.times, now + allowance.reset_s - 1).allowed


@given(RATES, st.lists(st.floats(0, 10_000), max_size=30), st.floats(0, 10_000))
def test_stored_times_are_sorted_and_within_the_window_and_the_limit(
    rate: Rate, times: list[float], now: float
) -> None:
    taken = take(rate, times, now)

    assert list(taken.times) == sorted(taken.times)
    assert all(now - rate.window_s < time <= now for time in taken.times)
    assert not taken.allowed or len(taken.times) <= rate.limit


def test_time_of_a_clock_that_is_ahead_counts_from_now() -> None:
    rate = Rate(limit=1, window_s=60)

    refused = take(rate, (5_000.0,), 1_000)

    assert (refused.allowed, refused.allowance.reset_s) == (False, 60)
    assert take(rate, refused.times, 1_060).allowed


def test_lowered_limit_counts_earlier_times() -> None:
    times = tuple(float(second) for second in range(10))

    taken = take(Rate(limit=3, window_s=60), times, 10)

    assert not taken.allowed
    assert taken.allowance.reset_s == 57
