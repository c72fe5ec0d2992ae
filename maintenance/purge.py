"""Removing one generation, so that whoever is killed at any line leaves what the next run finds and finishes.

The mark comes first: from then on the generation counts as gone. Then its blobs go, then the histories of its steps,
and the history of its own last, since it is by that that the next run finds it.
"""

import asyncio
from datetime import datetime

from shared.deps import Deps
from shared.names import generation_prefix, step_prefix
from shared.ports import Engine


async def purge_if_due(deps: Deps, engine: Engine, generation_id: str, ended_before: datetime) -> bool:
    """Remove the generation if it ended before that time, or what is left of one that is no more.

    Tell whether there was anything to remove. One that runs, or that somebody is about to go on with, is left alone.
    """
    run = await engine.run(generation_id)
    if run is None:
        return await _purge_remains(deps, engine, generation_id, ended_before)
    if not run.is_over or run.updated_at >= ended_before:
        return False
    if not await deps.expiry.expire(generation_id, ended_before):
        return False
    await _remove(deps, engine, generation_id)
    await engine.purge(generation_id)
    return True


async def _purge_remains(deps: Deps, engine: Engine, generation_id: str, left_before: datetime) -> bool:
    """Remove what belongs to no generation: it was deleted, or was never started. Its id stays as unknown as it is."""
    was_expired = await deps.expiry.is_expired(generation_id)
    if not await deps.expiry.expire(generation_id, left_before):
        return False
    await _remove(deps, engine, generation_id)
    if not was_expired:
        await deps.expiry.forget(generation_id)
    return True


async def _remove(deps: Deps, engine: Engine, generation_id: str) -> None:
    await deps.generations.delete(generation_id)
    deps.blob_cache.remove_all(generation_prefix(generation_id))
    steps = await engine.runs(step_prefix(generation_id))
    # One that still runs, long after its generation has ended, hangs; it is purged once it is over.
    await asyncio.gather(*(engine.terminate(step.instance_id, "expired") for step in steps if not step.is_over))
    await asyncio.gather(*(engine.purge(step.instance_id) for step in steps if step.is_over))
