"""A delete that is interrupted at any point is finished by the next sweeps; until then the generation is hidden."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from api.generations.changes import delete
from api.generations.ledgers import find_run
from api.limits.limits import Limits
from maintenance.deletions import finish_deletions
from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.names import DELETIONS, deletion_blob, lifecycle_blob, result_blob
from shared.removal import IN_FLIGHT
from shared.settings import load_settings
from shared.storage.lifecycle import Deleted, Deleting, Running
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import image, ref
from tests.unit.maintenance.stored import (
    LATELY,
    LONG_AFTER,
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

ID = generation_id(1)
OTHER = generation_id(2)
WHOLE = (2, 2)
WITH_TEXTS = (4, 3)


async def marked(deps: Deps) -> list[str]:
    return [name.removeprefix(DELETIONS) async for name in deps.blobs.names(DELETIONS)]


async def delete_it(deps: Deps, engine: FakeEngine) -> None:
    await delete(deps, Limits(deps.settings, deps.blobs), engine, ID)


async def until_deleted(deps: Deps, engine: FakeEngine, writes: int) -> bool:
    """Delete in a process that is killed after this many writes; return whether it finished."""
    try:
        await delete_it(*mortal(deps, engine, writes))
    except Killed:
        # The other tasks of the killed process end too.
        await asyncio.sleep(0)
        return False
    return True


async def test_generation_is_hidden_and_swept_if_its_delete_is_killed_at_any_write(deps: Deps) -> None:
    for writes in count():
        engine = FakeEngine()
        await store(deps, engine, 1, state="running", step_state="running")
        await store(deps, engine, 2)
        was_finished = await until_deleted(at(deps, LONG_AFTER), engine, writes)

        is_gone = await gone(deps, ID)
        if is_gone:
            with pytest.raises(UnknownGeneration):
                await find_run(deps, engine, ID)
        else:
            assert (await what_is_left(deps, engine))[ID] == WHOLE
        await finish_deletions(at(deps, LONG_AFTER + timedelta(hours=1)), engine)

        left = {OTHER: WHOLE} if is_gone else {ID: WHOLE, OTHER: WHOLE}
        assert await what_is_left(deps, engine) == left
        assert await marked(deps) == []
        assert await gone(deps, ID) == is_gone
        if was_finished:
            assert writes > 4
            break
        await deps.lifecycles.forget(ID)


async def test_deletion_finishes_even_if_each_sweep_is_killed_after_some_writes(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1, state="running", step_state="running")
    await store(deps, engine, 2)
    assert not await until_deleted(at(deps, LONG_AFTER), engine, writes=2)
    for writes in count():
        assert await gone(deps, ID)
        try:
            process, dying = mortal(at(deps, LONG_AFTER + timedelta(hours=1)), engine, writes)
            await finish_deletions(process, dying)
            break
        except Killed:
            await asyncio.sleep(0)

    assert await what_is_left(deps, engine) == {OTHER: WHOLE}
    assert await marked(deps) == []
    assert isinstance(await deps.lifecycles.read(ID), Deleted)


async def test_texts_are_removed_and_their_running_translation_is_ended(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1)
    await store(deps, engine, 2)
    translation, other = [await store_texts(deps, engine, each) for each in (ID, OTHER)]

    await delete_it(at(deps, LONG_AFTER), engine)

    assert engine.events == [(translation, "terminated: deleted")]
    assert await what_is_left(deps, engine) == {OTHER: WITH_TEXTS}
    assert engine.runs_by_id[other].state == "running"


async def test_marker_is_kept_while_a_running_activity_may_still_write(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1)
    await delete_it(at(deps, LATELY), engine)
    late = result_blob(ref("panel", 1, 1, generation_id=ID))

    await deps.blobs.create(late, image().content, "image/png")
    await finish_deletions(at(deps, LATELY + IN_FLIGHT), engine)
    assert not await deps.blobs.exists(late)
    assert await marked(deps) == [ID]

    await deps.blobs.create(late, image().content, "image/png")
    await finish_deletions(at(deps, LATELY + IN_FLIGHT + timedelta(seconds=1)), engine)
    assert not await deps.blobs.exists(late)
    assert await marked(deps) == []
    assert isinstance(await deps.lifecycles.read(ID), Deleted)


async def test_reason_of_the_removal_is_kept(deps: Deps, engine: FakeEngine) -> None:
    await store(deps, engine, 1)
    await set_record(deps, Deleting(reason="expired", at=LATELY), ID)
    await deps.blobs.create(deletion_blob(ID), b"", "text/plain")

    await finish_deletions(at(deps, LONG_AFTER), engine)

    record = await deps.lifecycles.read(ID)
    assert isinstance(record, Deleted)
    assert record.reason == "expired"


@pytest.mark.parametrize("later", [timedelta(0), IN_FLIGHT + timedelta(minutes=1)])
async def test_only_the_old_marker_of_a_refused_delete_is_removed(
    deps: Deps, engine: FakeEngine, later: timedelta
) -> None:
    await store(deps, engine, 1, state="running")
    await deps.blobs.create(deletion_blob(ID), b"", "text/plain")
    (marker,) = [blob async for blob in deps.blobs.listed(DELETIONS)]

    await finish_deletions(at(deps, marker.written_at + later), engine)

    assert await marked(deps) == ([] if later else [ID])
    assert await what_is_left(deps, engine) == {ID: WHOLE}
    assert isinstance(await deps.lifecycles.read(ID), Running)


async def test_marker_of_an_unknown_generation_is_removed(deps: Deps, engine: FakeEngine) -> None:
    await deps.blobs.create(deletion_blob(ID), b"", "text/plain")

    await finish_deletions(at(deps, LONG_AFTER), engine)

    assert [name async for name in deps.blobs.names("")] == []


async def test_generation_stays_marked_while_a_step_does_not_end(deps: Deps) -> None:
    engine = SlowEngine()
    await store(deps, engine, 1, step_state="running")
    await set_record(deps, Deleting(reason="deleted", at=LATELY), ID)
    await deps.blobs.create(deletion_blob(ID), b"", "text/plain")

    await finish_deletions(at(deps, LONG_AFTER), engine)

    assert await marked(deps) == [ID]
    assert isinstance(await deps.lifecycles.read(ID), Deleting)


async def test_setting_limits_how_many_deletions_a_run_finishes(deps: Deps, engine: FakeEngine) -> None:
    for number in range(5):
        await store(deps, engine, number)
        await set_record(deps, Deleting(reason="deleted", at=LATELY), generation_id(number))
        await deps.blobs.create(deletion_blob(generation_id(number)), b"", "text/plain")
    few = replace(at(deps, LONG_AFTER), settings=load_settings({"RETENTION_BATCH": "3"}))

    await finish_deletions(few, engine)
    assert len(await marked(deps)) == 2
    await finish_deletions(few, engine)

    assert await marked(deps) == []
    assert {name async for name in deps.blobs.names("")} == {
        *(lifecycle_blob(generation_id(number)) for number in range(5))
    }
