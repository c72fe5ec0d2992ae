"""Keeping a generation's ledger between its rounds."""

from pydantic import JsonValue

from shared.deps import Deps
from shared.errors import NotFound
from shared.models.steps import LedgerRequest
from shared.telemetry.ends import tell_end


async def save_ledger(deps: Deps, payload: object) -> bool:
    """Store the ledger unless the stored one is as long: entries are only ever added. Tell whether it was stored."""
    request = LedgerRequest.model_validate(payload)
    if request.ledger is None:
        raise NotFound(f"No ledger was given to save for generation {request.generation_id}.")
    is_stored = await deps.generations.save_ledger(request.generation_id, request.ledger)
    if is_stored and request.ledger.is_closed:
        await tell_end(deps, request.generation_id, request.ledger)
    return is_stored


async def load_ledger(deps: Deps, payload: object) -> JsonValue:
    """Return the stored ledger as JSON.

    Raises:
        NotFound: there is none.
    """
    generation_id = LedgerRequest.model_validate(payload).generation_id
    ledger = await deps.generations.ledger(generation_id)
    if ledger is None:
        raise NotFound(f"Generation {generation_id} has no saved ledger: it was deleted.")
    return ledger.model_dump(mode="json", by_alias=True, exclude_none=True)
