"""Telemetry of a generation's end."""

import logging

from shared.deps import Deps
from shared.errors import StorageUnavailable
from shared.models.ledger import CompleteEntry, Ledger
from shared.names import generation_prefix, image_folder, ledger_blob, request_blob
from shared.telemetry.metrics import DURATION, ENDED, FIRST_PANEL, Histogram

_logger = logging.getLogger(__name__)
# The fields of the log record: Application Insights computes percentiles from them, since its metrics have none.
_FIELDS = {DURATION: "duration_s", FIRST_PANEL: "first_panel_s"}


async def tell_end(deps: Deps, generation_id: str, ledger: Ledger) -> None:
    """Count a generation's end and how long it took; called after its closed ledger was stored.

    A ledger is stored once for each end, even if the engine repeats the activity. After a crash in between an end is
    not counted; none is counted twice.
    """
    telemetry = deps.telemetry
    if not telemetry.is_on:
        return
    outcome = _outcome(ledger)
    is_first = ledger.round == 1
    telemetry.count(ENDED, {"manga.outcome": outcome, "manga.round": "first" if is_first else "further"})
    is_timed = is_first and outcome != "cancelled" and ledger.stopped_after is None
    times = await _times(deps, generation_id) if is_timed else {}
    for histogram, seconds in times.items():
        telemetry.record(histogram, seconds, {"manga.outcome": outcome})
    _logger.info(
        "A generation has ended",
        extra={
            "action": "generation_ended",
            "generation_id": generation_id,
            "outcome": outcome,
            **{_FIELDS[histogram]: seconds for histogram, seconds in times.items()},
        },
    )


def _outcome(ledger: Ledger) -> str:
    last = ledger.entries[-1]
    lacks_images = ledger.missing("character") or ledger.missing("panel")
    # One that has stopped after its plan has done all that was asked for.
    is_partial = isinstance(last, CompleteEntry) and last.stopped_after is None and lacks_images
    return "partial" if is_partial else last.kind


async def _times(deps: Deps, generation_id: str) -> dict[Histogram, float]:
    """Return how long it took, by the times of its blobs (in whole seconds): no process saw all of it."""
    try:
        written = {blob.name: blob.written_at async for blob in deps.blobs.listed(generation_prefix(generation_id))}
    except StorageUnavailable as exc:
        extra = {"generation_id": generation_id}
        _logger.warning("A generation's times are unknown", extra=extra, exc_info=exc.__cause__)
        return {}
    begun_at = written.get(request_blob(generation_id))
    if begun_at is None:
        return {}
    panels = [at for name, at in written.items() if name.startswith(image_folder(generation_id, "panel"))]
    reached = {DURATION: written.get(ledger_blob(generation_id)), FIRST_PANEL: min(panels, default=None)}
    return {histogram: max(0.0, (at - begun_at).total_seconds()) for histogram, at in reached.items() if at is not None}
