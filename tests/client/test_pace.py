"""The arithmetic of patience, on a clock that the test moves."""

import random

import httpx
import pytest

from client.answers import retry_after_s
from client.pace import Pace, Patience


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    def upper(low: float, high: float) -> float:
        return high

    monkeypatch.setattr(random, "uniform", upper)


def test_delays_grow_to_their_limit_and_start_over_with_progress(clock: Clock) -> None:
    pace = Pace(Patience(first_delay_s=1, longest_delay_s=5), clock)
    pace.meet()
    assert [pace.next_delay_s() for _ in range(5)] == [1, 2, 4, 5, 5]
    pace.progress()
    assert pace.next_delay_s() == 1


def test_announced_return_is_free_once_and_again_after_progress(clock: Clock) -> None:
    pace = Pace(Patience(first_delay_s=1, longest_delay_s=5), clock)
    pace.meet()
    assert [pace.next_delay_s(announced=True) for _ in range(3)] == [0, 2, 4]
    pace.progress()
    assert pace.next_delay_s(announced=True) == 0


def test_retry_after_is_kept_to_and_too_long_beyond_the_patience(clock: Clock) -> None:
    pace = Pace(Patience(longest_retry_after_s=60), clock)
    assert [pace.next_delay_s(retry_after_s=wanted) for wanted in (-1.0, 3.0, 60.0)] == [0, 3, 60]
    assert [pace.is_too_long(wanted) for wanted in (None, 0.0, 60.0, 60.1)] == [False, False, False, True]


def test_heartbeats_keep_a_connection_but_are_no_result(clock: Clock) -> None:
    pace = Pace(Patience(lost_after_s=100, stalled_after_s=250), clock)
    pace.progress()
    for _ in range(4):
        clock.now_s += 60
        pace.hear()
    assert not pace.is_lost()
    assert not pace.is_stalled()
    clock.now_s += 60
    assert pace.is_stalled()
    clock.now_s += 40
    assert pace.is_lost()


def test_patience_is_short_until_anything_ever_answered(clock: Clock) -> None:
    pace = Pace(Patience(unreachable_after_s=5, lost_after_s=100), clock)
    clock.now_s += 5
    assert pace.is_lost()
    pace.meet()
    assert not pace.is_lost()


def test_last_wait_ends_with_the_patience(clock: Clock) -> None:
    pace = Pace(Patience(first_delay_s=4, unreachable_after_s=5), clock)
    waits: list[float] = []
    while not pace.is_lost():
        waits.append(pace.next_delay_s())
        clock.now_s += waits[-1]
    assert waits == [4, 1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("12", 12.0), ("", None), ("soon", None), ("-3", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after_s(httpx.Headers({"Retry-After": value})) == seconds


def test_retry_after_date_in_the_future_is_a_wait() -> None:
    waiting_s = retry_after_s(httpx.Headers({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}))
    assert waiting_s is not None
    assert waiting_s > 3600
