"""The lifecycle record of each generation: its state, changed only by conditional writes.

Whoever changes a generation (a request, the end of its orchestration, the retention) changes this record first, and
calls the engine afterwards. Of two concurrent changes one wins, and the other is refused without any effect.
Activities read the record before they call the model and before they store anything.

The record of a removed generation is kept for a while: the generation is gone, even if some of its blobs still exist.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared import names
from shared.errors import Cancelled, Expired, UnknownGeneration
from shared.models.base import WireModel
from shared.models.steps import MakeMissing, StepRequest, Work
from shared.ports import Blob, BlobStore
from shared.storage.conditional import until_written, write_unchanged

type Reason = Literal["deleted", "expired"]


class _Record(WireModel):
    """`at` is when the record was written, in UTC; `token` identifies the write."""

    at: datetime
    token: str = ""


class Running(_Record):
    """Round `round` (0: the first) is running, or about to start: the engine is called after this was written.

    `wish` is the client's instructions for a redo. `given_up`: the call of the engine failed, or may have failed; the
    same request may be sent again.
    """

    state: Literal["running"] = "running"
    round: int = 0
    work: Work = MakeMissing()
    wish: str | None = None
    given_up: bool = False

    def cancelling(self, at: datetime) -> "Cancelling":
        """Return the record of this round after a cancel."""
        return Cancelling(round=self.round, work=self.work, at=at)


class Cancelling(_Record):
    """The round is to end: no further model call starts."""

    state: Literal["cancelling"] = "cancelling"
    round: int
    work: Work = MakeMissing()


class Ended(_Record):
    """The round has ended. `cancelled`: because it was cancelled."""

    state: Literal["ended"] = "ended"
    round: int
    cancelled: bool = False


class Deleting(_Record):
    """The generation is gone for clients; its blobs and runs are being removed."""

    state: Literal["deleting"] = "deleting"
    reason: Reason


class Deleted(_Record):
    """The generation is gone, and only this record is left."""

    state: Literal["deleted"] = "deleted"
    reason: Reason


type Lifecycle = Running | Cancelling | Ended | Deleting | Deleted
_LIFECYCLE: TypeAdapter[Lifecycle] = TypeAdapter(Annotated[Lifecycle, Field(discriminator="state")])


class _OldMark(WireModel):
    """What versions before these records wrote when a generation was purged, or continued."""

    expired: bool
    at: datetime


def is_gone(record: Lifecycle | None) -> bool:
    """Return whether the generation of this record is removed."""
    return isinstance(record, Deleting | Deleted)


def refuse_gone(record: Lifecycle | None) -> None:
    """Make sure that the generation of this record is not removed.

    Raises:
        UnknownGeneration: it was deleted.
        Expired: its retention has passed.
    """
    if isinstance(record, Deleting | Deleted):
        raise UnknownGeneration if record.reason == "deleted" else Expired


def is_in_round(record: Lifecycle | None, round_: int) -> bool:
    """Return whether the round is running, about to start, or about to end."""
    return isinstance(record, Running | Cancelling) and record.round == round_


def is_behind(record: Lifecycle | None, round_: int) -> bool:
    """Return whether the round was started by a version without records: before an upgrade, or after a rollback."""
    return record is None or (isinstance(record, Ended) and record.round < round_)


class Lifecycles:
    """The records in storage. Every method raises StorageUnavailable if the storage does not answer."""

    def __init__(self, blobs: BlobStore, now: Callable[[], datetime]) -> None:
        self._blobs = blobs
        self.now = now

    async def read(self, generation_id: str) -> Lifecycle | None:
        """Return the record; None for an unknown generation, or one from before there were records."""
        return await self._parsed(generation_id, await self._blobs.read(names.lifecycle_blob(generation_id)))

    async def change(self, generation_id: str, decide: Callable[[Lifecycle | None], Lifecycle]) -> Lifecycle:
        """Write the record that `decide` returns, unless it is the current one; return the stored record.

        `decide` may be called several times, each time with a newer record; what it raises is raised.
        """
        name = names.lifecycle_blob(generation_id)
        token = secrets.token_hex(8)

        async def attempt() -> Lifecycle | None:
            blob = await self._blobs.read(name)
            before = await self._parsed(generation_id, blob)
            if before is not None and before.token == token:
                # The previous write succeeded, and only its response was lost.
                return before
            wanted = decide(before)
            if wanted is before:
                return wanted
            wanted = wanted.model_copy(update={"token": token})
            content = _LIFECYCLE.dump_json(wanted, by_alias=True, exclude_none=True)
            return wanted if await write_unchanged(self._blobs, name, blob and blob.etag, content) else None

        return await until_written(attempt)

    async def refuse_gone(self, generation_id: str) -> None:
        """Make sure that the generation is not removed; raises as `refuse_gone`."""
        refuse_gone(await self.read(generation_id))

    async def wanted(self, step: StepRequest) -> Running | None:
        """Return the record of a step's generation, if the step may call the model; None if there is none of its round.

        Raises:
            Cancelled: the generation was cancelled, or the step belongs to a round that has ended.
            UnknownGeneration, Expired: the generation is removed.
        """
        record = await self.read(step.generation_id)
        refuse_gone(record)
        match record:
            case _ if is_behind(record, step.round):
                return None
            case Running() if record.round == step.round:
                return record
            case _:
                raise Cancelled(f"Generation {step.generation_id} was cancelled, or its round {step.round} has ended.")

    async def _parsed(self, generation_id: str, blob: Blob | None) -> Lifecycle | None:
        """Return the record in a blob or, without one, what the marker of an earlier version says."""
        if blob is not None:
            return _LIFECYCLE.validate_json(blob.content)
        old = await self._blobs.read(names.old_expiry_blob(generation_id))
        mark = old and _OldMark.model_validate_json(old.content)
        return Deleted(reason="expired", at=mark.at) if mark and mark.expired else None

    async def forget(self, generation_id: str) -> None:
        """Remove the record."""
        await self._blobs.delete(names.lifecycle_blob(generation_id))
