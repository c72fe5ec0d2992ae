"""What a follower expects: as much as it was told of and has not seen, and not for ever."""

import asyncio

import pytest

from api import expectation
from api.expectation import Expectation
from api.pace import TAKEN_UP_IN_S

_PROMPTLY_S = 10


async def test_nothing_is_expected_that_was_not_told_of() -> None:
    assert not Expectation().is_open


async def test_it_is_open_until_as_many_results_were_seen_as_steps_have_ended() -> None:
    expected = Expectation()
    expected.tell("step-ended")
    expected.tell("step-ended")
    expected.seen(1)
    after_one = expected.is_open
    expected.seen(1)

    assert (after_one, expected.is_open) == (True, False)


async def test_results_of_other_processes_are_not_taken_for_later_ones_of_this() -> None:
    expected = Expectation()
    expected.seen(5)
    expected.tell("step-ended")

    assert expected.is_open


async def test_what_does_not_come_in_time_is_expected_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Expectation()
    expected.tell("step-ended")
    monkeypatch.setattr(expectation, "EXPECTED_FOR_S", 0)
    too_late = expected.is_open
    expected.tell("step-ended")
    monkeypatch.undo()
    expected.seen(1)

    assert (too_late, expected.is_open) == (False, False)


async def test_a_wait_ends_after_its_time() -> None:
    async with asyncio.timeout(_PROMPTLY_S):
        await Expectation().wait(0)


async def test_a_step_that_ends_cuts_the_wait_short_but_gives_the_engine_a_moment() -> None:
    expected, clock = Expectation(), asyncio.get_running_loop().time
    began_at_s = clock()
    asyncio.get_running_loop().call_soon(expected.tell, "step-ended")
    async with asyncio.timeout(_PROMPTLY_S):
        await expected.wait(1000)

    assert clock() - began_at_s >= TAKEN_UP_IN_S * 0.9


async def test_what_is_shown_already_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectation, "TAKEN_UP_IN_S", 1000)
    expected = Expectation()
    expected.tell("step-ended")
    asyncio.get_running_loop().call_soon(expected.tell, "all-shown")

    async with asyncio.timeout(_PROMPTLY_S):
        await expected.wait(1000)


async def test_word_from_before_the_wait_counts_once() -> None:
    expected = Expectation()
    expected.tell("step-ended")
    async with asyncio.timeout(_PROMPTLY_S):
        await expected.wait(1000)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(TAKEN_UP_IN_S * 2):
            await expected.wait(1000)
