"""Leases of steps: one copy of a step at a time calls the model, and renews its lease while it works.

The engine delivers an activity at least once. A copy that finds the lease taken waits for the result, or until the
lease expires: after a crash nobody renews it.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from shared import names
from shared.errors import StorageUnavailable
from shared.models.base import WireModel
from shared.models.step_ref import StepRef
from shared.ports import BlobStore
from shared.storage.conditional import JSON

_POLL_S = 1.0
# A renewal that fails can be repeated before the lease ends.
_RENEWALS = 3

_logger = logging.getLogger(__name__)


class Lease(WireModel):
    """Who holds a step, and until when (seconds since 1970)."""

    holder: str
    until: float


@dataclass(slots=True)
class _Held:
    """A lease that we want or hold. `etag` is that of our latest write (None: we do not hold it)."""

    name: str
    holder: str
    etag: str | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


class StepLeases:
    """The leases in storage. `now` returns the seconds since 1970; a lease expires `lease_s` after its renewal."""

    def __init__(self, blobs: BlobStore, now: Callable[[], float], lease_s: float) -> None:
        self._blobs = blobs
        self._now = now
        self._lease_s = lease_s

    @asynccontextmanager
    async def held[Result](
        self, step: StepRef, find: Callable[[], Awaitable[Result | None]]
    ) -> AsyncGenerator[Result | None]:
        """Hold the step's lease within the block, or yield the result that another copy has made meanwhile.

        Raises:
            StorageUnavailable: the lease can't be taken.
        """
        held = _Held(names.lease_blob(step), secrets.token_hex(8))
        while not await self._take(held):
            if (found := await find()) is not None:
                yield found
                return
            await asyncio.sleep(_POLL_S)
        renewing = asyncio.create_task(self._renew(held), name=f"lease-{held.name}")
        try:
            yield None
        finally:
            # Wait for a renewal that is under way: if cancelled, it might still change the lease.
            held.done.set()
            await renewing
            await self._release(held)

    async def _take(self, held: _Held) -> bool:
        """Take the lease; return False if another copy has it."""
        held.etag = await self._blobs.create(held.name, self._content(held), JSON)
        if held.etag is None and (blob := await self._blobs.read(held.name)) is not None:
            lease = Lease.model_validate_json(blob.content)
            if lease.holder == held.holder:
                # Our write succeeded, and only its response was lost.
                held.etag = blob.etag
            elif lease.until <= self._now():
                held.etag = await self._blobs.replace_unchanged(blob.etag, held.name, self._content(held), JSON)
        return held.etag is not None

    async def _renew(self, held: _Held) -> None:
        while held.etag is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease_s / _RENEWALS):
                    await held.done.wait()
                    return
            with suppress(StorageUnavailable):
                renewed = await self._blobs.replace_unchanged(held.etag, held.name, self._content(held), JSON)
                held.etag = renewed or await self._own_etag(held)
        _logger.warning("A step's lease was lost", extra={"action": "lease_lost", "lease": held.name})

    async def _own_etag(self, held: _Held) -> str | None:
        """Return the lease's tag if it is ours: the write succeeded, and only its response was lost."""
        blob = await self._blobs.read(held.name)
        return blob.etag if blob and Lease.model_validate_json(blob.content).holder == held.holder else None

    async def _release(self, held: _Held) -> None:
        """Release the lease; if that fails, it expires."""
        try:
            if held.etag is not None:
                await self._blobs.delete_unchanged(held.etag, held.name)
        except StorageUnavailable:
            _logger.warning("A step's lease was not released", extra={"action": "lease_kept", "lease": held.name})

    def _content(self, held: _Held) -> bytes:
        lease = Lease(holder=held.holder, until=self._now() + self._lease_s)
        return lease.model_dump_json(by_alias=True).encode()
