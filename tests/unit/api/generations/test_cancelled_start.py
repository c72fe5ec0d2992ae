"""Cancelling a start by its key: before it arrives, while it is on its way, and after."""

import asyncio

import pytest
from pydantic import JsonValue

from api.generations.cancelled_start import cancel_start
from api.generations.changes import delete
from api.generations.start import Starter, key_claim_blob
from api.limits.limits import Limits
from shared.deps import Deps
from shared.errors import NotCancellable, NotFound, StartCancelled, UnknownGeneration
from shared.models.claim import Claim
from shared.models.http.requests import GenerateMangaRequest
from shared.models.ledger import CancelledEntry, Ledger
from shared.names import CANCEL_EVENT, LIFECYCLES, RUNNING_BLOB, request_blob
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger

STORY = GenerateMangaRequest(story="Mira met Jon.", style="manga")
KEY, BODY = "key", "the body that was sent"


def limits(deps: Deps) -> Limits:
    return Limits(deps.settings, deps.blobs)


async def start(deps: Deps, engine: FakeEngine) -> str:
    return await Starter(deps, limits(deps), engine, "203.0.113.7").start(STORY, BODY, KEY)


async def names(deps: Deps, prefix: str = "") -> list[str]:
    return [name async for name in deps.blobs.names(prefix)]


async def claim(deps: Deps, generation_id: str = GENERATION) -> None:
    """Let the key stand for the generation: its start is on its way."""
    content = Claim(generation_id=generation_id, body_digest="-").model_dump_json(by_alias=True).encode()
    await deps.blobs.create(key_claim_blob(KEY), content, "application/json")


async def is_cancelling(deps: Deps, generation_id: str) -> bool:
    return isinstance(await deps.lifecycles.read(generation_id), Cancelling)


async def test_key_is_cancelled_before_its_start_arrives(deps: Deps, engine: FakeEngine) -> None:
    assert [await cancel_start(deps, engine, KEY) for _ in range(3)] == [None] * 3

    with pytest.raises(StartCancelled):
        await start(deps, engine)

    assert await names(deps) == [key_claim_blob(KEY)]
    assert engine.started == engine.events == []


def test_start_that_was_cancelled_is_refused_as_a_conflict_with_its_own_code() -> None:
    assert StartCancelled.code == "start-cancelled"
    assert "new Idempotency-Key" in str(StartCancelled())


async def test_cancels_at_the_same_time_get_the_same_answer(deps: Deps, engine: FakeEngine) -> None:
    assert await asyncio.gather(*(cancel_start(deps, engine, KEY) for _ in range(6))) == [None] * 6
    assert await names(deps) == [key_claim_blob(KEY)]


async def test_other_keys_are_not_cancelled(deps: Deps, engine: FakeEngine) -> None:
    await cancel_start(deps, engine, "another key")

    assert await start(deps, engine)


async def test_of_a_start_and_its_cancel_at_the_same_time_one_wins(deps: Deps, engine: FakeEngine) -> None:
    started, cancelled = await asyncio.gather(
        start(deps, engine), cancel_start(deps, engine, KEY), return_exceptions=True
    )

    assert not isinstance(cancelled, BaseException)
    if isinstance(started, StartCancelled):
        assert engine.started == []
        assert await deps.values.read(RUNNING_BLOB) == {}
    else:
        assert started == cancelled
        assert isinstance(started, str)
        assert await is_cancelling(deps, started)
        assert (started, CANCEL_EVENT) in engine.events


async def test_start_whose_key_is_claimed_and_cancelled_starts_nothing_and_gives_its_place_back(
    deps: Deps, engine: FakeEngine
) -> None:
    class Raced(FakeEngine):
        """An engine that does not know the run; the cancel comes right after it has said so."""

        async def run(self, instance_id: str) -> None:
            await set_record(deps, Cancelling(round=0, at=NOW), instance_id)

    engine.down = True
    with pytest.raises(Exception, match="engine"):
        await start(deps, engine)
    (record,) = await names(deps, LIFECYCLES)
    await deps.blobs.delete(record)

    raced = Raced()
    with pytest.raises(StartCancelled):
        await start(deps, raced)

    assert raced.started == []
    assert await deps.values.read(RUNNING_BLOB) == {}


