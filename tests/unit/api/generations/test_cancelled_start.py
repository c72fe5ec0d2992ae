"""Cancelling a start by its key: before it arrives, while it is in progress, and after."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from api.generations.cancelled_start import cancel_start
from api.generations.changes import delete
from api.generations.start import key_claim_blob
from api.limits.limits import Limits
from shared.deps import Deps
from shared.errors import EngineUnavailable, NotCancellable, StartCancelled, UnknownGeneration
from shared.models.ledger import CancelledEntry, Ledger
from shared.names import CANCEL_EVENT, LIFECYCLES, generation_of_blob, lifecycle_blob, request_blob
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Running
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger
from tests.unit.api.generations.changing import RacedEngine, blob_names
from tests.unit.api.generations.starting import (
    BODY,
    KEY,
    OvertakenEngine,
    claim,
    claimed_id,
    places,
    start,
    with_settings,
)


async def is_cancelling(deps: Deps, generation_id: str) -> bool:
    return isinstance(await deps.lifecycles.read(generation_id), Cancelling)


# --- before the start arrives ---------------------------------------------------------------------------------------


async def test_start_with_a_cancelled_key_starts_stores_and_counts_nothing(deps: Deps, engine: FakeEngine) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="1")
    assert [await cancel_start(deps, engine, KEY) for _ in range(3)] == [None] * 3

    for body in (BODY, "another body"):
        with pytest.raises(StartCancelled):
            await start(deps, engine, body=body)

    assert await blob_names(deps) == [key_claim_blob(KEY)]
    assert engine.started == engine.events == []
    await start(deps, engine, "another key")


async def test_concurrent_cancels_have_the_same_result(deps: Deps, engine: FakeEngine) -> None:
    assert await asyncio.gather(*(cancel_start(deps, engine, KEY) for _ in range(6))) == [None] * 6
    assert await blob_names(deps) == [key_claim_blob(KEY)]


# --- while the start is in progress ---------------------------------------------------------------------------------


async def test_of_a_concurrent_start_and_cancel_one_wins(deps: Deps, engine: FakeEngine) -> None:
    started, cancelled = await asyncio.gather(
        start(deps, engine), cancel_start(deps, engine, KEY), return_exceptions=True
    )

    assert not isinstance(cancelled, BaseException)
    if isinstance(started, StartCancelled):
        assert engine.started == []
        assert await places(deps) == []
    else:
        assert started == cancelled
        assert isinstance(started, str)
        assert await is_cancelling(deps, started)
        assert (started, CANCEL_EVENT) in engine.events


async def test_cancel_before_the_key_is_claimed_wins_and_everything_is_given_back(
    deps: Deps, engine: FakeEngine
) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="1")

    class RacedBlobs(SwitchedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            if name == key_claim_blob(KEY):
                await cancel_start(deps, engine, KEY)
            return await super().create(name, content, media_type, notes)

    with pytest.raises(StartCancelled):
        await start(replace(deps, blobs=RacedBlobs(deps.blobs)), engine)

    assert engine.started == []
    assert await places(deps) == []
    assert [name for name in await blob_names(deps) if generation_of_blob(name) or name.startswith(LIFECYCLES)] == []
    await start(deps, engine, "another key")


async def test_cancel_after_the_key_is_claimed_wins_and_the_place_is_given_back(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine)
    await deps.blobs.delete(lifecycle_blob(await claimed_id(deps)))

    overtaken = OvertakenEngine(deps=deps, record=Cancelling(round=0, at=NOW))
    with pytest.raises(StartCancelled):
        await start(deps, overtaken)

    assert overtaken.started == []
    assert await places(deps) == []


async def test_start_that_has_only_claimed_its_key_is_cancelled(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)

    assert [await cancel_start(deps, engine, KEY) for _ in range(2)] == [GENERATION] * 2

    assert await is_cancelling(deps, GENERATION)
    assert not await deps.blobs.exists(request_blob(GENERATION))
    assert engine.started == []


async def test_cancel_before_the_engine_has_the_run_still_ends_it(deps: Deps) -> None:
    answers: list[str | None] = []

    async def cancel() -> None:
        answers.append(await cancel_start(deps, raced, KEY))
        raced.events.clear()

    raced = RacedEngine(happens=cancel)
    generation_id = await start(deps, raced)

    assert answers == [generation_id]
    assert raced.events == [(generation_id, CANCEL_EVENT)]
    assert await is_cancelling(deps, generation_id)


async def test_interrupted_start_can_be_cancelled_for_good(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine)
    engine.down = False

    generation_id = await cancel_start(deps, engine, KEY)

    assert generation_id is not None
    assert await is_cancelling(deps, generation_id)
    with pytest.raises(StartCancelled):
        await start(deps, engine)
    assert engine.started == []


# --- after the start ------------------------------------------------------------------------------------------------


async def test_running_generation_is_cancelled_by_its_key(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)
    engine.show(generation_id, ledger(3))

    assert [await cancel_start(deps, engine, KEY) for _ in range(2)] == [generation_id] * 2

    assert engine.events == [(generation_id, CANCEL_EVENT)] * 2
    assert await is_cancelling(deps, generation_id)


async def test_later_round_is_cancelled_by_the_key_too(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    await set_record(deps, Running(round=1, at=NOW))
    engine.show(GENERATION, ledger(5).closed(CancelledEntry()).reopened())

    assert await cancel_start(deps, engine, KEY) == GENERATION

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Cancelling)
    assert record.round == 1


async def test_cancelled_generation_can_be_cancelled_again(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    engine.show(GENERATION, ledger(3).closed(CancelledEntry()), "completed")
    await set_record(deps, Ended(round=0, cancelled=True, at=NOW))

    assert await cancel_start(deps, engine, KEY) == GENERATION


@pytest.mark.parametrize("is_known", [False, True])
async def test_completed_generation_cannot_be_cancelled(deps: Deps, engine: FakeEngine, is_known: bool) -> None:
    await claim(deps)
    await set_record(deps, Ended(round=0, at=NOW))
    if is_known:
        engine.show(GENERATION, ledger(), "completed")

    with pytest.raises(NotCancellable):
        await cancel_start(deps, engine, KEY)


@pytest.mark.parametrize("is_known", [False, True])
async def test_generation_that_is_being_deleted_is_not_found(deps: Deps, engine: FakeEngine, is_known: bool) -> None:
    await claim(deps)
    await set_record(deps, Deleting(reason="deleted", at=NOW))
    if is_known:
        engine.show(GENERATION, Ledger(), "terminated")

    with pytest.raises(UnknownGeneration):
        await cancel_start(deps, engine, KEY)


async def test_key_of_a_deleted_generation_can_be_cancelled(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)
    await delete(deps, Limits(deps.settings, deps.blobs), engine, generation_id)

    assert await cancel_start(deps, engine, KEY) is None
    with pytest.raises(StartCancelled):
        await start(deps, engine)


async def test_cancel_fails_if_the_engine_is_unavailable(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    engine.down = True

    with pytest.raises(EngineUnavailable):
        await cancel_start(deps, engine, KEY)
