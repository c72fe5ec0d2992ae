"""Removing a generation. After a crash at any line, a sweep finishes the removal.

First the marker is written, by which the sweep finds it; then the record, which hides the generation from clients; then
its runs and blobs are removed. The marker stays until nothing of the generation can be written any more.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from shared.deps import Deps
from shared.names import deletion_blob, generation_prefix, step_prefix
from shared.ports import Engine, Run
from shared.storage.lifecycle import Deleted, Deleting, Lifecycle, Reason

# An orchestration takes a moment to end after it was terminated.
SETTLING_S = 5.0
_POLL_S = 0.05
#: A running activity may still write something. It can't run longer than host.json's functionTimeout.
IN_FLIGHT = timedelta(minutes=15)


async def begin_removal(
    deps: Deps, generation_id: str, reason: Reason, check: Callable[[Lifecycle | None], None]
) -> None:
    """Record that the generation is gone. `check` raises if its record says that it must not be removed."""
    check(await deps.lifecycles.read(generation_id))
    # Rewritten each time: a sweep that removes an old marker does not remove this one.
    await deps.blobs.replace(deletion_blob(generation_id), b"", "text/plain")

    def decide(record: Lifecycle | None) -> Lifecycle:
        check(record)
        return Deleting(reason=reason, at=deps.utc_now())

    await deps.lifecycles.change(generation_id, decide)


async def remove(deps: Deps, engine: Engine, generation_id: str, settling_s: float = SETTLING_S) -> bool:
    """Remove the runs and blobs of a generation that is gone; return whether nothing is left.

    Its own run ends first, because it starts the steps.
    """
    own = await engine.run(generation_id)
    is_purged = own is None or await _end(engine, own, settling_s)
    await deps.generations.delete(generation_id)
    deps.blob_cache.remove_all(generation_prefix(generation_id))
    while steps := await engine.runs(step_prefix(generation_id)):
        if not all(await asyncio.gather(*(_end(engine, step, settling_s) for step in steps))):
            return False
        # A step that the run started last may be listed only now.
    return is_purged


async def finish_removal(deps: Deps, engine: Engine, generation_id: str, reason: Reason) -> bool:
    """Remove the rest of a generation that is gone, and its marker; return False if something is left."""
    if not await remove(deps, engine, generation_id, settling_s=0):
        return False
    await deps.lifecycles.change(generation_id, lambda _: Deleted(reason=reason, at=deps.utc_now()))
    await deps.blobs.delete(deletion_blob(generation_id))
    return True


async def until_over(engine: Engine, instance_id: str, settling_s: float = SETTLING_S) -> Run | None:
    """Wait until the run is over and return it; return None if it takes longer than this."""
    try:
        async with asyncio.timeout(settling_s):
            while True:
                run = await engine.run(instance_id)
                if run is None or run.is_over:
                    return run
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return None


async def _end(engine: Engine, run: Run, settling_s: float) -> bool:
    """Terminate the run if it is not over, and purge it; return False if it takes too long to end."""
    if not run.is_over:
        await engine.terminate(run.instance_id, "deleted")
        if await until_over(engine, run.instance_id, settling_s) is None:
            return await engine.run(run.instance_id) is None
    await engine.purge(run.instance_id)
    return True
