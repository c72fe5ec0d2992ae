"""A generation's full ledger: the saved entries of earlier rounds, and those in the custom status of its run."""

import asyncio

from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.models.http.admin import GenerationStatus
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, Ledger
from shared.ports import Engine, Run
from shared.storage.generations import Generations
from shared.storage.lifecycle import refuse_gone


async def find_run(deps: Deps, engine: Engine, generation_id: str) -> Run:
    """Return the generation's run.

    Raises:
        UnknownGeneration: there is none, or the generation was deleted.
        Expired: its retention has passed.
    """
    record, run = await asyncio.gather(deps.lifecycles.read(generation_id), engine.run(generation_id))
    refuse_gone(record)
    if run is None:
        raise UnknownGeneration
    return run


def status_of(ledger: Ledger) -> GenerationStatus:
    """Return the status of a generation, from its full ledger."""
    if not ledger.is_closed:
        return "running"
    match ledger.entries[-1]:
        case CompleteEntry():
            return "completed"
        case CancelledEntry():
            return "cancelled"
        case _:
            return "failed"


def round_of(ledger: Ledger) -> int:
    """Return the latest round of a full ledger (0: the first)."""
    return ledger.round - 1 if ledger.is_closed else ledger.round


class LedgerReader:
    """Reads full ledgers of one generation. Saved entries never change, so they are read once."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._saved = Ledger()

    async def read(self, run: Run) -> Ledger:
        """Return the full ledger, with a closing entry if the run is over.

        A run that was restarted has no status before it begins: its ledger is then that of the last round, reopened.
        """
        if run.custom_status is None:
            ledger = (await self._generations.ledger(run.instance_id) or Ledger()).reopened()
        else:
            ledger = await self._completed(run.instance_id, Ledger.model_validate(run.custom_status))
        return await self._ended(run, ledger) if run.is_over and not ledger.is_closed else ledger

    async def _ended(self, run: Run, published: Ledger) -> Ledger:
        """Return the ledger of a run that is over and whose status has no closing entry."""
        saved = await self._generations.ledger(run.instance_id)
        did_nothing = run.custom_status is None and run.state == "completed"
        if saved is not None and (did_nothing or len(saved.entries) > len(published.entries)):
            return saved
        return published.closed(CancelledEntry() if run.state == "terminated" else BrokenEntry())

    async def _completed(self, generation_id: str, published: Ledger) -> Ledger:
        if published.first_seq == 1:
            return published
        if len(self._saved.entries) < published.first_seq - 1:
            self._saved = await self._generations.ledger(generation_id) or Ledger()
        return published.continuing(self._saved)


async def full_ledger(generations: Generations, run: Run) -> Ledger:
    """Return the run's full ledger (see `LedgerReader.read`)."""
    return await LedgerReader(generations).read(run)
