"""Memory for request bodies is bounded, however many clients send at once."""

import pytest

from api.body_budget import BodyBudget
from api.requests import read_json
from shared.errors import Busy, InvalidInput
from shared.settings import load_settings
from tests.unit.api.http_requests import SentBody, json_request

SETTINGS = load_settings({})
LARGE = b'"' + b"x" * 100_000 + b'"'


async def test_body_beyond_the_budget_is_refused_before_it_is_read_to_its_end() -> None:
    budget = BodyBudget(150_000)
    body = SentBody([LARGE[:70_000], LARGE[70_000:]] + [b" " * 50_000] * 10)

    with budget.opened() as take, pytest.raises(Busy):
        await read_json(json_request(body), SETTINGS, take)

    assert body.received < len(body.pieces)


async def test_budget_is_shared_by_all_requests_and_given_back_when_they_end() -> None:
    budget = BodyBudget(150_000)

    with budget.opened() as take, budget.opened() as take_too:
        await read_json(json_request(LARGE), SETTINGS, take)
        with pytest.raises(Busy):
            await read_json(json_request(LARGE), SETTINGS, take_too)
    with budget.opened() as take:
        await read_json(json_request(LARGE), SETTINGS, take)


async def test_budget_is_given_back_after_a_failure() -> None:
    budget = BodyBudget(150_000)

    for _ in range(3):
        with pytest.raises(InvalidInput), budget.opened() as take:
            await read_json(json_request(LARGE[:-1]), SETTINGS, take)


async def test_small_bodies_need_no_budget() -> None:
    with BodyBudget(0).opened() as take:
        assert await read_json(json_request(b'"small"'), SETTINGS, take) == "small"
