"""A generation is started once, however often it is asked for."""

import asyncio
import dataclasses
import hashlib
from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from api.generations.cancelled_start import cancel_start
from api.generations.changes import delete
from api.generations.start import Starter, key_claim_blob
from api.limits.limits import Limits
from maintenance.deletions import finish_deletions
from shared.deps import Deps
from shared.errors import (
    DailyLimitReached,
    EngineUnavailable,
    IdempotencyKeyReused,
    NotConfigured,
    StartCancelled,
    StorageUnavailable,
    TooManyGenerations,
    UnknownGeneration,
)
from shared.models.claim import Claim
from shared.models.http.requests import GenerateMangaRequest, StoredReference, UploadedReference
from shared.names import (
    LIFECYCLES,
    MANGA_ORCHESTRATOR,
    RUNNING_BLOB,
    generation_of_blob,
    generation_of_lifecycle_blob,
    is_generation_id,
    new_generation_id,
    rate_blob,
    request_blob,
)
from shared.ports import Run
from shared.removal import begin_removal
from shared.settings import load_settings
from shared.storage.cached_blobs import CachedBlobs
from shared.storage.generations import Generations
from shared.storage.lifecycle import Deleting, Ended, Running, is_gone, refuse_gone
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import image
from tests.unit.maintenance.stored import LONG_AFTER, at

STORY = GenerateMangaRequest(story="Mira met Jon.", style="manga")
BODY = "the digest of the body that was sent"
CLIENT = "203.0.113.7"


async def start(deps: Deps, engine: FakeEngine, request: GenerateMangaRequest, digest: str, key: str | None) -> str:
    return await Starter(deps, Limits(deps.settings, deps.blobs), engine, CLIENT).start(request, digest, key)


async def stored(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names("")]


async def test_the_inputs_are_stored_and_the_generation_is_started(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine, STORY, BODY, None)

    assert is_generation_id(generation_id)
    assert [(name, instance_id) for name, instance_id, _ in engine.started] == [(MANGA_ORCHESTRATOR, generation_id)]
    assert (await deps.generations.request(generation_id)).story == STORY.story


async def test_uploads_are_stored_with_their_tidied_names(deps: Deps, engine: FakeEngine) -> None:
    upload = UploadedReference(name="  Mira \n the  brave ", image=image("red"))
    request = STORY.model_copy(update={"uploaded_character_references": (upload,)})

    generation_id = await start(deps, engine, request, BODY, None)

    references = (await deps.generations.request(generation_id)).character_references
    assert references == (StoredReference(name="Mira the brave", index=0),)
    (stored,) = await deps.generations.uploads(generation_id, "character", references)
    assert stored.image == image("red")


async def test_without_a_key_each_send_starts_a_generation(deps: Deps, engine: FakeEngine) -> None:
    ids = [await start(deps, engine, STORY, BODY, None) for _ in range(2)]

    assert len(set(ids)) == len(engine.started) == 2


async def test_the_same_key_and_body_lead_to_the_same_generation(deps: Deps, engine: FakeEngine) -> None:
    ids = [await start(deps, engine, STORY, BODY, "key") for _ in range(3)]

    assert len(set(ids)) == len(engine.started) == 1


async def test_the_same_key_with_another_body_is_a_conflict_and_starts_nothing(deps: Deps, engine: FakeEngine) -> None:
    await start(deps, engine, STORY, BODY, "key")
    before = await stored(deps)

    with pytest.raises(IdempotencyKeyReused):
        await start(deps, engine, STORY, "another body", "key")

    assert len(engine.started) == 1
    assert await stored(deps) == before


async def test_other_keys_lead_to_other_generations(deps: Deps, engine: FakeEngine) -> None:
    ids = [await start(deps, engine, STORY, BODY, key) for key in ("key", "Key")]

    assert len(set(ids)) == len(engine.started) == 2


async def test_sends_at_the_same_time_start_one_generation(deps: Deps, engine: FakeEngine) -> None:
    sends = (start(deps, engine, STORY, BODY, "key") for _ in range(10))

    ids = await asyncio.gather(*sends)

    assert len(set(ids)) == len(engine.started) == 1


