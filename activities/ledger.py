"""The start and the end of a round: load and save the ledger, as the lifecycle record allows."""

from pydantic import JsonValue

from activities.telemetry import tell_end
from shared.deps import Deps
from shared.errors import Expired, NotFound, UnknownGeneration
from shared.models.ledger import CancelledEntry, Ledger
from shared.models.steps import LedgerRequest
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, is_behind, is_in_round, refuse_gone


async def save_ledger(deps: Deps, payload: object) -> JsonValue:
    """End the round with a closed ledger and store it; return its last entry as JSON.

    Return None if the generation is removed, or the round has already ended. A cancelled round ends with a cancelled
    entry, whatever the last entry of the given ledger is. A second run returns the same.
    """
    request = LedgerRequest.model_validate(payload)
    if request.ledger is None:
        raise NotFound(f"No ledger was given to save for generation {request.generation_id}.")
    ledger = request.ledger
    ended = await _end_round(deps, request.generation_id, ledger)
    if ended is None:
        return None
    if ended.cancelled:
        ledger = ledger.model_copy(update={"entries": (*ledger.entries[:-1], CancelledEntry())})
    stored = await deps.generations.save_ledger(request.generation_id, ledger)
    if stored is ledger:
        await tell_end(deps, request.generation_id, ledger)
    elif stored.entries != ledger.entries:
        # The round had already ended, and was started a second time.
        return None
    return ledger.entries[-1].model_dump(mode="json", by_alias=True, exclude_none=True)


async def _end_round(deps: Deps, generation_id: str, ledger: Ledger) -> Ended | None:
    """Record that the ledger's round has ended; return None if the generation is removed, or in another round."""
    round_ = ledger.round - 1

    def decide(record: Lifecycle | None) -> Lifecycle:
        refuse_gone(record)
        if record is not None and not is_behind(record, round_) and not is_in_round(record, round_):
            return record
        is_cancelled = isinstance(record, Cancelling) or isinstance(ledger.entries[-1], CancelledEntry)
        return Ended(round=round_, at=deps.utc_now(), cancelled=is_cancelled)

    try:
        record = await deps.lifecycles.change(generation_id, decide)
    except (UnknownGeneration, Expired):
        return None
    return record if isinstance(record, Ended) and record.round == round_ else None


async def load_ledger(deps: Deps, payload: object) -> JsonValue:
    """Return the stored ledger as JSON; None if the generation is removed, or not in this round.

    An engine that was asked twice to start a round may start it again after its end.

    Raises:
        NotFound: the generation exists, but not its ledger.
    """
    request = LedgerRequest.model_validate(payload)
    try:
        record = await deps.lifecycles.read(request.generation_id)
        refuse_gone(record)
        await deps.generations.request(request.generation_id)
    except (UnknownGeneration, Expired):
        return None
    if request.round is not None and not is_in_round(record, request.round):
        return None
    ledger = await deps.generations.ledger(request.generation_id)
    if ledger is None:
        raise NotFound(f"Generation {request.generation_id} has no saved ledger.")
    return ledger.model_dump(mode="json", by_alias=True, exclude_none=True)
