"""Finishes removals that were interrupted by a crash."""

import logging
from datetime import datetime

from maintenance.budget import Budget
from shared.deps import Deps
from shared.names import DELETIONS, generation_of_deletion_blob
from shared.ports import Engine, ListedBlob
from shared.removal import IN_FLIGHT, finish_removal, remove
from shared.storage.lifecycle import Deleted, Deleting

_logger = logging.getLogger(__name__)


async def finish_deletions(deps: Deps, engine: Engine) -> None:
    """Finish the removal of each generation that has a deletion marker, within one run's budget.

    Raises:
        StorageUnavailable, EngineUnavailable: it was interrupted; the next run continues.
    """
    budget = Budget(deps.settings.retention_batch)
    old = deps.utc_now() - IN_FLIGHT
    finished = 0
    async for marker in deps.blobs.listed(DELETIONS):
        if budget.is_used_up:
            break
        if await _finish(deps, engine, marker, old):
            budget.take(1)
            finished += 1
    if finished:
        _logger.info("Deletions: %d finished", finished, extra={"action": "deletions_finished", "finished": finished})


async def _finish(deps: Deps, engine: Engine, marker: ListedBlob, old: datetime) -> bool:
    generation_id = generation_of_deletion_blob(marker.name)
    record = await deps.lifecycles.read(generation_id)
    match record:
        case Deleting() if record.at < old:
            return await finish_removal(deps, engine, generation_id, record.reason)
        case Deleting():
            # A running activity may still write something, which a later run removes.
            await remove(deps, engine, generation_id, settling_s=0)
            return False
        case Deleted():
            await deps.blobs.delete(marker.name)
            return True
        case _:
            # The removal was refused, or its process crashed before it changed anything else.
            if marker.written_at < old:
                await deps.blobs.delete_unchanged(marker.etag, marker.name)
            return False
