"""Limits are counted in storage, so that they hold whichever instance is asked."""

import asyncio
from dataclasses import dataclass

import pytest

from api.limits.rates import Rates
from api.limits.running import RunningGenerations
from api.limits.shared_values import SharedValues
from shared.adapters.blobs import AzureBlobStore
from shared.errors import DailyLimitReached, EngineUnavailable, RateLimited, StorageUnavailable, TooManyGenerations
from shared.ledger import Ledger
from shared.ports import Blob
from tests.fakes.blobs import SwitchedBlobs
from tests.fakes.engine import FakeEngine

CLIENT, OTHER = "203.0.113.7", "203.0.113.8"
#: Before the fake engine's runs were last changed, so that a run that is over counts as over.
START = 1_000_000.0


@dataclass(slots=True)
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(blobs: AzureBlobStore, clock: Clock) -> Rates:
    return Rates(SharedValues(blobs), clock)


@pytest.fixture
def running(blobs: AzureBlobStore, clock: Clock) -> RunningGenerations:
    return RunningGenerations(SharedValues(blobs), clock)


async def test_a_client_waits_when_its_minute_is_used_up_and_goes_on_afterwards(rates: Rates, clock: Clock) -> None:
    for _ in range(3):
        await rates.take_request("draw", CLIENT, 3)

    with pytest.raises(RateLimited) as refused:
        await rates.take_request("draw", CLIENT, 3)

    assert refused.value.retry_after_s == 60
    clock.now += 60
    await rates.take_request("draw", CLIENT, 3)


async def test_other_clients_and_other_endpoints_have_limits_of_their_own(rates: Rates) -> None:
    await rates.take_request("draw", CLIENT, 1)

    await rates.take_request("draw", OTHER, 1)
    await rates.take_request("chunk", CLIENT, 1)


async def test_instances_count_together(blobs: AzureBlobStore, clock: Clock) -> None:
    instances = [Rates(SharedValues(blobs), clock) for _ in range(3)]

    taken = await asyncio.gather(
        *(instances[number % 3].take_request("draw", CLIENT, 5) for number in range(12)), return_exceptions=True
    )

    assert len([one for one in taken if isinstance(one, RateLimited)]) == 7


async def test_a_request_known_to_be_too_many_is_refused_without_the_storage(
    blobs: AzureBlobStore, clock: Clock
) -> None:
    storage = SwitchedBlobs(blobs)
    rates = Rates(SharedValues(storage), clock)
    rates.check_request("draw", CLIENT, 1)
    await rates.take_request("draw", CLIENT, 1)
    storage.down = True

    with pytest.raises(RateLimited):
        rates.check_request("draw", CLIENT, 1)
    with pytest.raises(RateLimited):
        await rates.take_request("draw", CLIENT, 1)


async def test_without_a_limit_nothing_is_stored(rates: Rates, blobs: AzureBlobStore) -> None:
    assert await rates.take_request("draw", CLIENT, 0) is None
    await rates.take_generation(CLIENT, 0)

    assert [name async for name in blobs.names("")] == []


async def test_no_address_is_stored(rates: Rates, blobs: AzureBlobStore) -> None:
    await rates.take_request("draw", CLIENT, 1)

    (name,) = [name async for name in blobs.names("")]
    blob = await blobs.read(name)
    assert isinstance(blob, Blob)
    assert CLIENT not in name
    assert CLIENT.encode() not in blob.content


async def test_a_day_has_so_many_generations(rates: Rates, clock: Clock) -> None:
    await rates.take_generation(CLIENT, 1)
    clock.now += 23 * 3600

    with pytest.raises(DailyLimitReached, match="1 h 0 min"):
        await rates.take_generation(CLIENT, 1)

    clock.now += 3600
    await rates.take_generation(CLIENT, 1)


async def test_a_limit_whose_storage_is_away_lets_nobody_through(blobs: AzureBlobStore) -> None:
    with pytest.raises(StorageUnavailable):
        await Rates(SharedValues(SwitchedBlobs(blobs, down=True))).take_request("draw", CLIENT, 1)


async def test_what_was_counted_is_counted_anew_when_the_storage_is_emptied(
    rates: Rates, blobs: AzureBlobStore
) -> None:
    await rates.take_request("draw", CLIENT, 2)
    for name in [name async for name in blobs.names("")]:
        await blobs.delete(name)

    allowance = await rates.take_request("draw", CLIENT, 2)

    assert allowance is not None
    assert allowance.remaining == 1


async def test_so_many_generations_run_at_once_and_one_that_ends_makes_room(
    running: RunningGenerations, engine: FakeEngine
) -> None:
    for generation_id in ("a", "b"):
        await running.enter(engine, generation_id, 2)
        engine.show(generation_id, Ledger())
    with pytest.raises(TooManyGenerations):
        await running.enter(engine, "c", 2)

    engine.show("a", Ledger(), "completed")

    await running.enter(engine, "c", 2)


async def test_who_has_a_place_keeps_it(running: RunningGenerations, engine: FakeEngine) -> None:
    await running.enter(engine, "a", 1)
    engine.show("a", Ledger())

    await running.enter(engine, "a", 1)


async def test_the_place_of_a_start_that_never_came_is_free_again_after_a_while(
    running: RunningGenerations, engine: FakeEngine, clock: Clock
) -> None:
    await running.enter(engine, "crashed", 1)
    with pytest.raises(TooManyGenerations):
        await running.enter(engine, "next", 1)

    clock.now += 121

    await running.enter(engine, "next", 1)


async def test_a_generation_that_is_begun_again_keeps_its_place_until_its_run_is_known(
    running: RunningGenerations, engine: FakeEngine, clock: Clock
) -> None:
    engine.show("again", Ledger(), "completed")
    clock.now = engine.runs_by_id["again"].updated_at.timestamp() + 10
    await running.enter(engine, "again", 1)

    with pytest.raises(TooManyGenerations):
        await running.enter(engine, "next", 1)


async def test_a_place_that_was_given_back_is_free_at_once(running: RunningGenerations, engine: FakeEngine) -> None:
    await running.enter(engine, "a", 1)

    await running.leave("a")

    await running.enter(engine, "b", 1)


async def test_instances_share_the_places(blobs: AzureBlobStore, engine: FakeEngine) -> None:
    instances = [RunningGenerations(SharedValues(blobs)) for _ in range(3)]

    entered = await asyncio.gather(
        *(instances[number % 3].enter(engine, str(number), 4) for number in range(9)), return_exceptions=True
    )

    assert len([one for one in entered if isinstance(one, TooManyGenerations)]) == 5


async def test_an_engine_that_does_not_answer_gives_no_place_away(
    running: RunningGenerations, engine: FakeEngine
) -> None:
    await running.enter(engine, "a", 1)
    engine.show("a", Ledger(), "completed")
    engine.down = True

    with pytest.raises(EngineUnavailable):
        await running.enter(engine, "b", 1)


async def test_a_value_that_others_keep_changing_is_given_up_with_a_clear_answer(blobs: AzureBlobStore) -> None:
    class Contended(SwitchedBlobs):
        async def create(self, name: str, content: bytes, media_type: str) -> str | None:
            return None

        async def read(self, name: str) -> Blob | None:
            return None

    with pytest.raises(StorageUnavailable, match="busy"):
        await Rates(SharedValues(Contended(blobs))).take_request("draw", CLIENT, 1)
