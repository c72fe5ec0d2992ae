"""Changing a generation: cancel it, go on with it, make one image again, delete it.

Each of these can be asked for any number of times, and can be broken off after any write: what it leaves behind is
a generation that the same request, sent again, brings to the same end.
"""

import asyncio
import secrets

from api.ledgers import find_run, whole_ledger
from api.limits.limits import Limits
from shared.call_size import image_call
from shared.deps import Deps
from shared.errors import NotCancellable, NotFound, NothingToDo, StillRunning
from shared.ledger import CancelledEntry, Ledger
from shared.models.steps import MakeAgain, MakeMissing, MangaInput, Work
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR, ItemKind, generation_prefix, step_prefix
from shared.ports import Engine, Run
from shared.telemetry.metrics import STARTED

# An orchestration that has told its end still saves its ledger before it is over.
SETTLING_S = 5.0
_POLL_S = 0.05


async def cancel(deps: Deps, engine: Engine, generation_id: str) -> Run:
    """Let the generation end where it is; what is finished stays. Asked again, the answer is the same.

    The mark keeps every later step from calling the model; the event lets the orchestration write the end.

    Raises:
        NotFound: there is no such generation.
        NotCancellable: it has ended by itself.
    """
    run = await find_run(deps, engine, generation_id)
    ledger = await whole_ledger(deps.generations, run)
    if ledger.is_closed:
        if isinstance(ledger.entries[-1], CancelledEntry):
            return run
        raise NotCancellable("This generation has ended already, so there is nothing to cancel.")
    await deps.generations.mark_cancelled(generation_id)
    await engine.raise_event(generation_id, CANCEL_EVENT)
    return run


async def retry(deps: Deps, limits: Limits, engine: Engine, generation_id: str) -> None:
    """Go on with a generation that has ended: only what is missing is made.

    Raises:
        NotFound: there is no such generation.
        StillRunning: it has not ended.
        NothingToDo: nothing is missing.
        TooManyGenerations: no place is left to work on it.
        DailyBudgetExhausted: nothing more may be spent today.
    """
    ledger = await _ended_ledger(deps, engine, generation_id)
    if ledger.panels is not None and not ledger.missing("character") and not ledger.missing("panel"):
        raise NothingToDo("Nothing is missing in this generation. To make an image again, use its regenerate address.")
    await _check_budget(deps)
    await limits.take_place(engine, generation_id)
    await _go_on(deps, engine, generation_id, MakeMissing())


async def make_again(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    generation_id: str,
    kind: ItemKind,
    index: int,
    instructions: str | None,
) -> None:
    """Make one character's sheet or one panel again, as a further version; the versions before stay.

    Raises:
        NotFound: there is no such generation, or it has no such character or panel.
        StillRunning: the generation has not ended.
        TooManyGenerations: no place is left to work on it.
        DailyBudgetExhausted: nothing more may be spent today.
    """
    ledger = await _ended_ledger(deps, engine, generation_id)
    planned = (ledger.characters if kind == "character" else ledger.panels) or 0
    if index >= planned:
        raise NotFound(f"This generation has no {kind} {index}: there are {planned}, counted from 0.")
    await _check_budget(deps)
    await limits.take_place(engine, generation_id)
    token = None
    if instructions is not None:
        token = secrets.token_hex(8)
        await deps.generations.save_instructions(generation_id, token, instructions)
    await _go_on(deps, engine, generation_id, MakeAgain(kind=kind, index=index, instructions=token))


async def delete(deps: Deps, engine: Engine, generation_id: str) -> None:
    """Remove the generation: stop it, then remove its blobs, then its runs; its own run last, so that a request
    that was broken off finds it again.

    Raises:
        NotFound: there is no such generation.
    """
    run = await find_run(deps, engine, generation_id)
    if not run.is_over:
        await deps.generations.mark_cancelled(generation_id)
        await engine.terminate(generation_id, "deleted")
    steps = await engine.runs(step_prefix(generation_id))
    for step in steps:
        await engine.terminate(step.instance_id, "deleted")
    await deps.generations.delete(generation_id)
    deps.blob_cache.remove_all(generation_prefix(generation_id))
    for step in steps:
        await _purge_when_over(engine, step.instance_id)
    await deps.expiry.forget(generation_id)
    await _purge_when_over(engine, generation_id)


async def _ended_ledger(deps: Deps, engine: Engine, generation_id: str) -> Ledger:
    """Return the ledger of a generation that has ended, saved, once its run is over."""
    run = await find_run(deps, engine, generation_id)
    ledger = await whole_ledger(deps.generations, run)
    if not run.is_over and ledger.is_closed:
        run = await _until_over(engine, generation_id) or run
    if not run.is_over:
        raise StillRunning("This generation is being worked on. Wait for its end, or cancel it, and try again.")
    # A run that was ended from outside, or that broke, has not saved it.
    await deps.generations.save_ledger(generation_id, ledger)
    return ledger


async def _check_budget(deps: Deps) -> None:
    """Refuse what could not even pay for one image."""
    image = image_call(characters=0, images_shown=0, thinking=deps.settings.image_thinking)
    await deps.spending.check_day(image.priced(deps.price_of(deps.settings.image_model)))


async def _go_on(deps: Deps, engine: Engine, generation_id: str, work: Work) -> None:
    await deps.expiry.keep(generation_id)
    await deps.generations.unmark_cancelled(generation_id)
    request = MangaInput(
        parallel_steps=deps.settings.max_parallel_steps,
        resumed=True,
        work=work,
        trace_parent=deps.telemetry.trace_parent,
    )
    start_input = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    if not await engine.start(MANGA_ORCHESTRATOR, generation_id, start_input):
        raise StillRunning("Somebody else has just set this generation to work. Wait for its end and try again.")
    deps.telemetry.count(STARTED, {"manga.work": work.task})


async def _until_over(engine: Engine, instance_id: str) -> Run | None:
    """Return the run once it is over, or None if that takes longer than an end should take."""
    try:
        async with asyncio.timeout(SETTLING_S):
            while True:
                run = await engine.run(instance_id)
                if run is None or run.is_over:
                    return run
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return None


async def _purge_when_over(engine: Engine, instance_id: str) -> None:
    if await _until_over(engine, instance_id) is not None:
        await engine.purge(instance_id)
