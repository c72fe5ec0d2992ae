"""The end of a generation, told of once."""

import logging
from datetime import datetime

from shared.deps import Deps
from shared.errors import StorageUnavailable
from shared.ledger import CompleteEntry, Ledger
from shared.names import generation_prefix, image_folder, ledger_blob, request_blob
from shared.telemetry.metrics import DURATION, ENDED, FIRST_PANEL

_logger = logging.getLogger(__name__)


async def tell_end(deps: Deps, generation_id: str, ledger: Ledger) -> None:
    """Count a generation's end, and how long it took; called by whoever has stored its closed ledger.

    A ledger is stored once for each end, however often the engine repeats that. A crash right behind it leaves an end
    uncounted, never one that is counted twice.
    """
    telemetry = deps.telemetry
    if not telemetry.is_on:
        return
    outcome = _outcome(ledger)
    is_first = ledger.round == 1
    telemetry.count(ENDED, {"manga.outcome": outcome, "manga.round": "first" if is_first else "further"})
    _logger.info(
        "A generation has ended",
        extra={"action": "generation_ended", "generation_id": generation_id, "outcome": outcome},
    )
    # Cancelling writes to the inputs, whose time is the start's otherwise.
    if is_first and outcome != "cancelled":
        await _tell_times(deps, generation_id, outcome)


def _outcome(ledger: Ledger) -> str:
    last = ledger.entries[-1]
    is_partial = isinstance(last, CompleteEntry) and (ledger.missing("character") or ledger.missing("panel"))
    return "partial" if is_partial else last.kind


async def _tell_times(deps: Deps, generation_id: str, outcome: str) -> None:
    """Record the times by what lies in storage, whose clock has whole seconds: no process saw all of it happen."""
    try:
        written = {blob.name: blob.written_at async for blob in deps.blobs.listed(generation_prefix(generation_id))}
    except StorageUnavailable:
        _logger.warning("A generation's times are not known", extra={"generation_id": generation_id})
        return
    begun_at = written.get(request_blob(generation_id))
    if begun_at is None:
        return
    attributes = {"manga.outcome": outcome}
    panels = [at for name, at in written.items() if name.startswith(image_folder(generation_id, "panel"))]
    ended_at = written.get(ledger_blob(generation_id))
    if ended_at is not None:
        deps.telemetry.record(DURATION, _seconds(begun_at, ended_at), attributes)
    if panels:
        deps.telemetry.record(FIRST_PANEL, _seconds(begun_at, min(panels)), attributes)


def _seconds(begun_at: datetime, ended_at: datetime) -> float:
    return max(0.0, (ended_at - begun_at).total_seconds())
