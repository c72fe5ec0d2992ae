"""Retention: what ended RETENTION_DAYS ago is removed, and whatever crashes have left."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from maintenance.budget import Budget
from maintenance.finished import purge_finished
from maintenance.storage import RATES_KEPT, STARTING, Ages, sweep_storage
from shared.deps import Deps
from shared.expiry import utc_now
from shared.ports import Engine

# So many times as long as a generation was kept, its id is told from one that never was; then it is forgotten.
MARKS_KEPT_TIMES = 10

_logger = logging.getLogger(__name__)


async def enforce_retention(deps: Deps, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
    """Remove what is due, within one run's budget.

    Raises:
        StorageUnavailable, EngineUnavailable: it was broken off; the next run goes on with it.
    """
    if not deps.settings.retention_days:
        return
    retention = timedelta(days=deps.settings.retention_days)
    budget = Budget(deps.settings.retention_batch)
    begun = now()
    purged = await purge_finished(deps, engine, budget, begun - retention)
    ages = Ages(
        left_before=begun - max(retention, STARTING),
        counted_before=begun - RATES_KEPT,
        marked_before=begun - retention * MARKS_KEPT_TIMES,
    )
    removed = await sweep_storage(deps, engine, budget, ages)
    _logger.info(
        "Retention: %d generations purged, %d leftovers removed",
        purged,
        removed,
        extra={"action": "retention", "purged": purged, "removed": removed, "unfinished": budget.is_used_up},
    )
