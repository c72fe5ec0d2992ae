"""Retention: removes what ended RETENTION_DAYS ago, and whatever crashes have left behind."""

import logging
from datetime import timedelta

from maintenance.budget import Budget
from maintenance.finished import purge_finished
from maintenance.storage import RATES_KEPT, STARTING, Ages, sweep_storage
from shared.deps import Deps
from shared.ports import Engine

# The record of a removed generation is kept this many times as long as the generation was.
MARKS_KEPT_TIMES = 10
MIN_RETENTION = timedelta(days=1)

_logger = logging.getLogger(__name__)


async def enforce_retention(deps: Deps, engine: Engine) -> None:
    """Remove what is due, within one run's budget. Without a retention (0 days) that is only what crashes have left.

    Raises:
        StorageUnavailable, EngineUnavailable: it was interrupted; the next run continues.
    """
    retention = timedelta(days=deps.settings.retention_days)
    budget = Budget(deps.settings.retention_batch)
    begun = deps.utc_now()
    purged = await purge_finished(deps, engine, budget, begun - retention) if retention else 0
    ages = Ages(
        left_before=begun - max(retention, STARTING),
        counted_before=begun - RATES_KEPT,
        marked_before=begun - max(retention, MIN_RETENTION) * MARKS_KEPT_TIMES,
    )
    removed = await sweep_storage(deps, engine, budget, ages)
    _logger.info(
        "Retention: %d generations purged, %d leftovers removed",
        purged,
        removed,
        extra={"action": "retention", "purged": purged, "removed": removed, "unfinished": budget.is_used_up},
    )
