"""The memory for request bodies is limited, however many clients send at once."""

import asyncio

import pytest

from api.limits.body_budget import BodyBudget
from api.requests.body import read_json
from shared.errors import Busy, InvalidInput
from shared.settings import load_settings
from tests.unit.api.http_requests import SentBody, json_request

SETTINGS = load_settings({})
LARGE = b'"' + b"x" * 100_000 + b'"'


def pieces(count: int = 10) -> SentBody:
    size = len(LARGE) // count + 1
    return SentBody([LARGE[start : start + size] for start in range(0, len(LARGE), size)])


async def test_body_without_room_is_refused_before_it_is_read_to_its_end() -> None:
    budget = BodyBudget(150_000, wait_s=0)
    second = pieces()

    with budget.opened() as room, budget.opened() as other_room:
        await other_room.take(1)
        await read_json(json_request(LARGE), SETTINGS, room)
        with budget.opened() as third_room, pytest.raises(Busy):
            await read_json(json_request(second), SETTINGS, third_room)

    assert second.received < len(second.pieces)


async def test_body_waits_until_another_request_gives_its_bytes_back() -> None:
    budget = BodyBudget(150_000)
    with budget.opened() as room:
        await read_json(json_request(LARGE), SETTINGS, room)
        with budget.opened() as receiving, budget.opened() as waiting:
            await receiving.take(1)
            reading = asyncio.create_task(read_json(json_request(LARGE), SETTINGS, waiting))
            await asyncio.sleep(0)
            assert not reading.done()
            room.close()
            assert await reading == "x" * 100_000


async def test_concurrent_requests_do_not_deadlock() -> None:
    budget = BodyBudget(150_000)

    async def read() -> object:
        with budget.opened() as room:
            return await read_json(json_request(pieces()), SETTINGS, room)

    assert await asyncio.gather(*(read() for _ in range(5))) == ["x" * 100_000] * 5


async def test_budget_is_given_back_after_a_failure() -> None:
    budget = BodyBudget(150_000, wait_s=0)

    for _ in range(3):
        with budget.opened() as room, budget.opened() as other_room:
            await other_room.take(1)
            with pytest.raises(InvalidInput):
                await read_json(json_request(LARGE[:-1]), SETTINGS, room)


async def test_small_body_takes_nothing() -> None:
    budget = BodyBudget(0, wait_s=0)
    with budget.opened() as receiving, budget.opened() as room:
        await receiving.take(1)
        assert await read_json(json_request(b'"small"'), SETTINGS, room) == "small"


async def test_received_body_lets_the_next_request_exceed_the_budget() -> None:
    budget = BodyBudget(0, wait_s=0)
    with budget.opened() as first, budget.opened() as second:
        await read_json(json_request(LARGE), SETTINGS, first)
        await second.take(1)
