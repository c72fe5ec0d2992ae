"""Setting a generation to work: its record is written first, then the engine is told.

A process that dies in between leaves a record whose round nobody works on. The next request that meets it tells the
engine, so telling it may happen twice; a round that has begun or ended already is not begun again (`load_ledger`).
"""

from contextlib import suppress
from datetime import datetime

from api.generations.ledgers import round_of
from shared.deps import Deps
from shared.errors import EngineUnavailable, MangaError, StillRunning
from shared.models.ledger import CancelledEntry, Ledger
from shared.models.steps import MangaInput, Work
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR
from shared.ports import Engine, Run
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running, is_behind, is_gone, is_in_round, refuse_gone
from shared.telemetry.metrics import STARTED


async def start_round(deps: Deps, engine: Engine, generation_id: str, record: Running | Cancelling) -> bool:
    """Tell the engine to work on the record's round; tell whether it did not do so already.

    Raises:
        UnknownGeneration, Expired: somebody has removed the generation meanwhile.
    """
    request = MangaInput(
        parallel_steps=deps.settings.max_parallel_steps,
        resumed=record.round > 0,
        round=record.round,
        work=record.work,
        trace_parent=deps.telemetry.trace_parent,
    )
    start_input = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    is_new = await engine.start(MANGA_ORCHESTRATOR, generation_id, start_input)
    if is_new:
        deps.telemetry.count(STARTED, {"manga.work": record.work.task if record.round else "new"})
    await _catch_up(deps, engine, generation_id)
    return is_new


async def _catch_up(deps: Deps, engine: Engine, generation_id: str) -> None:
    """Do what others could not do to a run that the engine did not know yet: cancel it, or end it."""
    record = await deps.lifecycles.read(generation_id)
    if isinstance(record, Cancelling):
        await engine.raise_event(generation_id, CANCEL_EVENT)
    if is_gone(record):
        await engine.terminate(generation_id, "deleted")
    refuse_gone(record)


async def begin_round(
    deps: Deps, engine: Engine, generation_id: str, ended_round: int, work: Work, wish: str | None
) -> None:
    """Begin the round after `ended_round`.

    Raises:
        StillRunning: somebody else was faster.
        UnknownGeneration, Expired: the generation is removed.
    """
    is_ours = False

    def decide(record: Lifecycle | None) -> Lifecycle:
        nonlocal is_ours
        refuse_gone(record)
        is_ours = isinstance(record, Ended) and record.round == ended_round
        if record is None or is_ours:
            return Running(round=ended_round + 1, work=work, wish=wish, at=deps.utc_now())
        return record

    record = await deps.lifecycles.change(generation_id, decide)
    if isinstance(record, Running | Cancelling) and record.round > ended_round:
        # If it is another request's, that may have been broken off before it told the engine.
        is_new = await _tell_engine(deps, engine, generation_id, record)
        is_ours = is_ours or (is_new and _is_given_up(record, work, wish))
    if not is_ours:
        raise StillRunning("Somebody else has just set this generation to work. Wait for its end and try again.")


async def _tell_engine(deps: Deps, engine: Engine, generation_id: str, record: Running | Cancelling) -> bool:
    """Start the record's round; if the engine does not answer, the record says that others may do it."""
    try:
        return await start_round(deps, engine, generation_id, record)
    except EngineUnavailable:
        with suppress(MangaError):
            await deps.lifecycles.change(generation_id, lambda now: _given_up(now, record))
        raise


def _given_up(record: Lifecycle | None, told: Running | Cancelling) -> Lifecycle:
    refuse_gone(record)
    match record:
        case Running() if record.token == told.token:
            return record.model_copy(update={"given_up": True})
        case _:
            return record or told


def _is_given_up(record: Running | Cancelling, work: Work, wish: str | None) -> bool:
    """Tell whether the record is of the same request, which the engine could not be told of."""
    return isinstance(record, Running) and record.given_up and (record.work, record.wish) == (work, wish)


def settled(record: Lifecycle | None, run: Run, ledger: Ledger, now: datetime) -> Lifecycle:
    """Return the record as it has to be by what the engine says; the same one if it is right.

    A run that was ended from outside, or that broke, has not written its end. An app of before there were records has
    written none; after a rollback to it, a record is of an earlier round than the run.
    """
    refuse_gone(record)
    round_ = round_of(ledger)
    if run.is_over and (is_behind(record, round_) or is_in_round(record, round_)):
        return Ended(round=round_, cancelled=isinstance(ledger.entries[-1], CancelledEntry), at=now)
    return Running(round=round_, at=now) if record is None or is_behind(record, round_) else record
