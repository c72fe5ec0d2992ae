"""Purges the generations that ended long enough ago."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import batched

from maintenance.budget import Budget
from maintenance.purge import purge_if_due
from shared.deps import Deps
from shared.names import generation_of
from shared.ports import OVER, Engine, Run, RunQuery

PAGE = 200
# Each takes dozens of calls to storage and engine, which users' requests need too.
AT_ONCE = 4


async def purge_finished(deps: Deps, engine: Engine, budget: Budget, ended_before: datetime) -> int:
    """Purge the generations that ended before that time, within the budget; return how many.

    Each run reads the list from the start: purged generations are no longer in it.
    """
    query = RunQuery(states=OVER, created_before=ended_before, limit=PAGE)
    purged, token = 0, None
    while not budget.is_used_up:
        page = await engine.runs_page(query, token)
        due = _due(page.runs, ended_before)
        purged += await purge_each(budget, due, lambda each: purge_if_due(deps, engine, each, ended_before))
        token = page.next_token
        if token is None:
            break
    return purged


async def purge_each(budget: Budget, generation_ids: Sequence[str], purge: Callable[[str], Awaitable[bool]]) -> int:
    """Purge those of the generations that `purge` finds to be due, within the budget; return how many."""
    purged = 0
    for some in batched(generation_ids, AT_ONCE, strict=False):
        taken = budget.take(len(some))
        done = sum(await asyncio.gather(*(purge(each) for each in some[:taken])))
        budget.give_back(taken - done)
        purged += done
    return purged


def _due(runs: Sequence[Run], ended_before: datetime) -> list[str]:
    """Return the generations of the runs that ended before that time, each once, in the order of the list.

    Steps count too: their generation may have been deleted while they were still running.
    """
    generations = (generation_of(run.instance_id) for run in runs if run.updated_at < ended_before)
    return list(dict.fromkeys(each for each in generations if each is not None))
