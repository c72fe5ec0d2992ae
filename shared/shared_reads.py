"""Reads of blobs that never change, shared by whoever wants the same one at the same time.

The twelve panels of a comic are drawn side by side and need the same analysis and the same sheets: each is read once,
and held in memory once. What was written here a moment ago is not read at all.
"""

from collections.abc import AsyncIterator, Mapping

from shared.names import never_changes
from shared.ports import Blob, BlobStore, ListedBlob
from shared.recent_blobs import RecentBlobs
from shared.single_flight import SingleFlight


class SharedReads:
    """BlobStore in front of another one. What it shares may be gone from storage by then: its generation is deleted."""

    def __init__(self, store: BlobStore, recent: RecentBlobs) -> None:
        self._store = store
        self._recent = recent
        self._reading = SingleFlight[str, Blob | None]()
        self._noting = SingleFlight[str, Mapping[str, str] | None]()

    async def read(self, name: str) -> Blob | None:
        """See `BlobStore.read`."""
        if not never_changes(name):
            return await self._store.read(name)
        if (blob := self._recent.get(name)) is not None:
            return blob
        joins = self._reading.is_under_way(name)
        blob = await self._reading.do(name, lambda: self._read(name))
        if blob is None and joins:
            # It may have come since those had begun to look for it.
            blob = await self._reading.do(name, lambda: self._read(name))
        return blob

    async def exists(self, name: str) -> bool:
        """See `BlobStore.exists`."""
        return await self._store.exists(name)

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        """See `BlobStore.create`."""
        etag = await self._store.create(name, content, media_type, notes)
        if etag is not None and never_changes(name):
            self._recent.hold(name, Blob(content, media_type, etag))
        return etag

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        """See `BlobStore.replace`."""
        self._recent.forget(name)
        await self._store.replace(name, content, media_type)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        """See `BlobStore.replace_unchanged`."""
        return await self._store.replace_unchanged(blob_etag, name, content, media_type)

    async def notes(self, name: str) -> Mapping[str, str] | None:
        """See `BlobStore.notes`. What others began to look at before this call is not taken: it may be out of date."""
        return await self._noting.do_afresh(name, lambda: self._notes(name))

    async def delete(self, name: str) -> None:
        """See `BlobStore.delete`."""
        self._recent.forget(name)
        await self._store.delete(name)

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        """See `BlobStore.delete_unchanged`."""
        self._recent.forget(name)
        await self._store.delete_unchanged(blob_etag, name)

    def names(self, prefix: str) -> AsyncIterator[str]:
        """See `BlobStore.names`."""
        return self._store.names(prefix)

    def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        """See `BlobStore.listed`."""
        return self._store.listed(prefix)

    async def _notes(self, name: str) -> Mapping[str, str] | None:
        notes = await self._store.notes(name)
        if notes is None:
            # Somebody else has deleted it: whoever cleans up after that must not take it for being there.
            self._recent.forget(name)
        return notes

    async def _read(self, name: str) -> Blob | None:
        blob = await self._store.read(name)
        if blob is not None:
            self._recent.hold(name, blob)
        return blob
