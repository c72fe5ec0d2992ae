"""How often something may be done, counted exactly."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from api.limits.allowance import Rate, Taken, take

RATES = st.builds(Rate, limit=st.integers(1, 6), window_s=st.integers(1, 60))
# Whole seconds between one try and the next.
GAPS = st.lists(st.integers(0, 40), max_size=60)


def tried(rate: Rate, gaps: Sequence[int]) -> list[tuple[int, Taken]]:
    """Return what each try at these distances came to."""
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
def test_there_are_never_more_than_the_limit_within_any_window(rate: Rate, gaps: list[int]) -> None:
    allowed = [now for now, taken in tried(rate, gaps) if taken.allowed]

    assert all(within(rate.window_s, now, allowed) <= rate.limit for now in allowed)


@given(RATES, GAPS)
def test_only_what_would_be_one_too_many_is_refused(rate: Rate, gaps: list[int]) -> None:
    tries = tried(rate, gaps)

    for number, (now, taken) in enumerate(tries):
        before = [earlier for earlier, other in tries[:number] if other.allowed]
        assert taken.allowed == (within(rate.window_s, now, before) < rate.limit)


@given(RATES, GAPS)
def test_what_is_told_of_the_rest_is_true(rate: Rate, gaps: list[int]) -> None:
    for now, taken in tried(rate, gaps):
        allowance = taken.allowance
        assert allowance.limit == rate.limit
        assert allowance.remaining == rate.limit - len(taken.times)
        assert 1 <= allowance.reset_s <= rate.window_s
        if not taken.allowed:
            assert take(rate, taken.times, now + allowance.reset_s).allowed
            assert allowance.reset_s == 1 or not take(rate, taken.times, now + allowance.reset_s - 1).allowed


@given(RATES, st.lists(st.floats(0, 10_000), max_size=30), st.floats(0, 10_000))
def test_whatever_is_stored_no_more_than_the_limit_is_kept_after_a_take(
    rate: Rate, times: list[float], now: float
) -> None:
    taken = take(rate, times, now)

    assert list(taken.times) == sorted(taken.times)
    assert all(now - rate.window_s < time <= now for time in taken.times)
    assert not taken.allowed or len(taken.times) <= rate.limit


def test_times_of_a_clock_that_is_ahead_count_from_now_on_and_no_longer() -> None:
    rate = Rate(limit=1, window_s=60)

    refused = take(rate, (5_000.0,), 1_000)

    assert (refused.allowed, refused.allowance.reset_s) == (False, 60)
    assert take(rate, refused.times, 1_060).allowed


def test_a_lower_limit_counts_what_was_allowed_by_a_higher_one() -> None:
    times = tuple(float(second) for second in range(10))

    taken = take(Rate(limit=3, window_s=60), times, 10)

    assert not taken.allowed
    assert taken.allowance.reset_s == 57
