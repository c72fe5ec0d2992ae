"""Blob store with a cache in memory, for blobs that never change.

The panels of a comic are drawn side by side from one analysis and the same character sheets, and readers of the stream
want an image right after it was saved. Cached are the inputs, the analysis, the plan and the images of a generation
(`shared.names.never_changes`). Everything else is always read from storage.

Another process may delete a generation whose blobs are cached here: use this store only where that was checked.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping

from shared.names import never_changes
from shared.ports import Blob, BlobStore, ListedBlob

MAX_CACHED_BYTES = 64 * 1024 * 1024


class BlobCache:
    """The most recently used blobs by name, up to `max_bytes` of content, and the reads under way."""

    def __init__(self, max_bytes: int = MAX_CACHED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._blobs: OrderedDict[str, Blob] = OrderedDict()
        self._reads: dict[str, asyncio.Task[Blob | None]] = {}

    def get(self, name: str) -> Blob | None:
        """Return the blob if it is cached."""
        if name in self._blobs:
            self._blobs.move_to_end(name)
        return self._blobs.get(name)

    def put(self, name: str, blob: Blob) -> None:
        """Cache the blob and evict the least recently used ones; one larger than the cache is not cached."""
        self.remove(name)
        if len(blob.content) > self._max_bytes:
            return
        self._blobs[name] = blob
        self._bytes += len(blob.content)
        while self._bytes > self._max_bytes:
            self.remove(next(iter(self._blobs)))

    def remove(self, name: str) -> None:
        """Remove the blob from the cache; what a read under way returns is not cached either."""
        self._reads.pop(name, None)
        if (blob := self._blobs.pop(name, None)) is not None:
            self._bytes -= len(blob.content)

    def remove_all(self, prefix: str) -> None:
        """Remove all blobs whose names begin with the prefix."""
        for name in [name for name in (*self._blobs, *self._reads) if name.startswith(prefix)]:
            self.remove(name)

    async def read(self, name: str, store: BlobStore) -> Blob | None:
        """Return the blob from the cache or from the store; concurrent reads of one name share one request."""
        if (blob := self.get(name)) is not None:
            return blob
        if (shared := self._reads.get(name)) is not None:
            # That read may have begun before the blob was created.
            return await asyncio.shield(shared) or await store.read(name)
        task = self._reads[name] = asyncio.create_task(store.read(name))
        task.add_done_callback(lambda done: self._end_read(name, done))
        return await asyncio.shield(task)

    def _end_read(self, name: str, task: asyncio.Task[Blob | None]) -> None:
        blob = None if task.cancelled() or task.exception() else task.result()
        if self._reads.get(name) is task:
            del self._reads[name]
            if blob is not None:
                self.put(name, blob)


class CachedBlobs:
    """BlobStore that reads blobs that never change through a cache, and all others from the store behind it."""

    def __init__(self, store: BlobStore, cache: BlobCache) -> None:
        self._store = store
        self._cache = cache

    async def read(self, name: str) -> Blob | None:
        """See `BlobStore.read`."""
        return await (self._cache.read(name, self._store) if never_changes(name) else self._store.read(name))

    async def exists(self, name: str) -> bool:
        """See `BlobStore.exists`."""
        return await self._store.exists(name)

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        """See `BlobStore.create`."""
        etag = await self._store.create(name, content, media_type, notes)
        if etag is not None and never_changes(name):
            self._cache.put(name, Blob(content, media_type, etag))
        return etag

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        """See `BlobStore.replace`."""
        try:
            await self._store.replace(name, content, media_type)
        finally:
            self._cache.remove(name)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        """See `BlobStore.replace_unchanged`."""
        try:
            return await self._store.replace_unchanged(blob_etag, name, content, media_type)
        finally:
            self._cache.remove(name)

    async def notes(self, name: str) -> Mapping[str, str] | None:
        """See `BlobStore.notes`."""
        notes = await self._store.notes(name)
        if notes is None:
            self._cache.remove(name)
        return notes

    async def delete(self, name: str) -> None:
        """See `BlobStore.delete`."""
        try:
            await self._store.delete(name)
        finally:
            self._cache.remove(name)

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        """See `BlobStore.delete_unchanged`."""
        try:
            await self._store.delete_unchanged(blob_etag, name)
        finally:
            self._cache.remove(name)

    def names(self, prefix: str) -> AsyncIterator[str]:
        """See `BlobStore.names`."""
        return self._store.names(prefix)

    def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        """See `BlobStore.listed`."""
        return self._store.listed(prefix)
