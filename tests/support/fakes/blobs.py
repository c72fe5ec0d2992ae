"""A store that can be switched off."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from shared.errors import StorageUnavailable
from shared.ports import Blob, BlobStore, ListedBlob


@dataclass(slots=True)
class SwitchedBlobs:
    """BlobStore in front of another one. `down` makes it unavailable."""

    store: BlobStore
    down: bool = False

    async def read(self, name: str) -> Blob | None:
        return await self._up().read(name)

    async def exists(self, name: str) -> bool:
        return await self._up().exists(name)

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        return await self._up().create(name, content, media_type, notes)

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        await self._up().replace(name, content, media_type)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        return await self._up().replace_unchanged(blob_etag, name, content, media_type)

    async def notes(self, name: str) -> Mapping[str, str] | None:
        return await self._up().notes(name)

    async def delete(self, name: str) -> None:
        await self._up().delete(name)

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        await self._up().delete_unchanged(blob_etag, name)

    async def names(self, prefix: str) -> AsyncIterator[str]:
        async for name in self._up().names(prefix):
            yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        async for blob in self._up().listed(prefix):
            yield blob

    def _up(self) -> BlobStore:
        if self.down:
            raise StorageUnavailable("The storage does not answer.")
        return self.store


@dataclass(slots=True)
class LostAnswers(SwitchedBlobs):
    """BlobStore that carries out this many conditional writes without saying so.

    The storage client sends a request again whose answer is lost, and that one is refused: the blob has changed.
    """

    lost: int = 1

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        return self._lose(await self.store.create(name, content, media_type, notes))

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        return self._lose(await self.store.replace_unchanged(blob_etag, name, content, media_type))

    def _lose(self, etag: str | None) -> str | None:
        if etag is None or not self.lost:
            return etag
        self.lost -= 1
        return None
