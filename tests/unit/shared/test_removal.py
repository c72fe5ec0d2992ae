"""Removing a generation: a marker for the sweep, then its record, then its runs and blobs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared import names
from shared.deps import Deps
from shared.errors import Cancelled, UnknownGeneration
from shared.models.stored.claim import Claim
from shared.removal import IN_FLIGHT, begin_removal, remove, until_over
from shared.storage.lifecycle import Deleting, Lifecycle, refuse_gone
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, ref
from tests.unit.maintenance.stored import SlowEngine, generation_id, store, what_is_left
from tools.devhost.settings import load_host_settings
from tools.devstack.stack import REPOSITORY

ID = generation_id(1)
STEP = names.step_instance_id(ref("panel", generation_id=ID))
MARKER = names.deletion_blob(ID)


@pytest.fixture
async def stored(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation with every kind of blob and run, and another one."""
    await store(deps, engine, 1, state="running", step_state="running")
    await store(deps, engine, 2)
    return deps


async def test_removal_starts_with_a_marker_and_a_record(stored: Deps) -> None:
    await begin_removal(stored, ID, "expired", refuse_gone)

    record = await stored.lifecycles.read(ID)
    assert isinstance(record, Deleting)
    assert record.reason == "expired"
    assert await stored.blobs.exists(MARKER)


async def test_marker_is_written_before_the_record(stored: Deps) -> None:
    writes: list[str] = []

    class Listed(SwitchedBlobs):
        async def replace(self, name: str, content: bytes, media_type: str) -> None:
            writes.append(name)
            await super().replace(name, content, media_type)

        async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
            writes.append(name)
            return await super().replace_unchanged(blob_etag, name, content, media_type)

    await begin_removal(replace(stored, blobs=Listed(stored.blobs)), ID, "deleted", refuse_gone)

    assert writes == [MARKER, names.lifecycle_blob(ID)]


async def test_repeated_removal_renews_its_marker(stored: Deps) -> None:
    await stored.blobs.create(MARKER, b"", "text/plain")
    (old,) = [blob async for blob in stored.blobs.listed(MARKER)]

    await begin_removal(stored, ID, "deleted", refuse_gone)
    # Written by a sweep that saw the marker before the record was changed.
    await stored.blobs.delete_unchanged(old.etag, MARKER)

    assert await stored.blobs.exists(MARKER)


async def test_refused_removal_does_not_change_the_record(stored: Deps) -> None:
    def refuse(_: Lifecycle | None) -> None:
        raise Cancelled

    before = await stored.lifecycles.read(ID)

    with pytest.raises(Cancelled):
        await begin_removal(stored, ID, "deleted", refuse)

    assert await stored.lifecycles.read(ID) == before


async def test_second_removal_is_refused_and_does_not_change_the_first(stored: Deps) -> None:
    await begin_removal(stored, ID, "deleted", refuse_gone)
    before = await stored.lifecycles.read(ID)

    with pytest.raises(UnknownGeneration):
        await begin_removal(stored, ID, "expired", refuse_gone)

    assert await stored.lifecycles.read(ID) == before


async def test_removal_deletes_all_but_marker_and_record(stored: Deps, engine: FakeEngine) -> None:
    await begin_removal(stored, ID, "deleted", refuse_gone)

    assert await remove(stored, engine, ID)

    assert await what_is_left(stored, engine) == {generation_id(2): (2, 2)}
    assert {name async for name in stored.blobs.names("") if ID in name} == {MARKER, names.lifecycle_blob(ID)}
    assert not await stored.blobs.exists(names.claim_blob(ID * 2))


async def test_run_that_does_not_end_in_time_is_not_removed_yet(deps: Deps) -> None:
    engine = SlowEngine()
    await store(deps, engine, 1, step_state="running")

    assert not await remove(deps, engine, ID, settling_s=0)

    assert list(engine.runs_by_id) == [STEP]
    assert engine.events == [(STEP, "deleted")]
    assert [name async for name in deps.blobs.names(f"{ID}/")] == []


async def test_steps_are_removed_if_the_run_of_the_generation_is_gone(stored: Deps, engine: FakeEngine) -> None:
    await engine.purge(ID)

    assert await remove(stored, engine, ID)

    assert STEP not in engine.runs_by_id


async def test_removed_generation_is_no_longer_cached(stored: Deps, engine: FakeEngine) -> None:
    panel = names.result_blob(ref("panel", 0, 1, generation_id=ID))
    held = await stored.cached_generations.image(ref("panel", 0, 1, generation_id=ID))
    assert stored.blob_cache.get(panel) is held

    await remove(stored, engine, ID)

    assert stored.blob_cache.get(panel) is None


async def test_claim_of_another_generation_is_kept(stored: Deps, engine: FakeEngine) -> None:
    claim = Claim(generation_id=GENERATION, body_digest="-").model_dump_json(by_alias=True).encode()
    await stored.blobs.replace(names.claim_blob(ID * 2), claim, "application/json")

    await remove(stored, engine, ID)

    assert await stored.blobs.exists(names.claim_blob(ID * 2))


async def test_claim_that_is_replaced_during_the_removal_is_kept(stored: Deps, engine: FakeEngine) -> None:
    name = names.claim_blob(ID * 2)
    claim = Claim(generation_id=GENERATION, body_digest="-").model_dump_json(by_alias=True).encode()

    class Raced(SwitchedBlobs):
        async def delete_unchanged(self, blob_etag: str, name: str) -> None:
            await self.store.replace(name, claim, "application/json")
            await super().delete_unchanged(blob_etag, name)

    await remove(replace(stored, blobs=Raced(stored.blobs)), engine, ID)

    assert await stored.blobs.exists(name)


async def test_until_over_waits_for_the_run_to_end(engine: FakeEngine, deps: Deps) -> None:
    await store(deps, engine, 1, state="running")

    class Ending(FakeEngine):
        async def run(self, instance_id: str):  # noqa: ANN202 - as in the base class
            run = await FakeEngine.run(self, instance_id)
            await self.terminate(instance_id, "ends right after this answer")
            return run

    run = await until_over(Ending(engine.runs_by_id), ID)

    assert run is not None
    assert run.is_over


async def test_until_over_returns_none_if_the_run_does_not_end_in_time(engine: FakeEngine, deps: Deps) -> None:
    await store(deps, engine, 1, state="running")

    assert await until_over(engine, ID, settling_s=0) is None
    assert await until_over(engine, GENERATION) is None


def test_removed_generation_is_watched_for_longer_than_an_activity_can_run() -> None:
    function_timeout_s = load_host_settings(REPOSITORY, {}).function_timeout_s

    assert function_timeout_s is not None
    assert timedelta(seconds=function_timeout_s) < IN_FLIGHT
