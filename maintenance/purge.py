"""Removes generations that are due, and what is left of those whose start was interrupted."""

from collections.abc import Callable
from datetime import datetime

from shared.deps import Deps
from shared.ports import Engine
from shared.removal import begin_removal, finish_removal
from shared.storage.lifecycle import Ended, Lifecycle, Reason, is_gone


class _NotDue(Exception):
    """The generation was changed recently, or is already removed."""


async def purge_if_due(deps: Deps, engine: Engine, generation_id: str, ended_before: datetime) -> bool:
    """Remove the generation if it ended before that time; return whether it was removed.

    One that is running, or about to be continued, is left alone.
    """
    seen = await deps.lifecycles.read(generation_id)
    run = await engine.run(generation_id)
    if run is None:
        # Only a step of it was in the list.
        return await purge_remains(deps, engine, generation_id, ended_before)
    if not run.is_over or run.updated_at >= ended_before:
        return False

    def check(record: Lifecycle | None) -> None:
        is_same = (record and record.token) == (seen and seen.token)
        if not is_same or not (isinstance(record, Ended) or _is_old(record, ended_before)):
            raise _NotDue

    return await _purge(deps, engine, generation_id, "expired", check)


async def purge_remains(deps: Deps, engine: Engine, generation_id: str, left_before: datetime) -> bool:
    """Remove a generation that has no run: its start was interrupted, or its history was purged by hand."""
    if await engine.run(generation_id) is not None:
        return False

    def check(record: Lifecycle | None) -> None:
        if not _is_old(record, left_before):
            raise _NotDue

    return await _purge(deps, engine, generation_id, "deleted", check)


async def _purge(
    deps: Deps, engine: Engine, generation_id: str, reason: Reason, check: Callable[[Lifecycle | None], None]
) -> bool:
    try:
        await begin_removal(deps, generation_id, reason, check)
    except _NotDue:
        return False
    # After that time no activity of it is running, so one pass is enough.
    return await finish_removal(deps, engine, generation_id, reason)


def _is_old(record: Lifecycle | None, before: datetime) -> bool:
    return record is None or (record.at < before and not is_gone(record))
