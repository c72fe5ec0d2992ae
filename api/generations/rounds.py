"""Beginning a further round: the lifecycle record is written first, then the engine is told.

A process that dies in between leaves a record whose round nobody works on. The next request tells the engine, so it may
be told twice; a round that has begun or ended already is not started again (`load_ledger`).
"""

import asyncio
from contextlib import suppress
from datetime import datetime

from api.generations.ledgers import find_run, full_ledger, round_of
from shared.deps import Deps
from shared.errors import EngineUnavailable, MangaError, StillRunning
from shared.models.ledger import CancelledEntry, Ledger
from shared.models.steps import ReplacePlan, Work
from shared.ports import Engine, Run
from shared.removal import until_over
from shared.rounds import start_round
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running, is_behind, is_in_round, refuse_gone

# A round that replaces the plan takes less than a second; an app that has to be started first takes longer.
_ROUND_TIMEOUT_S = 30.0
_POLL_S = 0.05


async def begin_round(
    deps: Deps, engine: Engine, generation_id: str, ended_round: int, work: Work, instructions: str | None
) -> None:
    """Begin the round after `ended_round`.

    Raises:
        StillRunning: another request was faster.
        UnknownGeneration, Expired: the generation was removed.
    """
    is_ours = False

    def decide(record: Lifecycle | None) -> Lifecycle:
        nonlocal is_ours
        refuse_gone(record)
        is_ours = isinstance(record, Ended) and record.round == ended_round
        if record is None or is_ours:
            return Running(round=ended_round + 1, work=work, wish=instructions, at=deps.utc_now())
        return record

    record = await deps.lifecycles.change(generation_id, decide)
    if isinstance(record, Running | Cancelling) and record.round > ended_round:
        # If the record is another request's, that one may have died before it told the engine.
        is_new = await _start_or_give_up(deps, engine, generation_id, record)
        is_ours = is_ours or (is_new and _is_retry_of(record, work, instructions))
    if not is_ours:
        raise StillRunning("Another request has just started work on this generation. Wait for its end and try again.")


async def _start_or_give_up(deps: Deps, engine: Engine, generation_id: str, record: Running | Cancelling) -> bool:
    """Start the record's round; if the engine does not answer, note it, so that a retry of the request may start it."""

    def give_up(latest: Lifecycle | None) -> Lifecycle:
        refuse_gone(latest)
        if isinstance(latest, Running) and latest.token == record.token:
            return latest.model_copy(update={"given_up": True})
        return latest or record

    try:
        return await start_round(deps, engine, generation_id, record)
    except EngineUnavailable:
        with suppress(MangaError):
            await deps.lifecycles.change(generation_id, give_up)
        raise


async def ended_run(deps: Deps, engine: Engine, generation_id: str) -> Run:
    """Return the run of a generation that has ended.

    One whose ledger is closed, or whose record says so, will be over in a moment. So will one whose round only replaces
    the plan.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        StillRunning: it has not ended.
        EngineUnavailable: the plan is not replaced yet.
    """
    run = await find_run(deps, engine, generation_id)
    record = await deps.lifecycles.read(generation_id)
    if isinstance(record, Running | Cancelling) and isinstance(record.work, ReplacePlan):
        # The request that wrote the record may have died before it told the engine.
        await start_round(deps, engine, generation_id, record)
        run = await until_round_over(deps, engine, generation_id, record.round)
    elif not run.is_over:
        ledger = await full_ledger(deps.generations, run)
        if ledger.is_closed or (isinstance(record, Ended) and record.round == ledger.round):
            run = await until_over(engine, generation_id) or run
    if not run.is_over:
        raise StillRunning("This generation is still running. Wait for its end, or cancel it, and try again.")
    return run


async def until_round_over(deps: Deps, engine: Engine, generation_id: str, round_: int) -> Run:
    """Wait until a round that calls no model is over, and return its run.

    The record tells: the engine may know a run that was just started as over, from before.

    Raises:
        UnknownGeneration, Expired: the generation was removed meanwhile.
        EngineUnavailable: that takes too long.
    """
    clock = asyncio.get_running_loop().time
    ends_at = clock() + _ROUND_TIMEOUT_S
    while clock() < ends_at:
        record = await deps.lifecycles.read(generation_id)
        refuse_gone(record)
        if not is_in_round(record, round_):
            if (run := await until_over(engine, generation_id, ends_at - clock())) is not None:
                return run
            break
        await asyncio.sleep(_POLL_S)
    raise EngineUnavailable("The plan of this generation is still being replaced. Try again in a moment.")


def _is_retry_of(record: Running | Cancelling, work: Work, instructions: str | None) -> bool:
    """Tell whether a request for this work repeats the one that wrote the record and could not tell the engine."""
    return isinstance(record, Running) and record.given_up and (record.work, record.wish) == (work, instructions)


def corrected(record: Lifecycle | None, run: Run, ledger: Ledger, now: datetime) -> Lifecycle:
    """Return the record as the engine's state requires it; the same object if it is correct.

    A run that was terminated or failed has not recorded its end. An old version of this app wrote no records: then
    there is none, or, after a rollback to that version, one of an earlier round than the run's.
    """
    refuse_gone(record)
    round_ = round_of(ledger)
    if run.is_over and (is_behind(record, round_) or is_in_round(record, round_)):
        return Ended(round=round_, cancelled=isinstance(ledger.entries[-1], CancelledEntry), at=now)
    return Running(round=round_, at=now) if record is None or is_behind(record, round_) else record
