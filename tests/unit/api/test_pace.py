"""How often a process looks for news: soon for a few generations, and never so often that it does nothing else."""

import pytest

from api.pace import (
    LOOKS_PER_S,
    STEP_LOOKS_PER_S,
    TAKEN_UP_IN_S,
    expected_interval_s,
    look_interval_s,
    steps_interval_s,
)


def test_a_generation_that_is_followed_alone_is_looked_at_as_often_as_the_setting_allows() -> None:
    assert look_interval_s(0.08, tails=1, quiet_s=0) == pytest.approx(0.08)


@pytest.mark.parametrize("tails", [50, 1000])
def test_all_looks_together_are_bounded(tails: int) -> None:
    assert tails / look_interval_s(0.08, tails, quiet_s=0) == pytest.approx(LOOKS_PER_S)
    assert tails / steps_interval_s(tails) == pytest.approx(STEP_LOOKS_PER_S)


def test_one_that_is_long_without_news_is_looked_at_less_often_and_still_several_times_a_second() -> None:
    assert 0.08 < look_interval_s(0.08, tails=1, quiet_s=30) < 0.5


def test_no_retry_of_a_generation_that_is_followed_alone_escapes() -> None:
    assert steps_interval_s(1) < 1


def test_what_is_expected_is_looked_for_as_soon_as_it_can_be_there() -> None:
    assert expected_interval_s(1) == pytest.approx(TAKEN_UP_IN_S)


def test_looks_for_what_is_expected_are_bounded_too() -> None:
    assert 1000 / expected_interval_s(1000) == pytest.approx(LOOKS_PER_S)
