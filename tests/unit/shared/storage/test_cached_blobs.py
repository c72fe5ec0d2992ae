"""The cache of immutable blobs: shared reads, the size limit, and no stale content."""

import asyncio
import gc
from collections import Counter

import pytest

from shared import names
from shared.errors import StorageUnavailable
from shared.ports import Blob
from shared.storage.cached_blobs import BlobCache, CachedBlobs
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.memory_blobs import MemoryBlobs
from tests.support.fakes.stories import GENERATION, ref

ANALYSIS = names.result_blob(ref("analysis"))
SHEET = names.result_blob(ref("character", 0, 1))
_MAX_BYTES = 1000


class CountedBlobs(SwitchedBlobs):
    """BlobStore that counts reads, and blocks them while its gate is closed."""

    def __init__(self) -> None:
        super().__init__(MemoryBlobs())
        self.reads: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self.read_begun = asyncio.Event()

    async def read(self, name: str) -> Blob | None:
        self.reads[name] += 1
        self.read_begun.set()
        blob = await self.store.read(name)
        await self.gate.wait()
        if self.down:
            raise StorageUnavailable("down")
        return blob

    async def put(self, name: str, content: bytes) -> None:
        """Store a blob without the cache, as another process would."""
        await self.store.replace(name, content, "text/plain")


@pytest.fixture
def store() -> CountedBlobs:
    return CountedBlobs()


@pytest.fixture
def blobs(store: CountedBlobs) -> CachedBlobs:
    return CachedBlobs(store, BlobCache())


async def _content(blobs: CachedBlobs, name: str) -> bytes | None:
    blob = await blobs.read(name)
    return blob and blob.content


@pytest.mark.parametrize("name", [ANALYSIS, SHEET, names.request_blob(GENERATION)])
async def test_concurrent_reads_share_one_request_and_one_copy(
    store: CountedBlobs, blobs: CachedBlobs, name: str
) -> None:
    await store.put(name, b"once")

    first, second, third = await asyncio.gather(*(blobs.read(name) for _ in range(3)))

    assert first is not None
    assert first is second is third
    assert store.reads == {name: 1}


async def test_stores_with_one_cache_share_requests(store: CountedBlobs) -> None:
    await store.put(SHEET, b"once")
    cache = BlobCache()

    await asyncio.gather(*(CachedBlobs(store, cache).read(SHEET) for _ in range(3)))

    assert store.reads == {SHEET: 1}


async def test_cached_blob_is_not_read_again(store: CountedBlobs, blobs: CachedBlobs) -> None:
    await store.put(SHEET, b"once")

    assert await blobs.read(SHEET) is await blobs.read(SHEET)
    assert store.reads == {SHEET: 1}


async def test_created_blob_is_cached_without_a_copy(store: CountedBlobs, blobs: CachedBlobs) -> None:
    drawn = b"drawn"
    etag = await blobs.create(SHEET, drawn, "image/png")

    blob = await blobs.read(SHEET)

    assert blob == Blob(drawn, "image/png", etag or "")
    assert blob is not None
    assert blob.content is drawn
    assert not store.reads


async def test_blob_that_another_process_created_first_is_read(store: CountedBlobs, blobs: CachedBlobs) -> None:
    await store.put(SHEET, b"theirs")
    assert await blobs.create(SHEET, b"ours", "image/png") is None

    assert await _content(blobs, SHEET) == b"theirs"


@pytest.mark.parametrize(
    "name",
    [
        names.ledger_blob(GENERATION),
        names.failure_blob(ref("panel", 0, 1)),
        names.generation_spending_blob(GENERATION),
        names.claim_blob("a"),
        names.RUNNING_BLOB,
        f"states/{GENERATION}.json",
        f"{GENERATION}/leases/panel-0-1.json",
    ],
)
async def test_mutable_blob_is_never_cached(store: CountedBlobs, blobs: CachedBlobs, name: str) -> None:
    await blobs.create(name, b"one", "application/json")
    assert await _content(blobs, name) == b"one"

    await store.put(name, b"two")

    assert await _content(blobs, name) == b"two"


async def test_read_of_a_mutable_blob_is_not_shared(store: CountedBlobs, blobs: CachedBlobs) -> None:
    name = names.ledger_blob(GENERATION)
    await store.put(name, b"one")
    store.gate.clear()
    before = asyncio.create_task(_content(blobs, name))
    await store.read_begun.wait()
    await store.put(name, b"two")
    after = asyncio.create_task(_content(blobs, name))
    await asyncio.sleep(0)
    store.gate.set()

    assert (await before, await after) == (b"one", b"two")


async def test_blob_that_is_created_during_a_read_is_found_by_later_readers(
    store: CountedBlobs, blobs: CachedBlobs
) -> None:
    store.gate.clear()
    before = asyncio.create_task(_content(blobs, SHEET))
    await store.read_begun.wait()
    await store.put(SHEET, b"drawn")  # by another process
    after = asyncio.create_task(_content(blobs, SHEET))
    await asyncio.sleep(0)
    store.gate.set()

    assert (await before, await after) == (None, b"drawn")


