"""Spending limits shared by several instances, with a manual clock."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared.costs.spending import Spending
from shared.deps import Deps
from shared.errors import DailyBudgetExhausted, GenerationBudgetExhausted, NotConfigured
from shared.models.usage import Usage
from shared.names import DAY_SPENDING_BLOB, generation_spending_blob
from shared.settings import load_settings
from shared.storage.shared_values import SharedValues
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.stories import GENERATION

SUM = generation_spending_blob(GENERATION)
TEN = Usage(calls=1, price_micros=10_000_000)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
HOUR_S = 3600


class Clock:
    """A manual clock, in seconds since 1970."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Instances:
    """Creates instances of the app with shared storage; limits are in US dollars."""

    def __init__(self, deps: Deps, clock: Clock) -> None:
        self._deps = deps
        self._clock = clock

    def new(self, *, generation: int = 0, day: int = 0) -> Spending:
        """Return a fresh instance with an empty cache."""
        limits = {"MAX_PRICE_PER_GENERATION": str(generation), "MAX_PRICE_PER_DAY": str(day)}
        return Spending(load_settings(limits), SharedValues(self._deps.blobs), self._clock)


@pytest.fixture
def instances(deps: Deps, clock: Clock) -> Instances:
    return Instances(deps, clock)


async def test_generation_limit_applies_to_each_generation_separately(
    instances: Instances,
) -> None:
    spending = instances.new(generation=25)
    await spending.reserve(TEN, SUM)
    await spending.reserve(TEN, SUM)

    with pytest.raises(GenerationBudgetExhausted):
        await spending.reserve(TEN, SUM)
    await spending.reserve(TEN, generation_spending_blob("f" * 32))


async def test_concurrent_calls_on_two_instances_stay_within_the_daily_limit(
    instances: Instances,
) -> None:
    both = [instances.new(day=55), instances.new(day=55)]

    results = await asyncio.gather(
        *(both[number % 2].reserve(TEN, None) for number in range(12)), return_exceptions=True
    )

    assert sum(isinstance(result, DailyBudgetExhausted) for result in results) == 7
    assert len(results) - 7 == 5


async def test_unused_part_of_a_reservation_is_released_for_all_instances(instances: Instances) -> None:
    one, other = instances.new(generation=10, day=10), instances.new(generation=10, day=10)
    reservation = await one.reserve(TEN, SUM)
    with pytest.raises(GenerationBudgetExhausted):
        await other.reserve(TEN, SUM)

    await one.settle(reservation, 0)

    await other.reserve(TEN, SUM)


async def test_daily_sum_is_reread_before_a_call_is_refused(
    instances: Instances,
) -> None:
    one, other = instances.new(day=20), instances.new(day=20)
    reservation = await one.reserve(TEN, None)
    await other.reserve(TEN, None)

    await one.settle(reservation, 0)

    await other.reserve(TEN, None)


async def test_cost_above_the_reservation_counts(instances: Instances) -> None:
    spending = instances.new(day=40)
    await spending.settle(await spending.reserve(TEN, None), 35_000_000)

    with pytest.raises(DailyBudgetExhausted):
        await spending.reserve(TEN, None)


async def test_call_refused_by_the_daily_limit_does_not_count_for_the_generation(instances: Instances) -> None:
    spending = instances.new(generation=10, day=5)
    with pytest.raises(DailyBudgetExhausted):
        await spending.reserve(TEN, SUM)

    await instances.new(generation=10).reserve(TEN, SUM)


async def test_refusal_has_the_time_until_the_daily_limit_resets_at_midnight_utc(
    instances: Instances, clock: Clock
) -> None:
    spending = instances.new(day=10)
    late = await spending.reserve(TEN, None)
    with pytest.raises(DailyBudgetExhausted) as refused:
        await spending.check_day(TEN)
    assert refused.value.retry_after_s == 12 * HOUR_S

    clock.now += 12 * HOUR_S
    await spending.reserve(TEN, None)
    await spending.settle(late, 0)

    with pytest.raises(DailyBudgetExhausted):
        await spending.reserve(TEN, None)


async def test_new_instance_enforces_a_daily_limit_that_is_already_reached(instances: Instances) -> None:
    await instances.new(day=10).check_day(TEN)
    await instances.new(day=10).reserve(TEN, None)

    with pytest.raises(DailyBudgetExhausted):
        await instances.new(day=10).check_day(TEN)


async def test_without_limits_nothing_is_written(instances: Instances, deps: Deps) -> None:
    spending = instances.new()

    await spending.check_day(TEN)
    await spending.settle(await spending.reserve(TEN, SUM), 5)

    assert not spending.is_limited
    assert [name async for name in deps.blobs.names("")] == []


async def test_limit_with_an_unpriced_model_is_a_configuration_error(instances: Instances) -> None:
    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        await instances.new(generation=1).check_day(Usage(calls=1, unpriced_calls=1))


async def test_reservation_stays_if_settling_fails_because_storage_is_unavailable(deps: Deps, clock: Clock) -> None:
    blobs = SwitchedBlobs(deps.blobs)
    spending = Spending(load_settings({"MAX_PRICE_PER_DAY": "15"}), SharedValues(blobs), clock)
    reservation = await spending.reserve(TEN, None)

    blobs.down = True
    await spending.settle(reservation, 0)
    blobs.down = False

    with pytest.raises(DailyBudgetExhausted):
        await spending.reserve(TEN, None)
    assert await deps.blobs.exists(DAY_SPENDING_BLOB)


async def test_settling_does_not_restore_a_deleted_generation(instances: Instances, deps: Deps) -> None:
    spending = instances.new(generation=10)
    reservation = await spending.reserve(TEN, SUM)
    await deps.generations.delete(GENERATION)

    await spending.settle(reservation, 0)

    assert [name async for name in deps.blobs.names(GENERATION)] == []
