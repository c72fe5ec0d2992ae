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


async def test_who_wants_it_afresh_gets_what_began_later_and_shares_that() -> None:
    flights, work = SingleFlight[str, int](), Work()
    early = asyncio.create_task(flights.do_afresh("a", work))
    await asyncio.sleep(0)
    late = [asyncio.create_task(flights.do_afresh("a", work)) for _ in range(5)]
    await asyncio.sleep(0)
    assert work.begun == 1
    work.ends.set()

    assert await early == 1
    assert await asyncio.gather(*late) == [2] * 5
    assert not flights.is_under_way("a")


async def test_what_has_not_begun_yet_is_fresh_enough() -> None:
    flights, work = SingleFlight[str, int](), Work()
    work.ends.set()

    assert await asyncio.gather(*(flights.do_afresh("a", work) for _ in range(5))) == [1] * 5
    assert await asyncio.gather(*(flights.do_afresh("a", work) for _ in range(5))) == [2] * 5


async def test_a_failure_is_not_handed_on_to_those_who_want_it_afresh() -> None:
    ends = asyncio.Event()
    outcomes = iter([ValueError("no"), 7])

    async def work() -> int:
        await ends.wait()
        match next(outcomes):
            case int(value):
                return value
            case error:
                raise error

    flights = SingleFlight[str, int]()
    early = asyncio.create_task(flights.do_afresh("a", work))
    await asyncio.sleep(0)
    late = asyncio.create_task(flights.do_afresh("a", work))
    await asyncio.sleep(0)
    ends.set()

    with pytest.raises(ValueError, match="no"):
        await early
    assert await late == 7