async def test_missing_blob_is_looked_up_each_time(store: CountedBlobs, blobs: CachedBlobs) -> None:
    assert await blobs.read(SHEET) is None
    await store.put(SHEET, b"drawn")  # by another process

    assert await _content(blobs, SHEET) == b"drawn"


async def test_cancelled_reader_does_not_cancel_the_shared_read(store: CountedBlobs, blobs: CachedBlobs) -> None:
    await store.put(SHEET, b"drawn")
    store.gate.clear()
    impatient, patient = (asyncio.create_task(_content(blobs, SHEET)) for _ in range(2))
    await store.read_begun.wait()
    impatient.cancel()
    store.gate.set()

    assert await patient == b"drawn"
    assert store.reads == {SHEET: 1}
    assert impatient.cancelled()


async def test_failed_read_reaches_all_its_readers_and_is_not_cached(store: CountedBlobs, blobs: CachedBlobs) -> None:
    await store.put(SHEET, b"drawn")
    store.down = True
    failed = await asyncio.gather(*(blobs.read(SHEET) for _ in range(2)), return_exceptions=True)
    store.down = False

    assert [type(error) for error in failed] == [StorageUnavailable, StorageUnavailable]
    assert await _content(blobs, SHEET) == b"drawn"


async def test_failed_read_without_readers_is_not_reported(store: CountedBlobs, blobs: CachedBlobs) -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context))
    store.gate.clear()
    reader = asyncio.create_task(blobs.read(SHEET))
    await store.read_begun.wait()
    reader.cancel()
    await asyncio.wait([reader])
    store.down = True
    store.gate.set()
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()

    assert reported == []


@pytest.mark.parametrize("name", [ANALYSIS, SHEET])
async def test_deleted_blob_is_gone(blobs: CachedBlobs, name: str) -> None:
    await blobs.create(name, b"{}", "text/plain")
    await blobs.read(name)

    await blobs.delete(name)

    assert await blobs.read(name) is None


async def test_blob_that_is_deleted_during_a_read_is_not_cached(store: CountedBlobs, blobs: CachedBlobs) -> None:
    await store.put(SHEET, b"drawn")
    store.gate.clear()
    reader = asyncio.create_task(blobs.read(SHEET))
    await store.read_begun.wait()
    await blobs.delete(SHEET)
    store.gate.set()
    await reader

    assert await blobs.read(SHEET) is None


async def test_blob_that_another_process_deleted_is_removed_once_that_is_noticed(
    store: CountedBlobs, blobs: CachedBlobs
) -> None:
    await blobs.create(ANALYSIS, b"{}", "application/json")
    await store.delete(ANALYSIS)

    assert await blobs.notes(ANALYSIS) is None
    assert await blobs.read(ANALYSIS) is None


@pytest.mark.parametrize("is_conditional", [False, True])
async def test_replaced_blob_is_read_again(blobs: CachedBlobs, *, is_conditional: bool) -> None:
    request = names.request_blob(GENERATION)
    tag = await blobs.create(request, b"first", "application/json")
    if is_conditional:
        await blobs.replace_unchanged(tag or "", request, b"second", "application/json")
    else:
        await blobs.replace(request, b"second", "application/json")

    assert await _content(blobs, request) == b"second"


def _blob(size: int) -> Blob:
    return Blob(b"x" * size, "image/png", "tag")


def _cache(*names: str, size: int) -> BlobCache:
    cache = BlobCache(_MAX_BYTES)
    for name in names:
        cache.put(name, _blob(size))
    return cache


def _cached(cache: BlobCache, *names: str) -> list[str]:
    return [name for name in names if cache.get(name) is not None]


def test_least_recently_used_blob_is_evicted() -> None:
    cache = _cache("a", "b", size=400)
    cache.get("a")
    cache.put("c", _blob(400))

    assert _cached(cache, "a", "b", "c") == ["a", "c"]


def test_as_many_blobs_are_evicted_as_needed() -> None:
    cache = _cache("a", "b", "c", size=300)
    cache.put("d", _blob(800))

    assert _cached(cache, "a", "b", "c", "d") == ["d"]


def test_blob_larger_than_the_cache_is_not_cached_and_evicts_nothing() -> None:
    cache = _cache("a", "b", size=400)
    cache.put("large", _blob(_MAX_BYTES + 1))

    assert _cached(cache, "a", "b", "large") == ["a", "b"]


def test_blob_that_is_cached_twice_counts_once() -> None:
    cache = _cache("a", "a", "a", "b", size=400)

    assert _cached(cache, "a", "b") == ["a", "b"]


def test_removed_blob_frees_its_bytes() -> None:
    cache = _cache("a", "b", size=400)
    cache.remove("a")
    cache.remove("unknown")
    cache.put("c", _blob(400))

    assert _cached(cache, "a", "b", "c") == ["b", "c"]


def test_blobs_are_removed_by_prefix() -> None:
    cache = _cache("one/a", "one/b", "other/a", size=100)
    cache.remove_all("one/")

    assert _cached(cache, "one/a", "one/b", "other/a") == ["other/a"]
