"""A generation is started once, however often it is asked for."""

import asyncio
import dataclasses

import pytest

from api.limits.limits import Limits
from api.start import Starter
from shared.deps import Deps
from shared.errors import EngineUnavailable, IdempotencyKeyReused, NotConfigured, StorageUnavailable
from shared.generations import Generations
from shared.images import to_data_url
from shared.models.requests import GenerateMangaRequest, StoredReference, UploadedReference
from shared.names import MANGA_ORCHESTRATOR, is_generation_id
from shared.settings import load_settings
from shared.shared_reads import SharedReads
from tests.fakes.blobs import SwitchedBlobs
from tests.fakes.engine import FakeEngine
from tests.fakes.stories import image

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
    upload = UploadedReference(name="  Mira \n the  brave ", image=to_data_url(image("red")))
    request = STORY.model_copy(update={"uploaded_character_references": (upload,)})

    generation_id = await start(deps, engine, request, BODY, None)

    (reference,) = (await deps.generations.request(generation_id)).character_references
    assert reference == StoredReference(name="Mira the brave", index=0)
    assert (await deps.generations.upload(generation_id, "character", reference)).image == image("red")


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


async def test_a_start_that_is_carried_out_later_begins_anew(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine, STORY, BODY, "key")
    (request,) = [name for name in await stored(deps) if name.endswith("/request.json")]
    await deps.generations.mark_cancelled(request.partition("/")[0])
    engine.down = False

    generation_id = await start(deps, engine, STORY, BODY, "key")

    assert (await deps.generations.wanted_request(generation_id)).story == STORY.story


async def test_steps_in_the_process_of_the_start_need_not_read_the_inputs(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine, STORY, BODY, None)

    away = SharedReads(SwitchedBlobs(deps.blobs, down=True), deps.recent)
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
