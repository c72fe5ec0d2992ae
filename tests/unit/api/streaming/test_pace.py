"""How often a process polls the generations that are read in it."""

import pytest

from api.streaming.pace import (
    FAILURE_POLLS_PER_S,
    LONGEST_INTERVAL_S,
    POLLS_PER_S,
    failures_interval_s,
    first_interval_s,
    next_interval_s,
)


def test_first_poll_after_a_change_comes_as_soon_as_the_setting_says() -> None:
    assert first_interval_s(0.2, followed=1) == pytest.approx(0.2)


def test_interval_stays_below_a_second_while_nothing_changes() -> None:
    intervals = [0.2]
    while intervals[-1] < LONGEST_INTERVAL_S:
        intervals.append(next_interval_s(intervals[-1], followed=1))

    assert intervals == sorted(set(intervals))
    assert len(intervals) < 10
    assert next_interval_s(intervals[-1], followed=1) == LONGEST_INTERVAL_S < 1


def test_a_longer_interval_from_the_settings_is_not_shortened() -> None:
    assert next_interval_s(5, followed=1) == 5


@pytest.mark.parametrize("followed", [50, 1000])
def test_all_polls_of_a_process_together_are_bounded(followed: int) -> None:
    assert followed / first_interval_s(0.2, followed) <= POLLS_PER_S
    assert followed / next_interval_s(0.2, followed) <= POLLS_PER_S
    assert followed / failures_interval_s(followed) <= FAILURE_POLLS_PER_S
