"""Starts of a generation under one idempotency key, and the moments in which others interfere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.generations.start import Starter, key_claim_blob
from api.limits.limits import Limits
from shared.deps import Deps
from shared.errors import StorageUnavailable
from shared.models.http.requests import GenerateMangaRequest
from shared.models.stored.claim import Claim
from shared.names import RUNNING_BLOB
from shared.ports import Run
from shared.settings import load_settings
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION

STORY = GenerateMangaRequest(story="Mira met Jon.", style="manga")
KEY, BODY = "key", "the digest of the body"
CLIENT = "203.0.113.7"


async def start(
    deps: Deps, engine: FakeEngine, key: str | None = KEY, body: str = BODY, request: GenerateMangaRequest = STORY
) -> str:
    """Send a start, as a process of its own."""
    return await Starter(deps, Limits(deps.settings, deps.blobs), engine, CLIENT).start(request, body, key)


async def claim(deps: Deps) -> None:
    """Claim the key for GENERATION: its start has stored nothing else yet."""
    content = Claim(generation_id=GENERATION, body_digest=BODY).model_dump_json(by_alias=True).encode()
    await deps.blobs.create(key_claim_blob(KEY), content, "application/json")


async def claimed_id(deps: Deps) -> str:
    """Return the generation that the key was claimed for."""
    blob = await deps.blobs.read(key_claim_blob(KEY))
    assert blob is not None
    return Claim.model_validate_json(blob.content).generation_id


async def places(deps: Deps) -> list[str]:
    """Return the generations that have a place among the running ones."""
    return list(await deps.values.read(RUNNING_BLOB))


def with_settings(deps: Deps, **settings: str) -> Deps:
    """Return the dependencies with these settings."""
    return replace(deps, settings=load_settings(settings))


@dataclass(slots=True)
class RefusingBlobs(SwitchedBlobs):
    """A blob store that creates no blob with this in its name."""

    part: str = ""

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        if self.part in name:
            raise StorageUnavailable("away")
        return await SwitchedBlobs.create(self, name, content, media_type, notes)


def refusing(deps: Deps, part: str) -> Deps:
    """Return the dependencies with a storage that creates no such blob."""
    return replace(deps, blobs=RefusingBlobs(deps.blobs, part=part))


@dataclass(slots=True)
class OvertakenEngine(FakeEngine):
    """An engine that knows no run; whenever it has said so, another request writes a record of that run."""

    deps: Deps | None = None
    record: Lifecycle | None = None

    async def run(self, instance_id: str) -> Run | None:
        assert self.deps is not None
        assert self.record is not None
        await set_record(self.deps, self.record, instance_id)
        return None
