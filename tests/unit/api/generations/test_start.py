"""A generation is started once, and a start that fails gives back what it took."""

import asyncio
import hashlib

import pytest

from api.generations.changes import delete
from api.generations.start import key_claim_blob
from api.limits.limits import Limits
from maintenance.deletions import finish_deletions
from shared.deps import Deps
from shared.errors import (
    DailyLimitReached,
    EngineUnavailable,
    IdempotencyKeyReused,
    NotConfigured,
    StorageUnavailable,
    TooManyGenerations,
    UnknownGeneration,
)
from shared.models.http.requests import StoredReference, UploadedReference
from shared.names import (
    LIFECYCLES,
    MANGA_ORCHESTRATOR,
    generation_of_blob,
    generation_of_lifecycle_blob,
    is_generation_id,
    rate_blob,
    request_blob,
)
from shared.removal import begin_removal
from shared.storage.cached_blobs import CachedBlobs
from shared.storage.generations import Generations
from shared.storage.lifecycle import Deleting, Ended, Running, is_gone, refuse_gone
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, image
from tests.unit.api.generations.changing import RacedEngine, blob_names
from tests.unit.api.generations.starting import (
    BODY,
    CLIENT,
    KEY,
    STORY,
    OvertakenEngine,
    claim,
    claimed_id,
    places,
    refusing,
    start,
    with_settings,
)
from tests.unit.maintenance.stored import LONG_AFTER, at


@pytest.fixture
def one_a_day(deps: Deps) -> Deps:
    return with_settings(deps, GENERATIONS_PER_DAY="1")


def started_ids(engine: FakeEngine) -> list[str]:
    return [instance_id for _, instance_id, _ in engine.started]


# --- once -----------------------------------------------------------------------------------------------------------


async def test_start_stores_the_inputs_and_starts_the_generation(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine, key=None)

    assert is_generation_id(generation_id)
    assert [(name, instance_id) for name, instance_id, _ in engine.started] == [(MANGA_ORCHESTRATOR, generation_id)]
    assert (await deps.generations.request(generation_id)).story == STORY.story


async def test_uploads_are_stored_with_tidied_names(deps: Deps, engine: FakeEngine) -> None:
    upload = UploadedReference(name="  Mira \n the  brave ", image=image("red"))
    request = STORY.model_copy(update={"uploaded_character_references": (upload,)})

    generation_id = await start(deps, engine, request=request)

    references = (await deps.generations.request(generation_id)).character_references
    assert references == (StoredReference(name="Mira the brave", index=0),)
    (stored,) = await deps.generations.uploads(generation_id, "character", references)
    assert stored.image == image("red")


async def test_start_caches_the_inputs_for_the_first_step(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine)

    cached = CachedBlobs(SwitchedBlobs(deps.blobs, down=True), deps.blob_cache)
    assert (await Generations(cached).request(generation_id)).story == STORY.story


async def test_each_key_starts_one_generation(deps: Deps, engine: FakeEngine) -> None:
    first, other, *repeated = [await start(deps, engine, key) for key in ("key", "Key", "key", "key")]

    assert repeated == [first, first]
    assert started_ids(engine) == [first, other]


async def test_each_request_without_a_key_starts_a_generation(deps: Deps, engine: FakeEngine) -> None:
    ids = [await start(deps, engine, key=None) for _ in range(2)]

    assert len(set(ids)) == len(engine.started) == 2


async def test_key_with_another_body_is_a_conflict_and_starts_nothing(deps: Deps, engine: FakeEngine) -> None:
    await start(deps, engine)
    before = await blob_names(deps)

    with pytest.raises(IdempotencyKeyReused):
        await start(deps, engine, body="another body")

    assert len(engine.started) == 1
    assert await blob_names(deps) == before


async def test_concurrent_requests_with_one_key_start_one_generation_and_count_once(
    deps: Deps, engine: FakeEngine
) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="10")

    (generation_id,) = set(await asyncio.gather(*(start(deps, engine) for _ in range(10))))

    assert started_ids(engine) == await places(deps) == [generation_id]
    for number in range(9):
        await start(deps, engine, f"another {number}")
    with pytest.raises(DailyLimitReached):
        await start(deps, engine, "one too many")


async def test_repeated_request_starts_the_generation_if_the_first_died_before(deps: Deps, engine: FakeEngine) -> None:
    await claim(deps)
    await set_record(deps, Running(at=NOW))

    assert await start(deps, engine) == GENERATION

    assert started_ids(engine) == [GENERATION]


async def test_start_does_not_restart_a_generation_that_has_ended_meanwhile(deps: Deps) -> None:
    await claim(deps)
    overtaken = OvertakenEngine(deps=deps, record=Ended(round=0, at=NOW))

    assert await start(deps, overtaken) == GENERATION

    assert overtaken.started == []
    assert not await deps.blobs.exists(request_blob(GENERATION))


