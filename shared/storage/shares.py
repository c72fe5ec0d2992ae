"""Shared comics: who has the link of a comic may read it, without a key.

A generation's share is one blob with it, and only what that blob says is true. The token of the link leads there by a
pointer: a blob outside of the generation, named by a digest of the token, so that a list of blobs reveals no link. The
pointer is written before the share, so that a link which a client was told leads somewhere. It is removed after the
share: a pointer to a share with another token, or to none, opens nothing. A sweep removes what a crash has left.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from shared import names
from shared.models.base import WireModel
from shared.ports import BlobStore
from shared.storage.conditional import JSON, until_written, write_unchanged

_TOKEN_BYTES = 16
_ID_LENGTH = 32


class Share(WireModel):
    """The share of a generation: its token, and when it expires. `days` is what the client asked for, if anything."""

    token: str
    days: int | None = None
    expires: datetime


class _Pointer(WireModel):
    generation_id: str


class Shares:
    """The shares in storage. Every method raises StorageUnavailable if the storage does not answer."""

    def __init__(self, blobs: BlobStore, now: Callable[[], datetime]) -> None:
        self._blobs = blobs
        self._now = now

    async def read(self, generation_id: str) -> Share | None:
        """Return the share of the generation, or None if it is not shared or its share has expired."""
        share, _ = await self._stored(generation_id)
        return self._unexpired(share)

    async def make(self, generation_id: str, days: int | None, expires: datetime) -> Share:
        """Share the generation, and return its share.

        One that is shared keeps its token. It keeps its expiry too, unless `days` differ from those of the share.
        """
        pointed = set[str]()

        async def attempt() -> Share | None:
            stored, etag = await self._stored(generation_id)
            current = self._unexpired(stored)
            if stored is not None:
                pointed.add(stored.token)
            if current is not None and days in {None, current.days}:
                return current
            # New in each attempt: the share of an earlier one may have been revoked, and its pointer is about to go.
            token = current.token if current else secrets.token_hex(_TOKEN_BYTES)
            if current is None:
                await self._point(token, generation_id)
                pointed.add(token)
            wanted = Share(token=token, days=days, expires=expires)
            name, content = names.share_blob(generation_id), wanted.model_dump_json(by_alias=True).encode()
            return wanted if await write_unchanged(self._blobs, name, etag, content) else None

        made = await until_written(attempt)
        await self._forget(pointed - {made.token})
        return made

    async def revoke(self, generation_id: str) -> None:
        """End the share of the generation, if there is one. Its link is dead once the share is removed."""

        async def attempt() -> bool | None:
            share, etag = await self._stored(generation_id)
            if share is None or etag is None:
                return True
            await self._blobs.delete_unchanged(etag, names.share_blob(generation_id))
            if await self._blobs.exists(names.share_blob(generation_id)):
                return None
            await self._forget({share.token})
            return True

        await until_written(attempt)

    async def find(self, token: str) -> str | None:
        """Return the generation that the token opens. An unknown token takes the same requests as a revoked one."""
        pointer = await self._blobs.read(_pointer_blob(token))
        # Without a pointer, the id of no generation is looked up.
        generation_id = _generation_of(pointer.content) if pointer else _digest(token)[:_ID_LENGTH]
        share = await self.read(generation_id)
        is_known = share is not None and secrets.compare_digest(_digest(share.token), _digest(token))
        return generation_id if is_known else None

    async def is_left(self, pointer: str) -> bool:
        """Return whether the pointer of this name leads to no share that knows it."""
        blob = await self._blobs.read(pointer)
        share = await self.read(_generation_of(blob.content)) if blob else None
        return share is None or _pointer_blob(share.token) != pointer

    async def _stored(self, generation_id: str) -> tuple[Share | None, str | None]:
        blob = await self._blobs.read(names.share_blob(generation_id))
        return (Share.model_validate_json(blob.content), blob.etag) if blob else (None, None)

    def _unexpired(self, share: Share | None) -> Share | None:
        return share if share is not None and share.expires > self._now() else None

    async def _point(self, token: str, generation_id: str) -> None:
        content = _Pointer(generation_id=generation_id).model_dump_json(by_alias=True).encode()
        await self._blobs.replace(_pointer_blob(token), content, JSON)

    async def _forget(self, tokens: set[str]) -> None:
        for token in tokens:
            await self._blobs.delete(_pointer_blob(token))


async def remove_pointer(blobs: BlobStore, generation_id: str) -> None:
    """Remove the pointer to the generation's share, before the share itself is removed with the generation."""
    blob = await blobs.read(names.share_blob(generation_id))
    if blob is not None:
        await blobs.delete(_pointer_blob(Share.model_validate_json(blob.content).token))


def _generation_of(pointer: bytes) -> str:
    return _Pointer.model_validate_json(pointer).generation_id


def _pointer_blob(token: str) -> str:
    return names.share_pointer_blob(_digest(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
