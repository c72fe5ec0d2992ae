"""Changes of a generation: cancel, retry, redo of one image, delete.

Requests may be repeated, may run concurrently, and may die after any write. Each changes the generation's lifecycle
record first (`shared.storage.lifecycle`), and is refused if it can't.
"""

from collections.abc import Awaitable, Callable

from api.generations.ledgers import find_run, full_ledger, round_of
from api.generations.rounds import begin_round, corrected, ended_run
from api.limits.limits import Limits
from shared.costs.call_size import image_call
from shared.deps import Deps
from shared.errors import FieldProblem, InvalidInput, MangaError, NotCancellable, NotFound, NothingToDo, StillRunning
from shared.models.ledger import Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import MakeAgain, MakeMissing, Work
from shared.names import CANCEL_EVENT
from shared.ports import Engine
from shared.removal import begin_removal, remove
from shared.rounds import start_round
from shared.storage.choices import NO_CHOICES, chosen, read_choices
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running, refuse_gone


async def cancel(deps: Deps, engine: Engine, generation_id: str) -> None:
    """Cancel the generation; finished results are kept. A repeated cancel has the same result.

    The record keeps later steps from calling the model; the event makes the orchestration end.

    Raises:
        NotFound: there is no such generation.
        NotCancellable: it has ended already, without a cancel.
    """
    run = await find_run(deps, engine, generation_id)
    ledger = await full_ledger(deps.generations, run)

    def decide(record: Lifecycle | None) -> Lifecycle:
        record = corrected(record, run, ledger, deps.utc_now())
        return record.cancelling(deps.utc_now()) if isinstance(record, Running) else record

    match await deps.lifecycles.change(generation_id, decide):
        case Cancelling() as record:
            if run.is_over and record.round > round_of(ledger):
                # The engine does not know this round yet, so nothing would end it.
                await start_round(deps, engine, generation_id, record)
            await engine.raise_event(generation_id, CANCEL_EVENT)
        case Ended(cancelled=True):
            pass
        case _:
            raise NotCancellable


async def retry(deps: Deps, limits: Limits, engine: Engine, generation_id: str) -> None:
    """Retry a generation that has ended: only missing results are generated.

    Raises:
        NotFound: there is no such generation.
        StillRunning: it has not ended.
        NothingToDo: nothing is missing, and no chapter waits to begin.
        TooManyGenerations: too many generations are running.
        DailyBudgetExhausted: the budget of the day is used up.
    """

    async def work(ledger: Ledger) -> MakeMissing:
        return await work_of_retry(deps, generation_id, ledger)

    async def check(ledger: Ledger) -> None:
        await check_retry(deps, generation_id, ledger)

    await _begin_next_round(deps, limits, engine, generation_id, work, None, check)


async def make_again(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    generation_id: str,
    kind: ImageKind,
    index: int,
    instructions: str | None,
    *,
    from_current: bool = False,
) -> None:
    """Redo one character's sheet or one panel as a new version; earlier versions are kept.

    `from_current`: change the current image instead of drawing it from nothing. That is the version which counts now:
    its number is a part of the record, so that no later choice matters.

    Raises:
        NotFound: there is no such generation, or it has no such character or panel.
        InvalidInput: the current image is to be changed, and there is none.
        StillRunning: the generation has not ended.
        TooManyGenerations: too many generations are running.
        DailyBudgetExhausted: the budget of the day is used up.
    """
    choices = await read_choices(deps.blobs, generation_id) if from_current else NO_CHOICES

    def version_to_change(ledger: Ledger) -> int | None:
        return chosen(ledger, choices, kind).get(index) if from_current else None

    async def work(ledger: Ledger) -> MakeAgain:
        return MakeAgain(kind=kind, index=index, from_version=version_to_change(ledger))

    async def check(ledger: Ledger) -> None:
        check_planned(ledger, kind, index)
        if from_current and version_to_change(ledger) is None:
            advice = f"No drawn version of {kind} {index} counts, so there is nothing to change: draw it from nothing."
            raise InvalidInput(advice, (FieldProblem("from", advice),))

    await _begin_next_round(deps, limits, engine, generation_id, work, instructions, check)


async def delete(deps: Deps, limits: Limits, engine: Engine, generation_id: str) -> None:
    """Remove the generation. It is gone once its record is written; a sweep removes what this request could not.

    Raises:
        NotFound: there is no such generation.
    """
    await find_run(deps, engine, generation_id)
    await begin_removal(deps, generation_id, "deleted", refuse_gone)
    await limits.give_place_back(generation_id)
    await remove(deps, engine, generation_id)


async def work_of_retry(deps: Deps, generation_id: str, ledger: Ledger) -> MakeMissing:
    """Return what a retry makes. A client that wants to read the plan first gets it first, also after a failure."""
    request = await deps.generations.request(generation_id)
    return MakeMissing(stop_after=request.stop_after if ledger.panels is None else None)


def check_planned(ledger: Ledger, kind: ImageKind, index: int) -> None:
    """Make sure that the plan has this image.

    Raises:
        NotFound: it has not.
    """
    planned = ledger.planned(kind)
    if index >= planned:
        raise NotFound(f"This generation has no {kind} {index}: there are {planned}, counted from 0.")


async def check_retry(deps: Deps, generation_id: str, ledger: Ledger) -> None:
    """Make sure that a retry has something to do.

    Raises:
        NothingToDo: nothing is missing, and no chapter waits to begin.
    """
    is_whole = ledger.panels is not None and not ledger.missing("character") and not ledger.missing("panel")
    if is_whole and not await deps.generations.waiting(generation_id):
        raise NothingToDo("Nothing is missing in this generation. To redo an image, use its regenerate address.")


async def _begin_next_round(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    generation_id: str,
    work: Callable[[Ledger], Awaitable[Work]],
    instructions: str | None,
    check: Callable[[Ledger], Awaitable[None]],
) -> None:
    """Begin another round. `work` returns what it is to do, and `check` raises if that can't be done."""
    run = await ended_run(deps, engine, generation_id)
    ledger = await full_ledger(deps.generations, run)
    record = await deps.lifecycles.change(generation_id, lambda record: corrected(record, run, ledger, deps.utc_now()))
    if isinstance(record, Ended):
        await check(ledger)
    await _check_budget(deps, generation_id)
    await limits.take_place(engine, generation_id)
    try:
        # A run that was terminated or failed has not saved it.
        await deps.generations.save_ledger(generation_id, ledger)
        await begin_round(deps, engine, generation_id, round_of(ledger), await work(ledger), instructions)
    except StillRunning:
        # The place belongs to the running round.
        raise
    except MangaError:
        await limits.give_place_back(generation_id)
        raise


async def _check_budget(deps: Deps, generation_id: str) -> None:
    """Refuse the work if the budget of the day does not cover one image."""
    request = await deps.generations.request(generation_id)
    image = image_call(0, 0, deps.settings.image_thinking, deps.drawn_size(request.image_size))
    await deps.spending.check_day(image.priced(deps.price_of(deps.settings.image_model)))
