"""A blob store in memory, held to the same tests as the real one (`tests/contract/test_blob_store.py`)."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.ports import Blob, ListedBlob


@dataclass(frozen=True, slots=True)
class _Stored:
    blob: Blob
    notes: Mapping[str, str]
    written_at: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class MemoryBlobs:
    """BlobStore. `now` is the clock of the storage."""

    now: Callable[[], datetime] = _utc_now
    _stored: dict[str, _Stored] = field(default_factory=dict[str, _Stored])
    _writes: int = 0

    async def read(self, name: str) -> Blob | None:
        stored = self._stored.get(name)
        return stored and stored.blob

    async def exists(self, name: str) -> bool:
        return name in self._stored

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        return None if name in self._stored else self._write(name, content, media_type, notes)

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        self._write(name, content, media_type)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        return self._write(name, content, media_type) if self._is(blob_etag, name) else None

    async def notes(self, name: str) -> Mapping[str, str] | None:
        stored = self._stored.get(name)
        return stored and stored.notes

    async def delete(self, name: str) -> None:
        self._stored.pop(name, None)

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        if self._is(blob_etag, name):
            del self._stored[name]

    async def names(self, prefix: str) -> AsyncIterator[str]:
        for name in self._named(prefix):
            yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        for name in self._named(prefix):
            if (stored := self._stored.get(name)) is not None:
                yield ListedBlob(name, stored.written_at, stored.blob.etag, stored.notes)

    def _named(self, prefix: str) -> list[str]:
        return sorted(name for name in self._stored if name.startswith(prefix))

    def _is(self, etag: str, name: str) -> bool:
        stored = self._stored.get(name)
        return stored is not None and stored.blob.etag == etag

    def _write(self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None) -> str:
        self._writes += 1
        etag = f"{self._writes:x}"
        self._stored[name] = _Stored(Blob(content, media_type, etag), notes or {}, self.now())
        return etag
