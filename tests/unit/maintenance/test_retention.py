"""What the retention removes, what it leaves alone, and what is left when it is killed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from maintenance.budget import Budget
from maintenance.finished import purge_finished
from maintenance.retention import enforce_retention
from maintenance.storage import SECTIONS, Ages, sweep_storage
from shared.deps import Deps
from shared.errors import Expired
from shared.names import RUNNING_BLOB, SWEEP_BLOB, claim_blob, expiry_blob, rate_blob, step_instance_id
from shared.settings import load_settings
from tests.fakes.engine import FakeEngine
from tests.unit.maintenance.stored import (
    LATELY,
    LONG_AFTER,
    LONG_BEFORE,
    Killed,
    generation_id,
    mortal,
    store,
    what_is_left,
)

WHOLE = (2, 2)
ALL_OLD = Ages(LONG_AFTER, LONG_AFTER, LONG_AFTER)
ALL_YOUNG = Ages(LONG_BEFORE, LONG_BEFORE, LONG_BEFORE)


def budget(generations: int = 100) -> Budget:
    return Budget(generations)


async def names(deps: Deps, prefix: str = "") -> list[str]:
    return [name async for name in deps.blobs.names(prefix)]


async def test_what_ended_long_ago_goes_whole_and_nothing_else_does(deps: Deps, engine: FakeEngine) -> None:
    due = await store(deps, engine, 1)
    others = [
        await store(deps, engine, 2, ended=LATELY),
        await store(deps, engine, 3, state="running"),
        await store(deps, engine, 4, state="suspended"),
    ]

    assert await purge_finished(deps, engine, budget(), LATELY) == 1

    assert await what_is_left(deps, engine) == dict.fromkeys(others, WHOLE)
    assert await names(deps, "claims/") == sorted(claim_blob(each * 2) for each in others)
    assert await deps.expiry.is_expired(due)
    assert not any([await deps.expiry.is_expired(each) for each in others])


async def test_processes_that_are_killed_one_write_later_each_time_purge_all_the_same(
    deps: Deps, engine: FakeEngine
) -> None:
    due = {await store(deps, engine, number) for number in range(6)}
    others = {await store(deps, engine, 8, state="running"), await store(deps, engine, 9, ended=LATELY)}
    writes = 0
    for writes in count():
        try:
            await purge_finished(*mortal(deps, engine, writes), budget(), LATELY)
            break
        except Killed:
            # What the process did side by side ends as well.
            await asyncio.sleep(0)
        left = await what_is_left(deps, engine)
        assert {each: left[each] for each in others} == dict.fromkeys(others, WHOLE)
        for each in due:
            # What has lost anything counts as gone, and is found by its run until all of it is.
            assert left.get(each) == WHOLE or await deps.expiry.is_expired(each)
            assert each in engine.runs_by_id or each not in left

    assert writes > 6
    assert await what_is_left(deps, engine) == dict.fromkeys(others, WHOLE)
    assert await names(deps, "expiry/") == sorted(map(expiry_blob, due))


async def test_who_goes_on_with_a_generation_first_keeps_it(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await deps.expiry.keep(generation)

    assert not await deps.expiry.expire(generation, unless_kept_since=LONG_BEFORE)
    assert not await deps.expiry.is_expired(generation)
    # Once it has not been gone on with for long enough, it is due like any other.
    assert await deps.expiry.expire(generation, unless_kept_since=LONG_AFTER)


async def test_who_comes_after_the_decision_to_purge_is_refused(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await deps.expiry.expire(generation, LONG_AFTER)

    with pytest.raises(Expired):
        await deps.expiry.keep(generation)


async def test_of_a_purge_and_a_retry_at_the_same_time_one_wins(deps: Deps) -> None:
    for number in range(8):
        generation = generation_id(number)
        expired, kept = await asyncio.gather(
            deps.expiry.expire(generation, unless_kept_since=LONG_BEFORE),
            deps.expiry.keep(generation),
            return_exceptions=True,
        )

        assert (expired is True) == isinstance(kept, Expired)
        assert await deps.expiry.is_expired(generation) == (expired is True)


async def test_a_batch_is_as_large_as_the_setting_says(deps: Deps, engine: FakeEngine) -> None:
    for number in range(6):
        await store(deps, engine, number)

    assert await purge_finished(deps, engine, budget(5), LATELY) == 5
    assert await purge_finished(deps, engine, budget(5), LATELY) == 1
    assert await what_is_left(deps, engine) == {}


async def test_nothing_is_begun_when_the_time_is_over(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1)
    over = Budget(100, time_limit_s=0)

    assert await purge_finished(deps, engine, over, LATELY) == 0
    assert await sweep_storage(deps, engine, over, ALL_OLD) == 0


async def test_a_step_that_outlived_its_deleted_generation_is_purged_and_the_id_stays_unknown(
    deps: Deps, engine: FakeEngine
) -> None:
    generation = await store(deps, engine, 1)
    await deps.generations.delete(generation)
    await engine.purge(generation)

    await purge_finished(deps, engine, budget(), LATELY)

    assert engine.runs_by_id == {}
    assert await names(deps) == []


async def test_a_step_that_hangs_is_ended_and_purged_by_a_later_run(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1, step_state="running")

    await purge_finished(deps, engine, budget(), LATELY)
    assert engine.runs_by_id[step_instance_id(generation, "panel")].state == "terminated"
    await purge_finished(deps, engine, budget(), LATELY)

    assert engine.runs_by_id == {}


async def test_what_a_start_left_that_never_came_to_be_is_swept(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1, state=None, step_state=None)
    lonely = await store(deps, engine, 2, state=None, step_state=None)
    await deps.blobs.delete(f"{lonely}/request.json")
    claimed_only = await store(deps, engine, 3, state=None, step_state=None)
    for name in await names(deps, f"{claimed_only}/"):
        await deps.blobs.delete(name)
    kept = [await store(deps, engine, 4, state="running"), await store(deps, engine, 5, ended=LATELY)]

    await sweep_storage(deps, engine, budget(), replace(ALL_OLD, left_before=LATELY))

    assert await what_is_left(deps, engine) == dict.fromkeys(kept, WHOLE)
    left = [name for name in await names(deps) if not name.startswith(tuple(kept))]
    assert left == [*(claim_blob(each * 2) for each in kept), SWEEP_BLOB]


async def test_what_is_young_is_not_swept(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1, state=None, step_state=None)
    await deps.blobs.create(rate_blob("export", "digest"), b"{}", "application/json")
    await deps.expiry.expire(generation_id(2), LONG_AFTER)
    before = await names(deps)

    await sweep_storage(deps, engine, budget(), ALL_YOUNG)

    assert set(await names(deps)) == {*before, SWEEP_BLOB}


async def test_old_counters_and_marks_are_swept_but_not_what_stands_for_all_clients(
    deps: Deps, engine: FakeEngine
) -> None:
    await deps.blobs.create(rate_blob("export", "digest"), b"{}", "application/json")
    await deps.blobs.create(RUNNING_BLOB, b"{}", "application/json")
    await deps.expiry.expire(generation_id(2), LONG_AFTER)

    assert await sweep_storage(deps, engine, budget(), ALL_OLD) == 2

    assert await names(deps) == [RUNNING_BLOB, SWEEP_BLOB]


async def test_a_sweep_that_is_killed_goes_on_in_the_section_where_it_was(deps: Deps, engine: FakeEngine) -> None:
    process = mortal(deps, engine, writes=3)
    with pytest.raises(Killed):
        await sweep_storage(*process, budget(), ALL_OLD)
    await store(deps, engine, 3, state=None, step_state=None)

    with pytest.raises(Killed):
        await sweep_storage(*mortal(deps, engine, writes=3), budget(), ALL_OLD)

    assert SECTIONS[3] == "3"
    assert await names(deps, f"{generation_id(3)}/") == [f"{generation_id(3)}/panels/0/1"]


@pytest.mark.parametrize(("days", "is_gone"), [("1", True), ("0", False), ("3650", False)])
async def test_the_setting_says_how_long_is_kept(deps: Deps, engine: FakeEngine, days: str, is_gone: bool) -> None:
    generation = await store(deps, engine, 1)
    run = engine.runs_by_id[generation]
    kept = replace(deps, settings=load_settings({"RETENTION_DAYS": days}))

    await enforce_retention(kept, engine, lambda: run.updated_at + timedelta(days=2))

    assert (await what_is_left(deps, engine) == {}) == is_gone
