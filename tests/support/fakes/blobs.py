"""Stores in front of another one: each call may be stopped, and the answer to a conditional write may be lost."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from shared.errors import StorageUnavailable
from shared.ports import Blob, BlobStore, ListedBlob


@dataclass(slots=True)
class WrappedBlobs:
    """BlobStore in front of another one, for subclasses that change what happens around its calls."""

    store: BlobStore

    async def read(self, name: str) -> Blob | None:
        return await self._do(f"read {name}", lambda: self.store.read(name))

    async def exists(self, name: str) -> bool:
        return await self._do(f"exists {name}", lambda: self.store.exists(name))

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        create = self.store.create
        return self._answered(await self._do(f"create {name}", lambda: create(name, content, media_type, notes)))

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        await self._do(f"replace {name}", lambda: self.store.replace(name, content, media_type))

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        replace = self.store.replace_unchanged
        return self._answered(await self._do(f"replace {name}", lambda: replace(blob_etag, name, content, media_type)))

    async def notes(self, name: str) -> Mapping[str, str] | None:
        return await self._do(f"notes {name}", lambda: self.store.notes(name))

    async def delete(self, name: str) -> None:
        await self._do(f"delete {name}", lambda: self.store.delete(name))

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        await self._do(f"delete {name}", lambda: self.store.delete_unchanged(blob_etag, name))

    async def names(self, prefix: str) -> AsyncIterator[str]:
        await self._before(f"list {prefix}")
        async for name in self.store.names(prefix):
            yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        await self._before(f"list {prefix}")
        async for blob in self.store.listed(prefix):
            yield blob

    async def _do[Result](self, call: str, carry_out: Callable[[], Awaitable[Result]]) -> Result:
        await self._before(call)
        result = await carry_out()
        await self._after()
        return result

    async def _before(self, call: str) -> None:
        """Do nothing before a call."""

    async def _after(self) -> None:
        """Do nothing after a call."""

    def _answered(self, etag: str | None) -> str | None:
        """Return the answer to a conditional write; None says that it was refused."""
        return etag


@dataclass(slots=True)
class SwitchedBlobs(WrappedBlobs):
    """BlobStore that can be switched off: `down` makes it unavailable."""

    down: bool = False

    async def _before(self, call: str) -> None:
        if self.down:
            raise StorageUnavailable("The storage does not answer.")


@dataclass(slots=True)
class LostAnswers(WrappedBlobs):
    """BlobStore that carries out so many conditional writes and loses the answers.

    The storage client sends a request again whose answer is lost, and that one is refused: the blob has changed.
    """

    lost: int = 1

    def _answered(self, etag: str | None) -> str | None:
        if etag is None or not self.lost:
            return etag
        self.lost -= 1
        return None
