"""A generation's whole ledger: what its run shows, and before that what its last end has saved."""

import asyncio

from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.models.ledger import BrokenEntry, CancelledEntry, Ledger
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


def round_of(ledger: Ledger) -> int:
    """Return which round a run is or was in, by its whole ledger (0: the first)."""
    return ledger.round - 1 if ledger.is_closed else ledger.round


class LedgerSource:
    """Whole ledgers of one generation. Saved entries never change, so they are read once."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._saved = Ledger()

    async def whole(self, run: Run) -> Ledger:
        """Return all of the run's ledger, with an end if the run is over.

        A run that was started again and has not begun yet shows nothing: its generation stands where it ended before.
        """
        if run.custom_status is None:
            ledger = (await self._generations.ledger(run.instance_id) or Ledger()).reopened()
        else:
            ledger = await self._completed(run.instance_id, Ledger.model_validate(run.custom_status))
        return await self._ended(run, ledger) if run.is_over and not ledger.is_closed else ledger

    async def _ended(self, run: Run, shown: Ledger) -> Ledger:
        """Return the ledger of a run that is over and has shown no end."""
        saved = await self._generations.ledger(run.instance_id)
        began_nothing = run.custom_status is None and run.state == "completed"
        if saved is not None and (began_nothing or len(saved.entries) > len(shown.entries)):
            return saved
        return shown.closed(CancelledEntry() if run.state == "terminated" else BrokenEntry())

    async def _completed(self, generation_id: str, shown: Ledger) -> Ledger:
        if shown.first_seq == 1:
            return shown
        if len(self._saved.entries) < shown.first_seq - 1:
            self._saved = await self._generations.ledger(generation_id) or Ledger()
        return shown.continuing(self._saved)


async def whole_ledger(generations: Generations, run: Run) -> Ledger:
    """Return all of the run's ledger (see `LedgerSource.whole`)."""
    return await LedgerSource(generations).whole(run)
