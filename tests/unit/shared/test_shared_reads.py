"""Reads that are shared: each blob once for all who want it at the same time, and nothing that is stale."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest

from shared import names
from shared.ports import Blob, ListedBlob
from shared.recent_blobs import RecentBlobs
from shared.shared_reads import SharedReads
from tests.fakes.stories import GENERATION

ANALYSIS = names.text_blob(GENERATION, "analysis")
SHEET = names.image_blob(GENERATION, "character", 0, 1)


class CountedBlobs:
    """BlobStore in memory that counts reads, and holds them back while its gate is shut."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.reads: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, name: str) -> Blob | None:
        self.reads[name] += 1
        content = self.contents.get(name)
        await self.gate.wait()
        return None if content is None else Blob(content, "text/plain", "tag")

    async def exists(self, name: str) -> bool:
        return name in self.contents

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        del media_type, notes
        self.contents[name] = content
        return "tag"

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        await self.create(name, content, media_type)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        del blob_etag
        return await self.create(name, content, media_type)

    async def notes(self, name: str) -> Mapping[str, str] | None:
        return {} if name in self.contents else None

    async def delete(self, name: str) -> None:
        self.contents.pop(name, None)

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        del blob_etag
        await self.delete(name)

    async def names(self, prefix: str) -> AsyncIterator[str]:
        for name in self.contents:
            if name.startswith(prefix):
                yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        async for name in self.names(prefix):
            yield ListedBlob(name, datetime(2026, 1, 1, tzinfo=UTC), "etag")


@pytest.fixture
def store() -> CountedBlobs:
    return CountedBlobs()


@pytest.fixture
def shared(store: CountedBlobs) -> SharedReads:
    return SharedReads(store, RecentBlobs())


@pytest.mark.parametrize("name", [ANALYSIS, SHEET])
async def test_those_who_read_at_the_same_time_share_one_read_and_one_copy(
    store: CountedBlobs, shared: SharedReads, name: str
) -> None:
    store.contents[name] = b"once"

    first, second, third = await asyncio.gather(*(shared.read(name) for _ in range(3)))

    assert first is second is third
    assert store.reads == {name: 1}


@pytest.mark.parametrize("name", [ANALYSIS, SHEET])
async def test_what_was_read_is_not_read_again(store: CountedBlobs, shared: SharedReads, name: str) -> None:
    store.contents[name] = b"once"
    await shared.read(name)
    await shared.read(name)

    assert store.reads == {name: 1}


async def test_what_was_saved_here_is_not_read_and_not_copied(store: CountedBlobs, shared: SharedReads) -> None:
    drawn = b"drawn"
    etag = await shared.create(SHEET, drawn, "image/png")

    blob = await shared.read(SHEET)

    assert blob is not None
    assert blob == Blob(drawn, "image/png", etag or "")
    assert blob.content is drawn
    assert not store.reads


async def test_what_somebody_else_had_saved_first_is_read() -> None:
    class Taken(CountedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            return None

    store = Taken()
    store.contents[SHEET] = b"theirs"
    shared = SharedReads(store, RecentBlobs())
    await shared.create(SHEET, b"ours", "image/png")

    blob = await shared.read(SHEET)

    assert blob is not None
    assert blob.content == b"theirs"


@pytest.mark.parametrize(
    "name",
    [
        names.ledger_blob(GENERATION),
        names.failure_blob(GENERATION, "panel", 0, 1),
        names.claim_blob("a"),
        names.RUNNING_BLOB,
    ],
)
async def test_what_may_change_is_read_each_time(store: CountedBlobs, shared: SharedReads, name: str) -> None:
    store.contents[name] = b"one"
    await shared.read(name)
    store.contents[name] = b"two"

    blob = await shared.read(name)

    assert blob is not None
    assert blob.content == b"two"


async def test_a_result_that_came_while_others_looked_for_it_is_found(store: CountedBlobs, shared: SharedReads) -> None:
    store.gate.clear()
    too_early = asyncio.create_task(shared.read(SHEET))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    store.contents[SHEET] = b"drawn"  # by another process
    in_time = asyncio.create_task(shared.read(SHEET))
    await asyncio.sleep(0)
    store.gate.set()

    assert await too_early is None
    blob = await in_time
    assert blob is not None
    assert blob.content == b"drawn"


async def test_one_who_gives_up_takes_nothing_from_the_others(store: CountedBlobs, shared: SharedReads) -> None:
    store.contents[SHEET] = b"drawn"
    store.gate.clear()
    impatient, patient = (asyncio.create_task(shared.read(SHEET)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    store.gate.set()

    blob = await patient
    assert blob is not None
    assert store.reads == {SHEET: 1}
    assert impatient.cancelled()


@pytest.mark.parametrize("name", [ANALYSIS, SHEET])
@pytest.mark.parametrize("is_conditional", [False, True])
async def test_what_was_deleted_is_gone(shared: SharedReads, name: str, is_conditional: bool) -> None:
    etag = await shared.create(name, b"{}", "text/plain")
    await shared.read(name)

    if is_conditional:
        await shared.delete_unchanged(etag or "", name)
    else:
        await shared.delete(name)

    assert await shared.read(name) is None


async def test_what_a_fresh_look_finds_gone_is_not_held_any_more(store: CountedBlobs, shared: SharedReads) -> None:
    await shared.create(ANALYSIS, b"{}", "application/json")
    await store.delete(ANALYSIS)  # by another process

    assert await shared.notes(ANALYSIS) is None
    assert await shared.read(ANALYSIS) is None


async def test_what_was_replaced_is_read_anew(store: CountedBlobs, shared: SharedReads) -> None:
    request = names.request_blob(GENERATION)
    await shared.create(request, b"first", "application/json")
    await shared.replace(request, b"second", "application/json")

    blob = await shared.read(request)
    assert blob is not None
    assert blob.content == b"second"
