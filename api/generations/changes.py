"""Changing a generation: cancel it, go on with it, make one image again, delete it.

Each of these can be asked for any number of times and side by side, and can be broken off after any write. The
generation's record (`shared.storage.lifecycle`) is changed first: whoever can't change it is refused.
"""

from collections.abc import Callable

from api.generations.ledgers import find_run, round_of, whole_ledger
from api.generations.rounds import begin_round, settled, start_round
from api.limits.limits import Limits
from shared.costs.call_size import image_call
from shared.deps import Deps
from shared.errors import MangaError, NotCancellable, NotFound, NothingToDo, StillRunning
from shared.models.ledger import Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import MakeAgain, MakeMissing, Work
from shared.names import CANCEL_EVENT
from shared.ports import Engine, Run
from shared.removal import begin_removal, remove, until_over
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running, refuse_gone


async def cancel(deps: Deps, engine: Engine, generation_id: str) -> None:
    """Let the generation end where it is; what is finished stays. Asked again, the answer is the same.

    The record keeps every later step from calling the model; the event lets the orchestration write the end.

    Raises:
        NotFound: there is no such generation.
        NotCancellable: it has ended by itself.
    """
    run = await find_run(deps, engine, generation_id)
    ledger = await whole_ledger(deps.generations, run)

    def decide(record: Lifecycle | None) -> Lifecycle:
        record = settled(record, run, ledger, deps.utc_now())
        return record.cancelling(deps.utc_now()) if isinstance(record, Running) else record

    match await deps.lifecycles.change(generation_id, decide):
        case Cancelling() as record:
            if run.is_over and record.round > round_of(ledger):
                # Nobody works on this round yet, so nobody would end it.
                await start_round(deps, engine, generation_id, record)
            await engine.raise_event(generation_id, CANCEL_EVENT)
        case Ended(cancelled=True):
            pass
        case _:
            raise NotCancellable


async def retry(deps: Deps, limits: Limits, engine: Engine, generation_id: str) -> None:
    """Go on with a generation that has ended: only what is missing is made.

    Raises:
        NotFound: there is no such generation.
        StillRunning: it has not ended.
        NothingToDo: nothing is missing.
        TooManyGenerations: no place is left to work on it.
        DailyBudgetExhausted: nothing more may be spent today.
    """
    await _go_on(deps, limits, engine, generation_id, MakeMissing(), None, _check_missing)


async def make_again(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    generation_id: str,
    kind: ImageKind,
    index: int,
    wish: str | None,
) -> None:
    """Make one character's sheet or one panel again, as a further version; the versions before stay.

    Raises:
        NotFound: there is no such generation, or it has no such character or panel.
        StillRunning: the generation has not ended.
        TooManyGenerations: no place is left to work on it.
        DailyBudgetExhausted: nothing more may be spent today.
    """

    def check_planned(ledger: Ledger) -> None:
        planned = (ledger.characters if kind == "character" else ledger.panels) or 0
        if index >= planned:
            raise NotFound(f"This generation has no {kind} {index}: there are {planned}, counted from 0.")

    await _go_on(deps, limits, engine, generation_id, MakeAgain(kind=kind, index=index), wish, check_planned)


async def delete(deps: Deps, limits: Limits, engine: Engine, generation_id: str) -> None:
    """Remove the generation. From the moment that its record is written it is gone; a sweep finishes the rest.

    Raises:
        NotFound: there is no such generation.
    """
    await find_run(deps, engine, generation_id)
    await begin_removal(deps, generation_id, "deleted", refuse_gone)
    await limits.give_place_back(generation_id)
    await remove(deps, engine, generation_id)


def _check_missing(ledger: Ledger) -> None:
    if ledger.panels is not None and not ledger.missing("character") and not ledger.missing("panel"):
        raise NothingToDo("Nothing is missing in this generation. To make an image again, use its regenerate address.")


async def _go_on(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    generation_id: str,
    work: Work,
    wish: str | None,
    check: Callable[[Ledger], None],
) -> None:
    """Begin a further round, for work that `check` has nothing against."""
    run = await _ended_run(deps, engine, generation_id)
    ledger = await whole_ledger(deps.generations, run)
    record = await deps.lifecycles.change(generation_id, lambda record: settled(record, run, ledger, deps.utc_now()))
    if isinstance(record, Ended):
        check(ledger)
    await _check_budget(deps)
    await limits.take_place(engine, generation_id)
    try:
        # A run that was ended from outside, or that broke, has not saved it.
        await deps.generations.save_ledger(generation_id, ledger)
        await begin_round(deps, engine, generation_id, round_of(ledger), work, wish)
    except StillRunning:
        # The place belongs to the round that runs.
        raise
    except MangaError:
        await limits.give_place_back(generation_id)
        raise


async def _ended_run(deps: Deps, engine: Engine, generation_id: str) -> Run:
    """Return the run of a generation that has ended, once it is over: one that shows its end is about to be."""
    run = await find_run(deps, engine, generation_id)
    if not run.is_over and (await whole_ledger(deps.generations, run)).is_closed:
        run = await until_over(engine, generation_id) or run
    if not run.is_over:
        raise StillRunning("This generation is being worked on. Wait for its end, or cancel it, and try again.")
    return run


async def _check_budget(deps: Deps) -> None:
    """Refuse what could not even pay for one image."""
    image = image_call(characters=0, images_shown=0, thinking=deps.settings.image_thinking)
    await deps.spending.check_day(image.priced(deps.price_of(deps.settings.image_model)))
