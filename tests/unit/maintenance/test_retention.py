"""What retention removes, what it keeps, and what remains when it is killed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Literal

import pytest

from maintenance.budget import Budget
from maintenance.deletions import finish_deletions
from maintenance.finished import purge_finished
from maintenance.retention import enforce_retention
from maintenance.storage import SECTIONS, Ages, sweep_storage
from shared.deps import Deps
from shared.models.stored.claim import Claim
from shared.names import (
    CLAIMS,
    DELETIONS,
    LIFECYCLES,
    RUNNING_BLOB,
    SHARES,
    SWEEP_BLOB,
    claim_blob,
    lifecycle_blob,
    old_expiry_blob,
    rate_blob,
    share_blob,
    step_instance_id,
)
from shared.ports import Run
from shared.settings import load_settings
from shared.storage.lifecycle import Cancelling, Deleted, Deleting, Ended, Lifecycle, Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import ref
from tests.unit.maintenance.stored import (
    LATELY,
    LONG_AFTER,
    LONG_BEFORE,
    Killed,
    SlowEngine,
    at,
    generation_id,
    gone,
    mortal,
    store,
    store_texts,
    what_is_left,
)

WHOLE = (2, 2)
WITH_TEXTS = (4, 3)
OLD_MARK = b'{"expired": true, "at": "2025-12-01T00:00:00Z"}'
ALL_OLD = Ages(LONG_AFTER, LONG_AFTER, LONG_AFTER)
ALL_YOUNG = Ages(LONG_BEFORE, LONG_BEFORE, LONG_BEFORE)


def budget(generations: int = 100) -> Budget:
    return Budget(generations)


async def names(deps: Deps, prefix: str = "") -> list[str]:
    return [name async for name in deps.blobs.names(prefix)]


async def test_only_generations_that_ended_long_ago_are_purged(deps: Deps, engine: FakeEngine) -> None:
    due = await store(deps, engine, 1)
    others = [
        await store(deps, engine, 2, ended=LATELY),
        await store(deps, engine, 3, state="running"),
        await store(deps, engine, 4, state="suspended"),
    ]

    assert await purge_finished(deps, engine, budget(), LATELY) == 1

    assert await what_is_left(deps, engine) == dict.fromkeys(others, WHOLE)
    assert await names(deps, CLAIMS) == sorted(claim_blob(each * 2) for each in others)
    record = await deps.lifecycles.read(due)
    assert isinstance(record, Deleted)
    assert record.reason == "expired"
    assert not any([await gone(deps, each) for each in others])
    assert await names(deps, DELETIONS) == []


async def test_texts_are_purged_and_their_running_translation_is_ended(deps: Deps, engine: FakeEngine) -> None:
    due, other = await store(deps, engine, 1), await store(deps, engine, 2, ended=LATELY)
    translation, _ = [await store_texts(deps, engine, each) for each in (due, other)]

    assert await purge_finished(deps, engine, budget(), LATELY) == 1

    assert engine.events == [(translation, "terminated: deleted")]
    assert await what_is_left(deps, engine) == {other: WITH_TEXTS}


async def test_purge_finishes_even_if_each_process_is_killed_after_some_writes(deps: Deps, engine: FakeEngine) -> None:
    due = {await store(deps, engine, number) for number in range(6)}
    others = {await store(deps, engine, 8, state="running"), await store(deps, engine, 9, ended=LATELY)}
    writes = 0
    for writes in count():
        try:
            process, dying = mortal(at(deps, LONG_AFTER), engine, writes)
            await finish_deletions(at(process, LONG_AFTER + timedelta(hours=1)), dying)
            await purge_finished(process, dying, budget(), LATELY)
            break
        except Killed:
            # The other tasks of the killed process end too.
            await asyncio.sleep(0)
        left = await what_is_left(deps, engine)
        marked = await names(deps, DELETIONS)
        assert {each: left[each] for each in others} == dict.fromkeys(others, WHOLE)
        for each in due:
            # A partly removed generation counts as gone, and keeps its marker until all of it is removed.
            assert left.get(each) == WHOLE or await gone(deps, each)
            assert each not in left or left[each] == WHOLE or f"{DELETIONS}{each}" in marked

    assert writes > 6
    assert await what_is_left(deps, engine) == dict.fromkeys(others, WHOLE)
    assert await names(deps, DELETIONS) == []
    assert {each for each in {*due, *others} if await gone(deps, each)} == due


@pytest.mark.parametrize("record", [Running(round=1, at=LATELY), Cancelling(round=1, at=LATELY)])
async def test_recently_continued_generation_is_kept(deps: Deps, engine: FakeEngine, record: Lifecycle) -> None:
    generation = await store(deps, engine, 1)
    await set_record(deps, record, generation)

    assert await purge_finished(deps, engine, budget(), LATELY) == 0

    assert await what_is_left(deps, engine) == {generation: WHOLE}
    assert not await gone(deps, generation)


async def test_generation_is_due_by_the_end_of_its_run(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await set_record(deps, Ended(round=0, at=LATELY), generation)

    assert await purge_finished(deps, engine, budget(), LATELY) == 1
    assert await gone(deps, generation)


async def test_generation_that_changes_during_the_purge_is_kept(deps: Deps) -> None:
    class Raced(FakeEngine):
        async def run(self, instance_id: str) -> Run | None:
            run = await FakeEngine.run(self, instance_id)
            await set_record(deps, Ended(round=1, at=NOW), instance_id)
            return run

    engine = Raced()
    generation = await store(deps, engine, 1)

    assert await purge_finished(deps, engine, budget(), LATELY) == 0
    assert not await gone(deps, generation)


async def test_leftover_step_of_a_purged_generation_is_purged(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await deps.lifecycles.forget(generation)
    await deps.generations.delete(generation)
    await engine.purge(generation)

    await purge_finished(deps, engine, budget(), LATELY)

    assert engine.runs_by_id == {}
    assert await names(deps, DELETIONS) == []


async def test_generation_without_a_record_is_purged_by_the_end_of_its_run(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await deps.lifecycles.forget(generation)

    assert await purge_finished(deps, engine, budget(), LATELY) == 1
    assert await gone(deps, generation)


async def test_removed_generation_is_not_counted_again(deps: Deps, engine: FakeEngine) -> None:
    generation = await store(deps, engine, 1)
    await set_record(deps, Deleting(reason="deleted", at=NOW), generation)

    assert await purge_finished(deps, engine, budget(), LATELY) == 0

    record = await deps.lifecycles.read(generation)
    assert isinstance(record, Deleting)
    assert record.reason == "deleted"


async def test_setting_limits_the_batch(deps: Deps, engine: FakeEngine) -> None:
    for number in range(6):
        await store(deps, engine, number)

    assert await purge_finished(deps, engine, budget(5), LATELY) == 5
    assert await purge_finished(deps, engine, budget(5), LATELY) == 1
    assert await what_is_left(deps, engine) == {}


async def test_nothing_is_started_after_the_time_limit(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1)
    over = Budget(100, time_limit_s=0)

    assert await purge_finished(deps, engine, over, LATELY) == 0
    assert await sweep_storage(deps, engine, over, ALL_OLD) == 0


async def test_step_that_does_not_end_is_purged_by_a_later_run(deps: Deps) -> None:
    engine = SlowEngine()
    generation = await store(deps, engine, 1, step_state="running")
    step = step_instance_id(ref("panel", generation_id=generation))

    await purge_finished(deps, engine, budget(), LATELY)
    assert engine.events == [(step, "deleted")]
    assert list(engine.runs_by_id) == [step]
    engine.runs_by_id[step] = replace(engine.runs_by_id[step], state="terminated")
    await finish_deletions(at(deps, LONG_AFTER), engine)

    assert engine.runs_by_id == {}
    assert await names(deps, DELETIONS) == []


async def test_blobs_of_interrupted_starts_are_swept(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1, state=None, step_state=None)
    lonely = await store(deps, engine, 2, state=None, step_state=None)
    await deps.blobs.delete(f"{lonely}/request.json")
    claimed_only = await store(deps, engine, 3, state=None, step_state=None)
    for name in await names(deps, f"{claimed_only}/"):
        await deps.blobs.delete(name)
    recorded_only = generation_id(6)
    await set_record(deps, Running(at=NOW), recorded_only)
    kept = [await store(deps, engine, 4, state="running"), await store(deps, engine, 5, ended=LATELY)]

    await sweep_storage(deps, engine, budget(), replace(ALL_OLD, left_before=LATELY))

    assert await what_is_left(deps, engine) == dict.fromkeys(kept, WHOLE)
    left = [name for name in await names(deps) if not name.startswith(tuple(kept))]
    assert left == [
        *(claim_blob(each * 2) for each in kept),
        SWEEP_BLOB,
        *(lifecycle_blob(each) for each in [*kept, recorded_only]),
    ]
    assert await gone(deps, recorded_only)


async def test_claim_of_a_cancelled_start_is_swept_once_it_is_old(deps: Deps, engine: FakeEngine) -> None:
    claim = Claim(generation_id=generation_id(1), body_digest="", cancelled=True).model_dump_json(by_alias=True)
    await deps.blobs.create(claim_blob("0" * 64), claim.encode(), "application/json")

    await sweep_storage(deps, engine, budget(), ALL_YOUNG)
    assert await names(deps, CLAIMS) == [claim_blob("0" * 64)]
    await sweep_storage(deps, engine, budget(), ALL_OLD)

    assert await names(deps) == [SWEEP_BLOB]


async def test_claim_of_a_removed_generation_is_swept(deps: Deps, engine: FakeEngine) -> None:
    claim = Claim(generation_id=generation_id(1), body_digest="-").model_dump_json(by_alias=True)
    await deps.blobs.create(claim_blob("0" * 64), claim.encode(), "application/json")
    await set_record(deps, Deleting(reason="deleted", at=NOW), generation_id(1))

    await sweep_storage(deps, engine, budget(), ALL_OLD)

    assert await names(deps, CLAIMS) == []


async def test_pointers_that_open_nothing_are_swept_once_they_are_old(deps: Deps, engine: FakeEngine) -> None:
    live, revoked = await store(deps, engine, 1, ended=LATELY), await store(deps, engine, 2, ended=LATELY)
    shared = await deps.shares.make(live, None, LONG_AFTER + timedelta(days=1))
    await deps.shares.make(revoked, None, LONG_AFTER + timedelta(days=1))
    await deps.blobs.delete(share_blob(revoked))

    for left_before, kept in ((LONG_BEFORE, 2), (LONG_AFTER, 1)):
        await sweep_storage(deps, engine, budget(), Ages(left_before, LONG_BEFORE, LONG_BEFORE))
        assert len(await names(deps, SHARES)) == kept

    assert await deps.shares.find(shared.token) == live


async def test_recent_blobs_are_not_swept(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1, state=None, step_state=None)
    await deps.blobs.create(rate_blob("export", "digest"), b"{}", "application/json")
    await set_record(deps, Deleted(reason="expired", at=NOW), generation_id(2))
    await deps.blobs.create(old_expiry_blob(generation_id(3)), OLD_MARK, "application/json")
    before = await names(deps)

    await sweep_storage(deps, engine, budget(), ALL_YOUNG)

    assert set(await names(deps)) == {*before, SWEEP_BLOB}


@pytest.mark.parametrize("reason", ["deleted", "expired"])
async def test_record_of_a_removed_generation_is_kept_for_a_while(
    deps: Deps, engine: FakeEngine, reason: Literal["deleted", "expired"]
) -> None:
    await set_record(deps, Deleted(reason=reason, at=LATELY), generation_id(1))

    await sweep_storage(deps, engine, budget(), replace(ALL_OLD, marked_before=LATELY))
    assert await names(deps, LIFECYCLES) == [lifecycle_blob(generation_id(1))]
    await sweep_storage(deps, engine, budget(), replace(ALL_OLD, marked_before=LATELY + timedelta(days=1)))

    assert await names(deps, LIFECYCLES) == []


async def test_old_counters_and_records_are_swept_except_global_ones(deps: Deps, engine: FakeEngine) -> None:
    await deps.blobs.create(rate_blob("export", "digest"), b"{}", "application/json")
    await deps.blobs.create(RUNNING_BLOB, b"{}", "application/json")
    await set_record(deps, Deleted(reason="expired", at=NOW), generation_id(2))
    await deps.blobs.create(old_expiry_blob(generation_id(3)), OLD_MARK, "application/json")

    assert await sweep_storage(deps, engine, budget(), ALL_OLD) == 3

    assert await names(deps) == [RUNNING_BLOB, SWEEP_BLOB]


async def test_killed_sweep_resumes_in_its_section(deps: Deps, engine: FakeEngine) -> None:
    process = mortal(deps, engine, writes=3)
    with pytest.raises(Killed):
        await sweep_storage(*process, budget(), ALL_OLD)
    await store(deps, engine, 3, state=None, step_state=None)

    with pytest.raises(Killed):
        await sweep_storage(*mortal(deps, engine, writes=3), budget(), ALL_OLD)

    assert SECTIONS[3] == "3"
    assert await gone(deps, generation_id(3))


@pytest.mark.parametrize(("days", "is_gone"), [("1", True), ("0", False), ("3650", False)])
async def test_retention_setting_decides_how_long_generations_are_kept(
    deps: Deps, engine: FakeEngine, days: str, is_gone: bool
) -> None:
    generation = await store(deps, engine, 1)
    two_days_later = engine.runs_by_id[generation].updated_at + timedelta(days=2)

    await enforce_retention(at(with_retention(deps, days), two_days_later), engine)

    assert (await what_is_left(deps, engine) == {}) == is_gone


@pytest.mark.parametrize("days", ["0", "1"])
async def test_blobs_left_by_crashes_are_removed_with_any_retention(deps: Deps, engine: FakeEngine, days: str) -> None:
    await store(deps, engine, 1, state=None, step_state=None)
    await deps.blobs.create(rate_blob("export", "digest"), b"{}", "application/json")
    await set_record(deps, Deleted(reason="deleted", at=NOW), generation_id(2))

    await enforce_retention(at(with_retention(deps, days), LONG_AFTER), engine)

    left = await names(deps)
    assert left == [SWEEP_BLOB, lifecycle_blob(generation_id(1))]
    assert await gone(deps, generation_id(1))


def with_retention(deps: Deps, days: str) -> Deps:
    return replace(deps, settings=load_settings({"RETENTION_DAYS": days}))
