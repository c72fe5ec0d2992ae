"""Telling the engine to run a round, after the lifecycle record was written."""

from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.models.http.requests import StoredRequest
from shared.models.steps import MangaInput
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR
from shared.ports import Engine
from shared.storage.lifecycle import Cancelling, Running, is_gone, refuse_gone
from shared.telemetry.metrics import STARTED


async def start_round(deps: Deps, engine: Engine, generation_id: str, record: Running | Cancelling) -> bool:
    """Let the engine run the record's round; return False if it was running already.

    Raises:
        UnknownGeneration, Expired: the generation was removed meanwhile.
    """
    inputs = await _inputs(deps, generation_id)
    settings = deps.settings
    request = MangaInput(
        parallel_steps=settings.parallel_steps(inputs.image_size) if inputs else settings.max_parallel_steps,
        resumed=record.round > 0,
        round=record.round,
        work=record.work,
        trace_parent=deps.telemetry.trace_parent,
        is_followed=inputs is not None and inputs.chapter is not None and inputs.chapter.is_followed,
    )
    start_input = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    is_new = await engine.start(MANGA_ORCHESTRATOR, generation_id, start_input)
    if is_new:
        deps.telemetry.count(STARTED, {"manga.work": record.work.task if record.round else "new"})
    # A cancel or a delete that came before the engine knew the run had no effect on it.
    latest = await deps.lifecycles.read(generation_id)
    if isinstance(latest, Cancelling):
        await engine.raise_event(generation_id, CANCEL_EVENT)
    if is_gone(latest):
        await engine.terminate(generation_id, "deleted")
    refuse_gone(latest)
    return is_new


async def _inputs(deps: Deps, generation_id: str) -> StoredRequest | None:
    """Return the inputs; None if the generation was removed meanwhile, so that its round will be terminated."""
    try:
        return await deps.cached_generations.request(generation_id)
    except UnknownGeneration:
        return None
