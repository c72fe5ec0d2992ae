"""The limits of clients over several instances, with a fake clock."""

import asyncio
from datetime import UTC, datetime

import pytest

from api.limits.limits import Limits
from shared.deps import Deps
from shared.errors import DailyLimitReached, EngineUnavailable, RateLimited, StorageUnavailable, TooManyGenerations
from shared.names import RUNNING_BLOB, new_generation_id
from shared.ports import BlobStore, Run, RunState
from shared.settings import load_settings
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine

CLIENT, OTHER_CLIENT = "203.0.113.7", "198.51.100.9"
ENDPOINT = "generate-manga-stream"
NOON = 1_800_000_000.0


class Instance(Limits):
    """The limits as one instance of the app applies them; 0 means no limit. Each instance has its own clock."""

    def __init__(self, blobs: BlobStore, *, a_minute: int = 0, a_day: int = 0, at_once: int = 0) -> None:
        settings = {"REQUESTS_PER_MINUTE": a_minute, "GENERATIONS_PER_DAY": a_day, "MAX_RUNNING_GENERATIONS": at_once}
        super().__init__(
            load_settings({name: str(value) for name, value in settings.items()}), blobs, lambda: self.clock
        )
        self.clock = NOON


async def names(blobs: BlobStore) -> list[str]:
    return [name async for name in blobs.names("")]


async def admitted(*requests: asyncio.Task[object]) -> int:
    """Return how many were not refused."""
    results = await asyncio.gather(*requests, return_exceptions=True)
    faults = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(fault, RateLimited | TooManyGenerations) for fault in faults), faults
    return len(results) - len(faults)


# --- requests a minute ----------------------------------------------------------------------------------------------


async def test_request_over_the_limit_is_refused_with_a_retry_time(deps: Deps) -> None:
    limits = Instance(deps.blobs, a_minute=25)
    for number in range(25):
        limits.clock = NOON + number
        left = await limits.take_request(ENDPOINT, CLIENT)
        assert left is not None
        assert (left.limit, left.remaining) == (25, 24 - number)

    limits.clock = NOON + 30
    with pytest.raises(RateLimited) as refused:
        await limits.take_request(ENDPOINT, CLIENT)

    assert refused.value.allowance.reset_s == refused.value.retry_after_s == 30
    assert "at most 25 a minute" in str(refused.value)
    assert "in 30 s" in str(refused.value)


async def test_estimates_may_be_asked_for_as_one_types(deps: Deps) -> None:
    limits = Instance(deps.blobs, a_minute=25)
    for _ in range(100):
        limits.check_request("estimate", CLIENT)
        await limits.take_request("estimate", CLIENT)

    with pytest.raises(RateLimited, match="at most 100 a minute"):
        limits.check_request("estimate", CLIENT)


async def test_after_the_wait_exactly_one_more_request_is_admitted(deps: Deps) -> None:
    limits = Instance(deps.blobs, a_minute=3)
    for number in range(3):
        limits.clock = NOON + number
        await limits.take_request(ENDPOINT, CLIENT)

    limits.clock = NOON + 60
    await limits.take_request(ENDPOINT, CLIENT)

    with pytest.raises(RateLimited):
        await limits.take_request(ENDPOINT, CLIENT)


async def test_refused_request_is_not_counted(deps: Deps) -> None:
    limits = Instance(deps.blobs, a_minute=1)
    await limits.take_request(ENDPOINT, CLIENT)
    for second in range(1, 60):
        limits.clock = NOON + second
        with pytest.raises(RateLimited):
            await limits.take_request(ENDPOINT, CLIENT)

    limits.clock = NOON + 60
    assert await limits.take_request(ENDPOINT, CLIENT)


async def test_each_endpoint_and_each_client_is_counted_separately(deps: Deps) -> None:
    limits = Instance(deps.blobs, a_minute=1)
    await limits.take_request(ENDPOINT, CLIENT)

    assert await limits.take_request("reddit", CLIENT)
    assert await limits.take_request(ENDPOINT, OTHER_CLIENT)


async def test_instances_share_their_counts(deps: Deps) -> None:
    one, other = (Instance(deps.blobs, a_minute=3) for _ in range(2))

    for limits in (one, other, one):
        await limits.take_request(ENDPOINT, CLIENT)

    for limits in (other, one):
        with pytest.raises(RateLimited):
            await limits.take_request(ENDPOINT, CLIENT)


async def test_concurrent_requests_to_several_instances_stay_within_the_limit(deps: Deps) -> None:
    instances = [Instance(deps.blobs, a_minute=10) for _ in range(3)]

    requests = [asyncio.create_task(instances[n % 3].take_request(ENDPOINT, CLIENT), name=str(n)) for n in range(30)]

    assert await admitted(*requests) == 10


async def test_instance_that_knows_the_limit_is_reached_needs_no_storage_to_refuse(deps: Deps) -> None:
    blobs = SwitchedBlobs(deps.blobs)
    limits = Instance(blobs, a_minute=1)
    limits.check_request(ENDPOINT, CLIENT)
    await limits.take_request(ENDPOINT, CLIENT)
    blobs.down = True

    with pytest.raises(RateLimited):
        limits.check_request(ENDPOINT, CLIENT)
    with pytest.raises(RateLimited):
        await limits.take_request(ENDPOINT, CLIENT)

    limits.clock = NOON + 60
    limits.check_request(ENDPOINT, CLIENT)
    with pytest.raises(StorageUnavailable):
        await limits.take_request(ENDPOINT, CLIENT)