async def test_start_that_is_on_its_way_is_cancelled_before_it_has_stored_anything(
    deps: Deps, engine: FakeEngine
) -> None:
    await claim(deps)

    assert [await cancel_start(deps, engine, KEY) for _ in range(2)] == [GENERATION] * 2

    assert await is_cancelling(deps, GENERATION)
    assert not await deps.blobs.exists(request_blob(GENERATION))
    assert engine.started == []


async def test_start_that_is_cancelled_before_the_engine_is_told_reaches_the_run(deps: Deps) -> None:
    answers: list[str | None] = []

    class Raced(FakeEngine):
        async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
            answers.append(await cancel_start(deps, self, KEY))
            self.events.clear()
            return await FakeEngine.start(self, orchestrator, instance_id, start_input)

    raced = Raced()
    generation_id = await start(deps, raced)

    assert answers == [generation_id]
    assert raced.events == [(generation_id, CANCEL_EVENT)]
    assert await is_cancelling(deps, generation_id)


async def test_generation_that_runs_is_cancelled_by_its_key(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)
    engine.show(generation_id, ledger(3))

    assert [await cancel_start(deps, engine, KEY) for _ in range(2)] == [generation_id] * 2

    assert engine.events == [(generation_id, CANCEL_EVENT)] * 2
    assert await is_cancelling(deps, generation_id)


async def test_generation_that_has_ended_as_cancelled_gives_the_same_answer(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)
    engine.show(generation_id, ledger(3).closed(CancelledEntry()), "completed")
    await set_record(deps, Ended(round=0, cancelled=True, at=NOW), generation_id)

    assert await cancel_start(deps, engine, KEY) == generation_id


@pytest.mark.parametrize("is_known", [False, True])
async def test_generation_that_has_ended_by_itself_is_not_cancelled(
    deps: Deps, engine: FakeEngine, is_known: bool
) -> None:
    await claim(deps)
    await set_record(deps, Ended(round=0, at=NOW))
    if is_known:
        engine.show(GENERATION, ledger(), "completed")

    with pytest.raises(NotCancellable):
        await cancel_start(deps, engine, KEY)


async def test_start_that_died_before_the_engine_was_told_is_cancelled_for_good(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(Exception, match="engine"):
        await start(deps, engine)
    engine.down = False

    generation_id = await cancel_start(deps, engine, KEY)

    assert generation_id is not None
    assert await is_cancelling(deps, generation_id)
    with pytest.raises(StartCancelled):
        await start(deps, engine)
    assert engine.started == []


@pytest.mark.parametrize("is_known", [False, True])
async def test_generation_that_is_being_deleted_is_not_found(deps: Deps, engine: FakeEngine, is_known: bool) -> None:
    await claim(deps)
    await set_record(deps, Deleting(reason="deleted", at=NOW))
    if is_known:
        engine.show(GENERATION, Ledger(), "terminated")

    with pytest.raises(UnknownGeneration):
        await cancel_start(deps, engine, KEY)


async def test_key_of_a_deleted_generation_is_free_to_be_cancelled(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)
    await delete(deps, limits(deps), engine, generation_id)

    assert await cancel_start(deps, engine, KEY) is None
    with pytest.raises(StartCancelled):
        await start(deps, engine)


async def test_round_that_runs_again_is_cancelled_by_the_key_as_well(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    again = ledger(5).closed(CancelledEntry()).reopened()
    await set_record(deps, Running(round=1, at=NOW))
    engine.show(GENERATION, again)

    assert await cancel_start(deps, engine, KEY) == GENERATION

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Cancelling)
    assert record.round == 1


async def test_unavailable_engine_is_reported(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    engine.down = True

    with pytest.raises(Exception, match="engine") as raised:
        await cancel_start(deps, engine, KEY)

    assert not isinstance(raised.value, NotFound)