async def test_a_claim_whose_start_failed_is_carried_out_by_the_next_send(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine, STORY, BODY, "key")
    engine.down = False

    generation_id = await start(deps, engine, STORY, BODY, "key")

    assert [instance_id for _, instance_id, _ in engine.started] == [generation_id]
    assert (await deps.generations.request(generation_id)).story == STORY.story


async def test_start_that_is_told_to_the_engine_late_is_told_by_the_next_send(deps: Deps, engine: FakeEngine) -> None:
    (generation_id,) = await claimed(deps)
    await set_record(deps, Running(at=NOW), generation_id)

    assert await start(deps, engine, STORY, BODY, "key") == generation_id

    assert [instance_id for _, instance_id, _ in engine.started] == [generation_id]


async def test_start_that_was_overtaken_by_the_end_of_its_generation_does_not_start_it_again(
    deps: Deps, engine: FakeEngine
) -> None:
    (generation_id,) = await claimed(deps)

    class Overtaken(FakeEngine):
        """Another send of the same request starts the generation after this one has asked, and that ends."""

        async def run(self, instance_id: str) -> Run | None:
            await set_record(deps, Ended(round=0, at=NOW), generation_id)
            return None

    overtaken = Overtaken()

    assert await start(deps, overtaken, STORY, BODY, "key") == generation_id

    assert overtaken.started == []
    assert not await deps.blobs.exists(request_blob(generation_id))


async def test_record_is_written_before_anything_else_of_the_generation(deps: Deps, engine: FakeEngine) -> None:
    blobs = CutBlobs(deps.blobs, name="/request.json")

    with pytest.raises(StorageUnavailable):
        await start(dataclasses.replace(deps, blobs=blobs), engine, STORY, BODY, "key")

    (generation_id,) = await claimed(deps)
    record = await deps.lifecycles.read(generation_id)
    assert isinstance(record, Running)
    assert record.round == 0


# --- a start that fails gives back what it took -----------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class CutBlobs(SwitchedBlobs):
    """BlobStore in which no blob whose name ends so can be created."""

    name: str = ""

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        if name.endswith(self.name):
            raise StorageUnavailable("away")
        return await SwitchedBlobs.create(self, name, content, media_type, notes)


async def claimed(deps: Deps) -> list[str]:
    """Return the generation that the key stands for; it is claimed if it is not yet."""
    claim = Claim(generation_id=new_generation_id(), body_digest=BODY)
    await deps.blobs.create(key_claim_blob("key"), claim.model_dump_json(by_alias=True).encode(), "application/json")
    blob = await deps.blobs.read(key_claim_blob("key"))
    assert blob is not None
    return [Claim.model_validate_json(blob.content).generation_id]


async def places(deps: Deps) -> list[str]:
    return list(await deps.values.read(RUNNING_BLOB))


def one_a_day(deps: Deps) -> Deps:
    return dataclasses.replace(deps, settings=load_settings({"GENERATIONS_PER_DAY": "1"}))


def cut(deps: Deps, name: str) -> Deps:
    return dataclasses.replace(deps, blobs=CutBlobs(deps.blobs, name=name))


async def test_start_that_can_not_be_counted_for_the_day_gives_its_place_back(deps: Deps, engine: FakeEngine) -> None:
    count = rate_blob("generations-a-day", hashlib.sha256(CLIENT.encode()).hexdigest())

    with pytest.raises(StorageUnavailable):
        await start(cut(one_a_day(deps), count), engine, STORY, BODY, None)

    assert await places(deps) == []


async def test_start_without_a_key_that_fails_is_removed_and_gives_all_back(deps: Deps, engine: FakeEngine) -> None:
    deps = one_a_day(deps)
    engine.down = True
    for _ in range(3):
        with pytest.raises(EngineUnavailable):
            await start(deps, engine, STORY, BODY, None)
    engine.down = False

    assert await places(deps) == []
    for name in [name for name in await stored(deps) if name.startswith(LIFECYCLES)]:
        assert is_gone(await deps.lifecycles.read(generation_of_lifecycle_blob(name)))
    await finish_deletions(at(deps, LONG_AFTER), engine)
    assert [name for name in await stored(deps) if generation_of_blob(name)] == []
    await start(deps, engine, STORY, BODY, None)
    assert len(engine.started) == 1


