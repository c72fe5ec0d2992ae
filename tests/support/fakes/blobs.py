"""Stores in front of another one, for what can go wrong with a storage."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.errors import StorageUnavailable
from shared.ports import Blob, BlobStore, ListedBlob

type BlobCall = Literal["read", "create", "replace", "delete", "list"]


@dataclass(slots=True)
class ForwardingBlobs:
    """BlobStore that forwards each call to another one. A subclass decides what happens around the calls."""

    store: BlobStore

    async def around[Answer](self, _call: BlobCall, _name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        """Forward a call; `_name` is a blob's name, or a prefix."""
        return await forward()

    async def read(self, name: str) -> Blob | None:
        return await self.around("read", name, lambda: self.store.read(name))

    async def exists(self, name: str) -> bool:
        return await self.around("read", name, lambda: self.store.exists(name))

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        return await self.around("create", name, lambda: self.store.create(name, content, media_type, notes))

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        await self.around("replace", name, lambda: self.store.replace(name, content, media_type))

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        return await self.around(
            "replace", name, lambda: self.store.replace_unchanged(blob_etag, name, content, media_type)
        )

    async def notes(self, name: str) -> Mapping[str, str] | None:
        return await self.around("read", name, lambda: self.store.notes(name))

    async def delete(self, name: str) -> None:
        await self.around("delete", name, lambda: self.store.delete(name))

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        await self.around("delete", name, lambda: self.store.delete_unchanged(blob_etag, name))

    async def names(self, prefix: str) -> AsyncIterator[str]:
        async def names() -> list[str]:
            return [name async for name in self.store.names(prefix)]

        for name in await self.around("list", prefix, names):
            yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        async def listed() -> list[ListedBlob]:
            return [blob async for blob in self.store.listed(prefix)]

        for blob in await self.around("list", prefix, listed):
            yield blob


@dataclass(slots=True)
class SwitchedBlobs(ForwardingBlobs):
    """BlobStore that `down` makes unavailable."""

    down: bool = False

    async def around[Answer](self, _call: BlobCall, _name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        if self.down:
            raise StorageUnavailable("The storage does not answer.")
        return await forward()


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
