"""Cancelling a start by its idempotency key, before or after the start has arrived."""

from api.generations.changes import cancel
from api.generations.start import key_claim_blob
from shared.deps import Deps
from shared.errors import NotCancellable
from shared.models.base import WireModel
from shared.models.stored.claim import Claim
from shared.names import CANCEL_EVENT, new_generation_id
from shared.ports import Engine
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running, refuse_gone


class CancelledStart(WireModel):
    """The id of the cancelled generation; None if its start has not arrived yet."""

    id: str | None


async def cancel_start(deps: Deps, engine: Engine, idempotency_key: str) -> str | None:
    """Cancel the generation that was started with this key, and return its id.

    Return None if no start with this key has arrived; one that arrives later is refused.

    Raises:
        NotFound: the generation was deleted.
        NotCancellable: it has ended already, without a cancel.
    """
    claim = await _claim(deps, key_claim_blob(idempotency_key))
    if claim.cancelled:
        return None
    generation_id = claim.generation_id
    if await engine.run(generation_id) is not None:
        await cancel(deps, engine, generation_id)
        return generation_id
    # Its start is in progress, or has died.
    record = await deps.lifecycles.change(generation_id, lambda record: _cancelling(deps, record))
    if isinstance(record, Ended) and not record.cancelled:
        raise NotCancellable
    await engine.raise_event(generation_id, CANCEL_EVENT)
    return generation_id


async def _claim(deps: Deps, name: str) -> Claim:
    """Return the claim of the key; an unclaimed key is claimed as cancelled."""
    cancelled = Claim(generation_id=new_generation_id(), body_digest="", cancelled=True)
    while True:
        blob = await deps.blobs.read(name)
        if blob is not None:
            return Claim.model_validate_json(blob.content)
        if await deps.blobs.create(name, cancelled.model_dump_json(by_alias=True).encode(), "application/json"):
            return cancelled


def _cancelling(deps: Deps, record: Lifecycle | None) -> Lifecycle:
    refuse_gone(record)
    if record is None:
        return Cancelling(round=0, at=deps.utc_now())
    return record.cancelling(deps.utc_now()) if isinstance(record, Running) else record
