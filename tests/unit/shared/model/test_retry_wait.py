"""How long a step waits when the model asks for a retry delay."""

from collections import Counter

import pytest

from shared.model.retry_wait import MAX_TOTAL_WAIT_S, MAX_WAIT_S, MIN_WAIT_S, retry_wait_s
from tests.support.fakes.stories import step


@pytest.mark.parametrize("delay_s", [0.1, 1, 2, 17, 37.4, 60, 80, 85, 90, 91, 3600])
@pytest.mark.parametrize("index", range(15))
def test_wait_is_at_least_the_requested_delay_within_the_limits(delay_s: float, index: int) -> None:
    wait_s = retry_wait_s(step("panel", index), delay_s)

    assert wait_s is not None
    # Timers are rounded down to whole seconds, so the real wait may be almost a second shorter.
    assert wait_s - 1 >= min(max(delay_s, MIN_WAIT_S), 80)
    assert wait_s <= MAX_WAIT_S
    assert wait_s >= min(delay_s, MAX_WAIT_S) or delay_s > MAX_WAIT_S


@pytest.mark.parametrize("delay_s", [2, 37, 75, 120])
def test_steps_with_the_same_delay_retry_at_different_times(delay_s: float) -> None:
    waits = Counter(retry_wait_s(step("panel", index), delay_s) for index in range(15))

    assert max(waits.values()) <= 2


def test_wait_of_a_step_is_deterministic() -> None:
    assert len({retry_wait_s(step("panel", 7), 20) for _ in range(5)}) == 1


def test_total_wait_is_at_most_ten_minutes() -> None:
    waits: list[int] = []
    while (wait_s := retry_wait_s(step("panel", 3).model_copy(update={"waited_s": sum(waits)}), 30)) is not None:
        waits.append(wait_s)

    assert MAX_TOTAL_WAIT_S - 45 < sum(waits) <= MAX_TOTAL_WAIT_S == 600
