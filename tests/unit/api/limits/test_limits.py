"""Limits of clients over several instances, with a clock that the test moves."""

import asyncio
import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from api.limits.limits import Limits
from api.limits.rates import Rates
from api.limits.running import RunningGenerations
from shared.deps import Deps
from shared.errors import (
    DailyLimitReached,
    EngineUnavailable,
    RateLimited,
    StorageUnavailable,
    TooManyGenerations,
)
from shared.names import RUNNING_BLOB, new_generation_id
from shared.ports import BlobStore, Run, RunState
from shared.settings import load_settings
from shared.storage.shared_values import SharedValues
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine

CLIENT, OTHER_CLIENT = "203.0.113.7", "198.51.100.9"
ENDPOINT = "generate-manga-stream"
NOON = 1_800_000_000.0


class Clock:
    """Seconds since 1970, as the test sets them."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(deps: Deps, clock: Clock) -> Rates:
    return Rates(SharedValues(deps.blobs), clock)


@pytest.fixture
def running(deps: Deps, clock: Clock) -> RunningGenerations:
    return RunningGenerations(SharedValues(deps.blobs), clock)


async def names(blobs: BlobStore) -> list[str]:
    return [name async for name in blobs.names("")]


async def admitted(*requests: asyncio.Task[object]) -> int:
    """Return how many were not refused."""
    results = await asyncio.gather(*requests, return_exceptions=True)
    faults = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(fault, RateLimited | TooManyGenerations) for fault in faults), faults
    return len(results) - len(faults)


# --- requests a minute ----------------------------------------------------------------------------------------------


async def test_of_26_requests_within_a_minute_the_last_has_to_wait(rates: Rates, clock: Clock) -> None:
    for number in range(25):
        clock.now = NOON + number
        left = await rates.take_request(ENDPOINT, CLIENT, 25)
        assert left is not None
        assert (left.limit, left.remaining) == (25, 24 - number)

    clock.now = NOON + 30
    with pytest.raises(RateLimited) as refused:
        await rates.take_request(ENDPOINT, CLIENT, 25)

    assert refused.value.allowance.reset_s == refused.value.retry_after_s == 30
    assert "at most 25 a minute" in str(refused.value)
    assert "in 30 s" in str(refused.value)


async def test_after_the_wait_that_was_told_one_more_is_let_in_and_no_second(rates: Rates, clock: Clock) -> None:
    for number in range(3):
        clock.now = NOON + number
        await rates.take_request(ENDPOINT, CLIENT, 3)

    clock.now = NOON + 60
    await rates.take_request(ENDPOINT, CLIENT, 3)

    with pytest.raises(RateLimited):
        await rates.take_request(ENDPOINT, CLIENT, 3)


async def test_a_refused_request_is_not_counted(rates: Rates, clock: Clock) -> None:
    await rates.take_request(ENDPOINT, CLIENT, 1)
    for second in range(1, 60):
        clock.now = NOON + second
        with pytest.raises(RateLimited):
            await rates.take_request(ENDPOINT, CLIENT, 1)

    clock.now = NOON + 60
    assert await rates.take_request(ENDPOINT, CLIENT, 1)


async def test_other_endpoints_and_other_clients_are_counted_by_themselves(rates: Rates) -> None:
    await rates.take_request(ENDPOINT, CLIENT, 1)

    assert await rates.take_request("reddit", CLIENT, 1)
    assert await rates.take_request(ENDPOINT, OTHER_CLIENT, 1)


async def test_instances_share_what_they_count(deps: Deps, clock: Clock) -> None:
    one, other = (Rates(SharedValues(deps.blobs), clock) for _ in range(2))

    for rates in (one, other, one):
        await rates.take_request(ENDPOINT, CLIENT, 3)

    for rates in (other, one):
        with pytest.raises(RateLimited):
            await rates.take_request(ENDPOINT, CLIENT, 3)


async def test_of_many_requests_at_once_on_several_instances_exactly_as_many_as_allowed_are_let_in(
    deps: Deps, clock: Clock
) -> None:
    instances = [Rates(SharedValues(deps.blobs), clock) for _ in range(3)]

    requests = [
        asyncio.create_task(instances[number % 3].take_request(ENDPOINT, CLIENT, 10), name=str(number))
        for number in range(30)
    ]

    assert await admitted(*requests) == 10


async def test_an_instance_that_knows_the_limit_is_reached_refuses_without_the_storage(
    deps: Deps, clock: Clock
) -> None:
    blobs = SwitchedBlobs(deps.blobs)
    rates = Rates(SharedValues(blobs), clock)
    rates.check_request(ENDPOINT, CLIENT, 1)
    await rates.take_request(ENDPOINT, CLIENT, 1)
    blobs.down = True

    with pytest.raises(RateLimited):
        rates.check_request(ENDPOINT, CLIENT, 1)
    with pytest.raises(RateLimited):
        await rates.take_request(ENDPOINT, CLIENT, 1)

    clock.now = NOON + 60
    rates.check_request(ENDPOINT, CLIENT, 1)
    with pytest.raises(StorageUnavailable):
        await rates.take_request(ENDPOINT, CLIENT, 1)


async def test_without_a_limit_nothing_is_stored(rates: Rates, deps: Deps) -> None:
    assert await rates.take_request(ENDPOINT, CLIENT, 0) is None
    await rates.take_generation(CLIENT, 0)

    assert await names(deps.blobs) == []


async def test_no_address_is_stored(rates: Rates, deps: Deps) -> None:
    await rates.take_request(ENDPOINT, CLIENT, 1)
    await rates.take_generation(CLIENT, 1)

    stored = await names(deps.blobs)
    contents = [blob.content for name in stored if (blob := await deps.blobs.read(name))]
    assert len(contents) == 2
    assert CLIENT not in "".join(stored)
    assert CLIENT.encode() not in b"".join(contents)


# --- generations a day ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later_s", "told"), [(0, "24 h 0 min"), (3 * 3600, "21 h 0 min"), (24 * 3600 - 61, "2 min"), (86_399, "1 min")]
)
async def test_a_client_that_has_used_up_its_day_is_told_how_long_to_wait(
    rates: Rates, clock: Clock, later_s: int, told: str
) -> None:
    await rates.take_generation(CLIENT, 1)
    clock.now = NOON + later_s

    with pytest.raises(DailyLimitReached) as refused:
        await rates.take_generation(CLIENT, 1)

    assert told in str(refused.value)
    assert refused.value.retry_after_s == 86_400 - later_s
    clock.now = NOON + 86_400
    await rates.take_generation(CLIENT, 1)


async def test_a_place_that_was_taken_is_given_back_when_the_day_is_used_up(deps: Deps, engine: FakeEngine) -> None:
    limits = Limits(load_settings({"GENERATIONS_PER_DAY": "1", "MAX_RUNNING_GENERATIONS": "2"}), deps.blobs)
    first, second, third = (new_generation_id() for _ in range(3))
    await limits.take_generation(engine, first, CLIENT)

    for refused in (second, third):
        with pytest.raises(DailyLimitReached):
            await limits.take_generation(engine, refused, CLIENT)

    await limits.take_generation(engine, second, OTHER_CLIENT)


# --- generations at once --------------------------------------------------------------------------------------------


def show(engine: FakeEngine, generation_id: str, state: RunState, updated_at: float = NOON) -> None:
    at = datetime.fromtimestamp(updated_at, UTC)
    engine.runs_by_id[generation_id] = Run(generation_id, state, None, at, at)


async def test_a_generation_more_than_there_are_places_for_is_refused(
    running: RunningGenerations, engine: FakeEngine
) -> None:
    ids = [new_generation_id() for _ in range(3)]
    for generation_id in ids[:2]:
        await running.enter(engine, generation_id, 2)
        show(engine, generation_id, "running")

    with pytest.raises(TooManyGenerations) as refused:
        await running.enter(engine, ids[2], 2)

    assert refused.value.retry_after_s == 30
    assert (refused.value.allowance.limit, refused.value.allowance.remaining) == (2, 0)


@pytest.mark.parametrize("state", ["completed", "failed", "terminated"])
async def test_the_place_of_a_generation_that_is_over_is_free(
    running: RunningGenerations, engine: FakeEngine, state: RunState
) -> None:
    over = new_generation_id()
    await running.enter(engine, over, 1)
    show(engine, over, state, NOON + 5)

    await running.enter(engine, new_generation_id(), 1)


async def test_place_is_free_when_its_generation_ended_in_the_second_in_which_it_began(
    running: RunningGenerations, engine: FakeEngine, clock: Clock
) -> None:
    clock.now = NOON + 0.4
    over = new_generation_id()
    await running.enter(engine, over, 1)
    show(engine, over, "completed", NOON)  # the engine's times have whole seconds

    await running.enter(engine, new_generation_id(), 1)


async def test_a_generation_that_has_a_place_keeps_it(running: RunningGenerations, engine: FakeEngine) -> None:
    ours = new_generation_id()
    await running.enter(engine, ours, 1)
    show(engine, ours, "running")

    await running.enter(engine, ours, 1)


async def test_a_place_that_was_given_back_is_free(running: RunningGenerations, engine: FakeEngine) -> None:
    ours = new_generation_id()
    await running.enter(engine, ours, 1)
    await running.leave(ours)
    await running.leave(ours)

    await running.enter(engine, new_generation_id(), 1)


async def test_the_place_of_a_start_that_crashed_is_free_after_two_minutes(
    running: RunningGenerations, engine: FakeEngine, clock: Clock
) -> None:
    await running.enter(engine, new_generation_id(), 1)

    clock.now = NOON + 119
    with pytest.raises(TooManyGenerations):
        await running.enter(engine, new_generation_id(), 1)

    clock.now = NOON + 120
    await running.enter(engine, new_generation_id(), 1)


async def test_a_generation_that_is_gone_on_with_keeps_its_place_until_its_new_run_is_known(
    running: RunningGenerations, engine: FakeEngine, clock: Clock
) -> None:
    again = new_generation_id()
    show(engine, again, "completed", NOON - 1000)
    await running.enter(engine, again, 1)

    with pytest.raises(TooManyGenerations):
        await running.enter(engine, new_generation_id(), 1)

    show(engine, again, "running", NOON + 1)
    clock.now = NOON + 1000
    with pytest.raises(TooManyGenerations):
        await running.enter(engine, new_generation_id(), 1)


async def test_of_many_starts_at_once_on_several_instances_exactly_as_many_as_there_are_places_begin(
    deps: Deps, engine: FakeEngine, clock: Clock
) -> None:
    instances = [RunningGenerations(SharedValues(deps.blobs), clock) for _ in range(3)]

    starts = [
        asyncio.create_task(instances[number % 3].enter(engine, new_generation_id(), 4), name=str(number))
        for number in range(15)
    ]

    assert await admitted(*starts) == 4


async def test_while_places_are_free_the_engine_is_not_asked(running: RunningGenerations, engine: FakeEngine) -> None:
    engine.down = True
    await running.enter(engine, new_generation_id(), 1)

    with pytest.raises(EngineUnavailable):
        await running.enter(engine, new_generation_id(), 1)


async def test_without_a_limit_no_place_is_taken(running: RunningGenerations, engine: FakeEngine, deps: Deps) -> None:
    await running.enter(engine, new_generation_id(), 0)

    assert not await deps.blobs.exists(RUNNING_BLOB)


# --- values that instances share ------------------------------------------------------------------------------------


async def test_a_value_that_never_holds_still_is_reported_and_not_tried_for_ever(deps: Deps) -> None:
    class NeverOurs(SwitchedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            return None

    values = SharedValues(NeverOurs(deps.blobs))

    async def count(value: dict[str, object]) -> dict[str, object]:
        return {**value, "times": []}

    with pytest.raises(StorageUnavailable, match="too busy"):
        await values.change("limits/x", count)  # pyright: ignore[reportArgumentType] - JSON all the same


async def test_only_so_many_values_are_remembered_and_none_is_lost(deps: Deps, clock: Clock) -> None:
    rates = Rates(SharedValues(deps.blobs, remembered=2), clock)
    clients = [f"client {number}" for number in range(6)]
    for client in clients:
        await rates.take_request(ENDPOINT, client, 1)

    for client in clients:
        with pytest.raises(RateLimited):
            await rates.take_request(ENDPOINT, client, 1)


async def test_settings_decide_over_the_limits(deps: Deps, engine: FakeEngine) -> None:
    settings = load_settings({"REQUESTS_PER_MINUTE": "1", "GENERATIONS_PER_DAY": "2", "MAX_RUNNING_GENERATIONS": "1"})
    limits = Limits(settings, dataclasses.replace(deps, settings=settings).blobs)

    await limits.take_request(ENDPOINT, CLIENT)
    with pytest.raises(RateLimited):
        limits.check_request(ENDPOINT, CLIENT)
    await limits.take_generation(engine, new_generation_id(), CLIENT)
    with pytest.raises(TooManyGenerations):
        await limits.take_place(engine, new_generation_id())