async def test_record_is_written_before_the_inputs(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(StorageUnavailable):
        await start(refusing(deps, "/request.json"), engine)

    record = await deps.lifecycles.read(await claimed_id(deps))
    assert isinstance(record, Running)
    assert record.round == 0


# --- a start that is refused or fails -------------------------------------------------------------------------------


async def test_refused_start_stores_nothing(deps: Deps, engine: FakeEngine) -> None:
    full = with_settings(deps, MAX_RUNNING_GENERATIONS="1")
    await start(full, engine, key=None)
    before = await blob_names(deps)

    for key in (None, KEY):
        with pytest.raises(TooManyGenerations):
            await start(full, engine, key)

    assert await blob_names(deps) == before


async def test_failed_start_without_a_key_is_removed_and_gives_everything_back(
    one_a_day: Deps, engine: FakeEngine
) -> None:
    deps = one_a_day
    engine.down = True
    for _ in range(3):
        with pytest.raises(EngineUnavailable):
            await start(deps, engine, key=None)
    engine.down = False

    assert await places(deps) == []
    for name in [name for name in await blob_names(deps) if name.startswith(LIFECYCLES)]:
        assert is_gone(await deps.lifecycles.read(generation_of_lifecycle_blob(name)))
    await finish_deletions(at(deps, LONG_AFTER), engine)
    assert [name for name in await blob_names(deps) if generation_of_blob(name)] == []
    await start(deps, engine, key=None)
    assert len(engine.started) == 1


COUNT_OF_THE_DAY = rate_blob("generations-a-day", hashlib.sha256(CLIENT.encode()).hexdigest())


@pytest.mark.parametrize(
    ("key", "blob"),
    [(None, "/request.json"), (None, LIFECYCLES), (None, COUNT_OF_THE_DAY), (KEY, key_claim_blob(KEY))],
)
async def test_start_that_storage_refuses_gives_everything_back(
    one_a_day: Deps, engine: FakeEngine, key: str | None, blob: str
) -> None:
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await start(refusing(one_a_day, blob), engine, key)

    assert await places(one_a_day) == []
    await start(one_a_day, engine, key)
    assert len(engine.started) == 1


async def test_failed_start_with_a_key_is_repeated_and_counted_once(one_a_day: Deps, engine: FakeEngine) -> None:
    deps = one_a_day
    engine.down = True
    for _ in range(3):
        with pytest.raises(EngineUnavailable):
            await start(deps, engine)
    engine.down = False
    assert await places(deps) == []

    generation_id = await start(deps, engine)

    assert started_ids(engine) == await places(deps) == [generation_id]
    assert (await deps.generations.request(generation_id)).story == STORY.story
    with pytest.raises(DailyLimitReached):
        await start(deps, engine, "another key")
    assert await places(deps) == [generation_id]


@pytest.mark.parametrize("setting", ["GEMINI_TEXT_MODEL", "GEMINI_IMAGE_MODEL"])
@pytest.mark.parametrize("limit", ["MAX_PRICE_PER_GENERATION", "MAX_PRICE_PER_DAY"])
@pytest.mark.parametrize("key", [None, KEY])
async def test_with_a_spending_limit_a_model_needs_a_price(
    deps: Deps, engine: FakeEngine, setting: str, limit: str, key: str | None
) -> None:
    deps = with_settings(deps, **{setting: "gemini-unpriced", limit: "5"})

    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        await start(deps, engine, key)

    assert engine.started == []
    assert await blob_names(deps) == []


async def test_without_a_spending_limit_no_price_is_needed(deps: Deps, engine: FakeEngine) -> None:
    await start(with_settings(deps, GEMINI_IMAGE_MODEL="gemini-unpriced"), engine)

    assert len(engine.started) == 1


# --- a key whose generation is removed ------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [BODY, "another body"])
@pytest.mark.parametrize("is_finished", [False, True])
async def test_key_of_a_removed_generation_starts_another_one(
    deps: Deps, engine: FakeEngine, body: str, is_finished: bool
) -> None:
    first = await start(deps, engine)
    if is_finished:
        await delete(deps, Limits(deps.settings, deps.blobs), engine, first)
    else:
        await set_record(deps, Deleting(reason="deleted", at=NOW), first)

    second = await start(deps, engine, body=body)

    assert second != first
    assert await start(deps, engine, body=body) == second
    assert started_ids(engine) == [first, second]


async def test_sweep_of_a_removed_generation_keeps_the_key_of_its_successor(deps: Deps, engine: FakeEngine) -> None:
    first = await start(deps, engine)
    await begin_removal(deps, first, "deleted", refuse_gone)
    second = await start(deps, engine)

    await finish_deletions(at(deps, LONG_AFTER), engine)

    assert await start(deps, engine) == second


async def test_delete_during_a_start_wins(deps: Deps) -> None:
    async def remove() -> None:
        await begin_removal(deps, await claimed_id(deps), "deleted", refuse_gone)

    raced = RacedEngine(happens=remove)

    with pytest.raises(UnknownGeneration):
        await start(deps, raced)

    assert all(run.is_over for run in raced.runs_by_id.values())
    assert await places(deps) == []
