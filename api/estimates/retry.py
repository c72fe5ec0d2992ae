"""Estimates what a retry would take: its counts are exact once the generation has a plan."""

from api.estimates.estimate import Task, estimate
from api.generations.changes import check_retry, work_of_retry
from api.generations.ledgers import full_ledger
from api.generations.rounds import ended_run
from shared.deps import Deps
from shared.model.prompts.references import MAX_OF_CHARACTERS
from shared.models.http.estimate import GenerationEstimate
from shared.models.ledger import Ledger
from shared.models.prices import utc_day
from shared.models.stored.chapters import StoredChapter
from shared.ports import Engine


async def estimate_retry(deps: Deps, engine: Engine, generation_id: str) -> GenerationEstimate:
    """Return the estimate of a retry.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        StillRunning: it has not ended.
        NothingToDo: nothing is missing.
    """
    ledger = await full_ledger(deps.generations, await ended_run(deps, engine, generation_id))
    await check_retry(deps, generation_id, ledger)
    request, work = await deps.generations.request(generation_id), await work_of_retry(deps, generation_id, ledger)
    task = Task(
        request.story,
        request.style,
        len(request.character_references),
        len(request.setting_references),
        texts=(ledger.characters is None) + (ledger.panels is None),
        characters=None if ledger.characters is None else await _sheets(deps, generation_id, ledger, request.chapter),
        casts=None if ledger.panels is None else await _casts(deps, generation_id, ledger),
        image_size=deps.drawn_size(request.image_size),
    )
    return estimate([task], deps.settings, utc_day(deps.now()), stop_after=work.stop_after)


async def _sheets(deps: Deps, generation_id: str, ledger: Ledger, chapter: StoredChapter | None) -> int:
    """Return how many missing sheets are drawn: those of known characters are copied."""
    characters = (await deps.generations.need_analysis(generation_id, ledger.plan)).characters
    missing = [characters[index] for index in ledger.missing("character")]
    return sum(chapter is None or chapter.sheet_of(character) is None for character in missing)


async def _casts(deps: Deps, generation_id: str, ledger: Ledger) -> tuple[int, ...]:
    """Return for each missing panel how many sheets it is drawn with."""
    panels = (await deps.generations.need_breakdown(generation_id, ledger.plan)).panels
    return tuple(min(len(panels[index].characters), MAX_OF_CHARACTERS) for index in ledger.missing("panel"))
