"""Work that several ask for at the same time."""

import asyncio

import pytest

from shared.single_flight import SingleFlight


class Work:
    """Counts how often it was begun; ends when it is let."""

    def __init__(self) -> None:
        self.begun = 0
        self.ends = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        await self.ends.wait()
        return self.begun


async def test_those_who_ask_at_the_same_time_share_it_and_the_next_begins_anew() -> None:
    flights, work = SingleFlight[str, int](), Work()
    asked = [asyncio.create_task(flights.do("a", work)) for _ in range(3)]
    await asyncio.sleep(0)
    assert flights.is_under_way("a")
    work.ends.set()

    assert await asyncio.gather(*asked) == [1, 1, 1]
    assert not flights.is_under_way("a")
    assert await flights.do("a", work) == 2


async def test_other_keys_are_other_work() -> None:
    flights, work = SingleFlight[str, int](), Work()
    work.ends.set()

    await asyncio.gather(flights.do("a", work), flights.do("b", work))

    assert work.begun == 2


async def test_a_failure_reaches_all_who_wait_and_nobody_else() -> None:
    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    flights = SingleFlight[str, int]()
    outcomes = await asyncio.gather(*(flights.do("a", fail) for _ in range(2)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    with pytest.raises(ValueError, match="no"):
        await flights.do("a", fail)


async def test_one_who_is_cancelled_takes_nothing_from_the_others() -> None:
    flights, work = SingleFlight[str, int](), Work()
    impatient, patient = (asyncio.create_task(flights.do("a", work)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    work.ends.set()

    assert await patient == 1
    assert impatient.cancelled()
