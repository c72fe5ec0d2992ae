"""Never more than the limit within any window."""

from hypothesis import given
from hypothesis import strategies as st

from shared.allowance import Rate, take
from shared.errors import Allowance

RATE = Rate(limit=3, window_s=60)


def test_the_first_ones_are_allowed_and_the_next_has_to_wait_for_the_oldest_to_leave() -> None:
    times: tuple[float, ...] = ()
    for now in (100.0, 110.0, 120.0):
        taken = take(RATE, times, now)
        assert taken.allowed
        times = taken.times

    refused = take(RATE, times, 130.0)

    assert not refused.allowed
    assert refused.times == times
    assert refused.allowance == Allowance(limit=3, remaining=0, reset_s=30)


def test_what_is_left_is_told() -> None:
    assert take(RATE, (), 100.0).allowance == Allowance(limit=3, remaining=2, reset_s=60)
    assert take(RATE, (70.0,), 100.0).allowance == Allowance(limit=3, remaining=1, reset_s=30)


def test_what_has_left_the_window_is_forgotten() -> None:
    assert take(RATE, (10.0, 20.0, 30.0), 100.0).times == (100.0,)


def test_a_burst_at_a_minutes_end_counts_in_the_next_minute() -> None:
    assert not take(RATE, (59.7, 59.8, 59.9), 60.1).allowed


def test_after_the_limit_was_lowered_enough_have_to_leave() -> None:
    assert take(Rate(1, 60), (100.0, 110.0, 120.0), 125.0).allowance.reset_s == 55


def test_a_time_ahead_of_our_clock_does_not_shut_a_client_out_for_longer_than_a_window() -> None:
    assert take(Rate(1, 60), (10_000.0,), 100.0).allowance.reset_s == 60


@given(
    limit=st.integers(1, 5),
    gaps=st.lists(st.floats(0, 40, allow_nan=False), max_size=60),
)
def test_no_window_ever_has_more_than_the_limit_and_nobody_waits_for_nothing(limit: int, gaps: list[float]) -> None:
    rate, now = Rate(limit, 60), 0.0
    times: tuple[float, ...] = ()
    accepted: list[float] = []
    for gap in gaps:
        now += gap
        taken = take(rate, times, now)
        times = taken.times
        within = [time for time in accepted if time > now - rate.window_s]
        assert taken.allowed == (len(within) < limit)
        if taken.allowed:
            accepted.append(now)
        assert len(times) <= limit
    for start in accepted:
        assert len([time for time in accepted if start <= time < start + rate.window_s]) <= limit
