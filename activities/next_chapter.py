"""The end of a chapter that another one follows: the next one begins.

The engine may run this several times, and a crash may interrupt it after any write. Each write leaves what the next run
continues from, and the chapter stops waiting only when the engine knows the next one.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from shared.chapters.taking_over import take_over
from shared.deps import Deps
from shared.errors import Expired, NotFound, UnknownGeneration
from shared.models.http.requests import StoredRequest
from shared.models.steps import MakeMissing, NextChapterRequest
from shared.models.stored.chapters import StoredChapter, WaitingChapter
from shared.models.story import StopAfter
from shared.names import waiting_blob
from shared.ports import Engine
from shared.rounds import start_round
from shared.running import RunningGenerations
from shared.storage.books import Books
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Lifecycle, Running, refuse_gone

_GONE = (UnknownGeneration, Expired)
_logger = logging.getLogger(__name__)


async def begin_next_chapter(deps: Deps, engine: Engine, payload: object) -> None:
    """Begin the chapter that waits after a generation, if one does. A second run changes nothing.

    If the generation was removed meanwhile, nothing begins.

    Raises:
        StorageUnavailable, EngineUnavailable: another run may succeed.
    """
    generation_id = NextChapterRequest.model_validate(payload).generation_id
    waiting = await deps.generations.waiting(generation_id)
    if not waiting:
        return
    following, later = waiting[0], waiting[1:]
    try:
        if await engine.run(following.id) is None:
            await _begin(deps, engine, generation_id, following, later)
    except _GONE:
        _logger.info(
            "A chapter does not begin, since it or the one before was removed",
            extra={"action": "chapter_not_begun", "generation_id": generation_id},
        )
    await deps.blobs.delete(waiting_blob(generation_id))


async def _begin(
    deps: Deps, engine: Engine, generation_id: str, following: WaitingChapter, later: Sequence[WaitingChapter]
) -> None:
    await deps.lifecycles.refuse_gone(generation_id)
    request = await deps.generations.request(generation_id)
    chapter = await _chapter(deps, generation_id, request, later)
    inputs = Inputs(
        story=following.story,
        style=request.style,
        no_dialogue=request.no_dialogue,
        stop_after=request.stop_after,
        style_text=request.style_text,
        aspect=request.aspect,
        image_size=request.image_size,
        lettering=request.lettering,
        language=request.language,
        character_references=await deps.generations.uploads(generation_id, "character", request.character_references),
        setting_references=await deps.generations.uploads(generation_id, "setting", request.setting_references),
        chapter=chapter,
    )
    record = await _first_round(deps, generation_id, following.id, chapter.place, request.stop_after)
    if isinstance(record, Running) and not record.round:
        await deps.generations.save_inputs(following.id, inputs)
        limit = deps.settings.max_running_generations
        await RunningGenerations(deps.values, deps.now).pass_on(generation_id, following.id, limit)
        await start_round(deps, engine, following.id, record)


async def _chapter(
    deps: Deps, generation_id: str, request: StoredRequest, later: Sequence[WaitingChapter]
) -> ChapterInputs:
    """Return what the next chapter takes over, and what follows it."""
    ledger = await deps.generations.ledger(generation_id)
    if ledger is None:
        raise NotFound(f"Generation {generation_id} has no saved ledger.")
    chapter = await take_over(deps, generation_id, ledger)
    first_of_text = request.chapter.first_of_text if request.chapter else None
    place = chapter.place.model_copy(update={"first_of_text": first_of_text, "is_followed": bool(later)})
    return replace(chapter, place=place, waiting=later)


async def _first_round(
    deps: Deps, generation_id: str, following: str, place: StoredChapter, stop_after: StopAfter | None
) -> Lifecycle:
    """Record that the next chapter runs, unless the generation or that chapter is removed."""
    # Listed first: a removal of this generation that does not see the next one in the book is seen below.
    await Books(deps.blobs).add(following, place)
    try:
        await deps.lifecycles.refuse_gone(generation_id)
    except _GONE:
        if await deps.lifecycles.read(following) is None:
            await Books(deps.blobs).remove(place.book, following)
        raise

    def decide(record: Lifecycle | None) -> Lifecycle:
        refuse_gone(record)
        return record or Running(work=MakeMissing(stop_after=stop_after), at=deps.utc_now())

    return await deps.lifecycles.change(following, decide)