@pytest.mark.parametrize("name", ["/request.json", ".json"])
async def test_start_without_a_key_that_cannot_be_stored_gives_all_back(
    deps: Deps, engine: FakeEngine, name: str
) -> None:
    deps = one_a_day(deps)
    limits = Limits(deps.settings, deps.blobs)
    for _ in range(2):
        starter = Starter(cut(deps, name), limits, engine, CLIENT)
        with pytest.raises(StorageUnavailable):
            await starter.start(STORY, BODY, None)

    assert await places(deps) == []
    await start(deps, engine, STORY, BODY, None)
    assert len(engine.started) == 1


async def test_start_with_a_key_that_fails_gives_its_place_back_and_is_counted_once(
    deps: Deps, engine: FakeEngine
) -> None:
    deps = one_a_day(deps)
    engine.down = True
    for _ in range(3):
        with pytest.raises(EngineUnavailable):
            await start(deps, engine, STORY, BODY, "key")
    engine.down = False
    assert await places(deps) == []

    generation_id = await start(deps, engine, STORY, BODY, "key")

    assert await places(deps) == [generation_id]
    with pytest.raises(DailyLimitReached):
        await start(deps, engine, STORY, BODY, "another key")
    assert await places(deps) == [generation_id]


async def test_key_that_cannot_be_claimed_is_not_counted(deps: Deps, engine: FakeEngine) -> None:
    deps = one_a_day(deps)
    limits = Limits(deps.settings, deps.blobs)
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await Starter(cut(deps, key_claim_blob("key")), limits, engine, CLIENT).start(STORY, BODY, "key")

    assert await places(deps) == []
    await start(deps, engine, STORY, BODY, "key")


async def test_sends_at_the_same_time_are_counted_once(deps: Deps, engine: FakeEngine) -> None:
    deps = dataclasses.replace(deps, settings=load_settings({"GENERATIONS_PER_DAY": "10"}))
    limits = Limits(deps.settings, deps.blobs)
    sends = (Starter(deps, limits, engine, CLIENT).start(STORY, BODY, "key") for _ in range(10))

    (generation_id,) = set(await asyncio.gather(*sends))

    assert await places(deps) == [generation_id]
    for number in range(9):
        await start(deps, engine, STORY, BODY, f"another {number}")
    with pytest.raises(DailyLimitReached):
        await start(deps, engine, STORY, BODY, "one too many")


async def test_refused_start_stores_nothing(deps: Deps, engine: FakeEngine) -> None:
    full = dataclasses.replace(deps, settings=load_settings({"MAX_RUNNING_GENERATIONS": "1"}))
    await start(full, engine, STORY, BODY, None)
    before = await stored(deps)

    for key in (None, "key"):
        with pytest.raises(TooManyGenerations):
            await start(full, engine, STORY, BODY, key)

    assert await stored(deps) == before


# --- a key whose generation is removed, or that is cancelled ---------------------------------------------------------


@pytest.mark.parametrize("body", [BODY, "another body"])
@pytest.mark.parametrize("is_finished", [False, True])
async def test_key_of_a_removed_generation_starts_another_one(
    deps: Deps, engine: FakeEngine, body: str, is_finished: bool
) -> None:
    first = await start(deps, engine, STORY, BODY, "key")
    if is_finished:
        await delete(deps, Limits(deps.settings, deps.blobs), engine, first)
    else:
        # The process that deletes it has got no further.
        await set_record(deps, Deleting(reason="deleted", at=NOW), first)

    second = await start(deps, engine, STORY, body, "key")

    assert second != first
    assert await start(deps, engine, STORY, body, "key") == second
    assert [instance_id for _, instance_id, _ in engine.started] == [first, second]


