"""A generation's whole ledger: what its run shows, and before that what its last end has saved."""

from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.generations import Generations
from shared.ledger import BrokenEntry, CancelledEntry, Ledger
from shared.ports import Engine, Run


async def find_run_if_any(deps: Deps, engine: Engine, generation_id: str) -> Run | None:
    """Return the generation's run, if there is one.

    Raises:
        Expired: it is being purged.
    """
    run = await engine.run(generation_id)
    if run is not None and run.is_over:
        await deps.expiry.refuse_expired(generation_id)
    return run


async def find_run(deps: Deps, engine: Engine, generation_id: str) -> Run:
    """Return the generation's run.

    Raises:
        UnknownGeneration: there is none.
        Expired: it is being purged.
    """
    run = await find_run_if_any(deps, engine, generation_id)
    if run is None:
        raise UnknownGeneration
    return run


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
        if run.is_over and not ledger.is_closed:
            return ledger.closed(CancelledEntry() if run.state == "terminated" else BrokenEntry())
        return ledger

    async def _completed(self, generation_id: str, shown: Ledger) -> Ledger:
        if shown.first_seq == 1:
            return shown
        if len(self._saved.entries) < shown.first_seq - 1:
            self._saved = await self._generations.ledger(generation_id) or Ledger()
        return shown.continuing(self._saved)


async def whole_ledger(generations: Generations, run: Run) -> Ledger:
    """Return all of the run's ledger (see `LedgerSource.whole`)."""
    return await LedgerSource(generations).whole(run)