async def test_without_limits_nothing_is_stored(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs)

    limits.check_request(ENDPOINT, CLIENT)
    assert await limits.take_request(ENDPOINT, CLIENT) is None
    await limits.take_generation(engine, new_generation_id(), CLIENT)

    assert await names(deps.blobs) == []


async def test_no_address_is_stored(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, a_minute=1, a_day=1)
    await limits.take_request(ENDPOINT, CLIENT)
    await limits.take_generation(engine, new_generation_id(), CLIENT)

    stored = await names(deps.blobs)
    contents = [blob.content for name in stored if (blob := await deps.blobs.read(name))]
    assert len(contents) == 2
    assert CLIENT not in "".join(stored)
    assert CLIENT.encode() not in b"".join(contents)


# --- generations a day ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later_s", "wait"), [(0, "24 h 0 min"), (3 * 3600, "21 h 0 min"), (24 * 3600 - 61, "2 min"), (86_399, "1 min")]
)
async def test_client_over_its_daily_limit_gets_the_time_to_wait(
    deps: Deps, engine: FakeEngine, later_s: int, wait: str
) -> None:
    limits = Instance(deps.blobs, a_day=1)
    await limits.take_generation(engine, new_generation_id(), CLIENT)
    limits.clock = NOON + later_s

    with pytest.raises(DailyLimitReached) as refused:
        await limits.take_generation(engine, new_generation_id(), CLIENT)

    assert wait in str(refused.value)
    assert refused.value.retry_after_s == 86_400 - later_s
    limits.clock = NOON + 86_400
    await limits.take_generation(engine, new_generation_id(), CLIENT)


async def test_start_refused_by_the_daily_limit_takes_no_place(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, a_day=1, at_once=2)
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


async def take_place(limits: Limits, engine: FakeEngine) -> str:
    generation_id = new_generation_id()
    await limits.take_place(engine, generation_id)
    return generation_id


async def test_start_is_refused_when_all_places_are_taken(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=2)
    for _ in range(2):
        show(engine, await take_place(limits, engine), "running")

    with pytest.raises(TooManyGenerations) as refused:
        await take_place(limits, engine)

    assert refused.value.retry_after_s == 30
    assert (refused.value.allowance.limit, refused.value.allowance.remaining) == (2, 0)


@pytest.mark.parametrize(
    ("state", "taken_at", "ended_at"),
    [
        ("completed", NOON, NOON + 5),
        ("failed", NOON, NOON + 5),
        ("terminated", NOON, NOON + 5),
        # The engine truncates its times to the second.
        ("completed", NOON + 0.4, NOON),
    ],
)
async def test_place_is_free_when_its_generation_is_over(
    deps: Deps, engine: FakeEngine, state: RunState, taken_at: float, ended_at: float
) -> None:
    limits = Instance(deps.blobs, at_once=1)
    limits.clock = taken_at
    show(engine, await take_place(limits, engine), state, ended_at)

    await take_place(limits, engine)


async def test_generation_keeps_its_place(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=1)
    ours = await take_place(limits, engine)
    show(engine, ours, "running")

    await limits.take_place(engine, ours)


async def test_place_that_was_given_back_is_free(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=1)
    ours = await take_place(limits, engine)
    for _ in range(2):
        await limits.give_place_back(ours)

    await take_place(limits, engine)


async def test_place_of_a_start_that_crashed_is_free_after_two_minutes(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=1)
    await take_place(limits, engine)

    limits.clock = NOON + 119
    with pytest.raises(TooManyGenerations):
        await take_place(limits, engine)

    limits.clock = NOON + 120
    await take_place(limits, engine)


async def test_retried_generation_keeps_its_place_until_its_new_run_is_known(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=1)
    retried = new_generation_id()
    show(engine, retried, "completed", NOON - 1000)
    await limits.take_place(engine, retried)

    with pytest.raises(TooManyGenerations):
        await take_place(limits, engine)

    show(engine, retried, "running", NOON + 1)
    limits.clock = NOON + 1000
    with pytest.raises(TooManyGenerations):
        await take_place(limits, engine)


async def test_concurrent_starts_on_several_instances_take_no_more_than_all_places(
    deps: Deps, engine: FakeEngine
) -> None:
    instances = [Instance(deps.blobs, at_once=4) for _ in range(3)]

    starts = [asyncio.create_task(take_place(instances[n % 3], engine), name=str(n)) for n in range(15)]

    assert await admitted(*starts) == 4


async def test_engine_is_asked_only_when_all_places_are_taken(deps: Deps, engine: FakeEngine) -> None:
    limits = Instance(deps.blobs, at_once=1)
    engine.down = True
    await take_place(limits, engine)

    with pytest.raises(EngineUnavailable):
        await take_place(limits, engine)

    assert await deps.blobs.exists(RUNNING_BLOB)
