"""Setting a generation to work: its record is written first, then the engine is told.

A process that dies in between leaves a record whose round nobody works on. The next request that meets it tells the
engine, so telling it may happen twice; a round that has begun or ended already is not begun again (`load_ledger`).
"""

from datetime import datetime

from api.ledgers import round_of
from shared.deps import Deps
from shared.ledger import CancelledEntry, Ledger
from shared.lifecycle import Cancelling, Ended, Lifecycle, Running, refuse_gone
from shared.models.steps import MangaInput
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR
from shared.ports import Engine, Run
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
    try:
        refuse_gone(record)
    except Exception:
        await engine.terminate(generation_id, "deleted")
        raise


def settled(record: Lifecycle | None, run: Run, ledger: Ledger, now: datetime) -> Lifecycle:
    """Return the record as it has to be by what the engine says; the same one if it is right.

    A run that was ended from outside, or that broke, has not written its end. An app of before there were records has
    written none; after a rollback to it, a record is of an earlier round than the run.
    """
    refuse_gone(record)
    round_ = round_of(ledger)
    is_unknown = record is None or (isinstance(record, Ended) and record.round < round_)
    if run.is_over and (is_unknown or (isinstance(record, Running | Cancelling) and record.round == round_)):
        return Ended(round=round_, cancelled=isinstance(ledger.entries[-1], CancelledEntry), at=now)
    return Running(round=round_, at=now) if record is None or is_unknown else record