async def test_sweep_of_a_removed_generation_leaves_the_key_to_the_one_that_was_started_since(
    deps: Deps, engine: FakeEngine
) -> None:
    first = await start(deps, engine, STORY, BODY, "key")
    await begin_removal(deps, first, "deleted", refuse_gone)
    second = await start(deps, engine, STORY, BODY, "key")

    await finish_deletions(at(deps, LONG_AFTER), engine)

    assert await start(deps, engine, STORY, BODY, "key") == second


async def test_delete_that_comes_while_the_start_is_on_its_way_wins(deps: Deps, engine: FakeEngine) -> None:
    class Raced(FakeEngine):
        async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
            await begin_removal(deps, instance_id, "deleted", refuse_gone)
            return await FakeEngine.start(self, orchestrator, instance_id, start_input)

    raced = Raced()

    with pytest.raises(UnknownGeneration):
        await start(deps, raced, STORY, BODY, "key")

    assert all(run.is_over for run in raced.runs_by_id.values())
    assert await places(deps) == []


async def test_cancelled_key_starts_nothing_stores_nothing_and_counts_nothing(deps: Deps, engine: FakeEngine) -> None:
    deps = one_a_day(deps)
    assert await cancel_start(deps, engine, "key") is None
    before = await stored(deps)

    for body in (BODY, "another body"):
        with pytest.raises(StartCancelled):
            await start(deps, engine, STORY, body, "key")

    assert await stored(deps) == before
    assert engine.started == []
    await start(deps, engine, STORY, BODY, "another key")


async def test_key_that_is_cancelled_while_it_is_claimed_starts_nothing_and_gives_all_back(
    deps: Deps, engine: FakeEngine
) -> None:
    deps = one_a_day(deps)
    limits = Limits(deps.settings, deps.blobs)

    class Raced(SwitchedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            if name == key_claim_blob("key"):
                await cancel_start(deps, engine, "key")
            return await super().create(name, content, media_type, notes)

    raced = dataclasses.replace(deps, blobs=Raced(deps.blobs))
    with pytest.raises(StartCancelled):
        await Starter(raced, limits, engine, CLIENT).start(STORY, BODY, "key")

    assert engine.started == []
    assert await places(deps) == []
    assert [name for name in await stored(deps) if generation_of_blob(name) or name.startswith(LIFECYCLES)] == []
    await start(deps, engine, STORY, BODY, "another key")


async def test_steps_in_the_process_of_the_start_need_not_read_the_inputs(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine, STORY, BODY, None)

    away = CachedBlobs(SwitchedBlobs(deps.blobs, down=True), deps.blob_cache)
    assert (await Generations(away).request(generation_id)).story == STORY.story


async def test_without_storage_nothing_is_started(deps: Deps, engine: FakeEngine) -> None:
    blobs = SwitchedBlobs(deps.blobs, down=True)

    with pytest.raises(StorageUnavailable):
        await start(dataclasses.replace(deps, blobs=blobs), engine, STORY, BODY, None)

    assert engine.started == []


@pytest.mark.parametrize("setting", ["GEMINI_TEXT_MODEL", "GEMINI_IMAGE_MODEL"])
@pytest.mark.parametrize("limit", ["MAX_PRICE_PER_GENERATION", "MAX_PRICE_PER_DAY"])
@pytest.mark.parametrize("key", [None, "a"])
async def test_with_a_spending_limit_nothing_starts_on_a_model_without_a_price(
    deps: Deps, engine: FakeEngine, setting: str, limit: str, key: str | None
) -> None:
    deps = dataclasses.replace(deps, settings=load_settings({setting: "gemini-unpriced", limit: "5"}))

    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        await start(deps, engine, STORY, BODY, key)

    assert engine.started == []
    assert await stored(deps) == []


async def test_without_a_spending_limit_no_price_is_needed(deps: Deps, engine: FakeEngine) -> None:
    deps = dataclasses.replace(deps, settings=load_settings({"GEMINI_IMAGE_MODEL": "gemini-unpriced"}))

    await start(deps, engine, STORY, BODY, None)

    assert len(engine.started) == 1
