"""Cancel, retry, redo and delete: what each writes, in which order, and what it refuses."""

import asyncio
from dataclasses import replace

import pytest

from api.generations.changes import cancel, make_again
from api.generations.ledgers import find_run
from shared import names
from shared.deps import Deps
from shared.errors import (
    DailyBudgetExhausted,
    Expired,
    MangaError,
    NotCancellable,
    NotFound,
    NothingToDo,
    StillRunning,
    TooManyGenerations,
    UnknownGeneration,
)
from shared.models.claim import Claim
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import StepProgress
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR, RUNNING_BLOB
from shared.ports import RunState
from shared.settings import load_settings
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger
from tests.unit.api.generations.changing import (
    CANCELLED,
    CHANGES,
    FAILED,
    REDO,
    Change,
    WatchedEngine,
    blob_names,
    contents,
    do_delete,
    do_redo,
    do_retry,
    limits,
    record_of,
    started_rounds,
)
from tests.unit.maintenance.stored import LONG_BEFORE

# --- cancel ---------------------------------------------------------------------------------------------------------


async def test_a_cancel_forbids_further_calls_before_the_orchestration_hears_of_it(
    running: Deps, engine: FakeEngine
) -> None:
    watched = WatchedEngine(engine.runs_by_id, deps=running)

    await cancel(running, watched, GENERATION)

    assert watched.events == [(GENERATION, CANCEL_EVENT)]
    assert watched.seen == [Cancelling(round=0, at=NOW)]


async def test_a_cancel_that_is_sent_again_gets_the_same_answer(running: Deps, engine: FakeEngine) -> None:
    await cancel(running, engine, GENERATION)
    await cancel(running, engine, GENERATION)
    engine.show(GENERATION, CANCELLED, "completed")
    await cancel(running, engine, GENERATION)
    await set_record(running, Ended(round=0, cancelled=True, at=NOW))

    await cancel(running, engine, GENERATION)


async def test_a_generation_that_was_ended_from_outside_counts_as_cancelled(running: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3), "terminated")

    await cancel(running, engine, GENERATION)

    assert await record_of(running) == Ended(round=0, cancelled=True, at=NOW)


async def test_a_generation_that_has_ended_by_itself_cannot_be_cancelled(drawn: Deps, engine: FakeEngine) -> None:
    before = await contents(drawn)

    with pytest.raises(NotCancellable):
        await cancel(drawn, engine, GENERATION)

    assert await contents(drawn) == before


async def test_cancel_that_meets_the_end_of_the_round_is_refused(running: Deps, engine: FakeEngine) -> None:
    # The orchestration has written its end, and does not show it yet.
    await set_record(running, Ended(round=0, at=NOW))

    with pytest.raises(NotCancellable):
        await cancel(running, engine, GENERATION)

    assert engine.events == []


async def test_round_whose_run_broke_without_an_end_cannot_be_cancelled(running: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3), "failed")

    with pytest.raises(NotCancellable):
        await cancel(running, engine, GENERATION)

    assert await record_of(running) == Ended(round=0, at=NOW)


# --- retry and redo -------------------------------------------------------------------------------------------------


async def test_a_retry_saves_the_ledger_lifts_the_cancel_and_starts_again(cancelled: Deps, engine: FakeEngine) -> None:
    watched = WatchedEngine(engine.runs_by_id, deps=cancelled)

    await do_retry(cancelled, watched)

    assert await cancelled.generations.ledger(GENERATION) == CANCELLED
    assert watched.seen == [Running(round=1, at=NOW)]
    ((orchestrator, instance_id, start_input),) = watched.started
    assert (orchestrator, instance_id) == (MANGA_ORCHESTRATOR, GENERATION)
    assert start_input == {"parallelSteps": 15, "resumed": True, "round": 1, "work": {"task": "make-missing"}}


@pytest.mark.parametrize(
    ("state", "end"), [("terminated", CancelledEntry()), ("failed", BrokenEntry()), ("completed", BrokenEntry())]
)
async def test_the_end_that_readers_were_given_of_a_broken_run_is_kept_as_an_entry(
    running: Deps, engine: FakeEngine, state: RunState, end: CancelledEntry | BrokenEntry
) -> None:
    engine.show(GENERATION, ledger(3), state)

    await do_retry(running, engine)

    assert await running.generations.ledger(GENERATION) == ledger(3).closed(end)
    assert await record_of(running) == Running(round=1, at=NOW)


async def test_a_longer_ledger_that_was_saved_before_is_never_replaced(drawn: Deps) -> None:
    longer = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2))
    await drawn.generations.save_ledger(GENERATION, longer)

    assert await drawn.generations.save_ledger(GENERATION, ledger()) == longer
    assert await drawn.generations.ledger(GENERATION) == longer


async def test_a_longer_ledger_takes_the_place_of_the_one_that_was_saved_before(drawn: Deps) -> None:
    await drawn.generations.save_ledger(GENERATION, ledger(3))

    assert await drawn.generations.save_ledger(GENERATION, ledger()) == ledger()
    assert await drawn.generations.ledger(GENERATION) == ledger()


async def test_of_many_ledgers_that_are_saved_at_the_same_time_the_longest_stays(drawn: Deps) -> None:
    saved = await asyncio.gather(*(drawn.generations.save_ledger(GENERATION, ledger(count)) for count in range(1, 7)))

    assert await drawn.generations.ledger(GENERATION) == ledger(6)
    assert saved[-1] == ledger(6)


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_a_generation_that_is_worked_on_is_not_gone_on_with(
    running: Deps, engine: FakeEngine, change: Change
) -> None:
    before = await contents(running)

    with pytest.raises(StillRunning):
        await change(running, engine)

    assert engine.started == []
    assert await contents(running) == before


async def test_nothing_to_retry_starts_nothing(drawn: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NothingToDo):
        await do_retry(drawn, engine)

    assert engine.started == []


async def test_a_redo_keeps_its_wish_in_the_record_and_out_of_the_durable_history(
    drawn: Deps, engine: FakeEngine
) -> None:
    await do_redo(drawn, engine)

    assert "at night" not in str(engine.started)
    assert await record_of(drawn) == Running(round=1, work=REDO, wish="at night", at=NOW)


@pytest.mark.parametrize(("kind", "index"), [("panel", 2), ("character", 2)])
async def test_what_is_not_planned_cannot_be_made_again_and_nothing_is_stored(
    drawn: Deps, engine: FakeEngine, kind: ImageKind, index: int
) -> None:
    before = await contents(drawn)

    with pytest.raises(NotFound):
        await make_again(drawn, limits(drawn), engine, GENERATION, kind, index, "at night")

    assert await contents(drawn) == before
    assert engine.started == []


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_refusal_for_want_of_money_stores_nothing(cancelled: Deps, engine: FakeEngine, change: Change) -> None:
    before = await contents(cancelled)
    poor = replace(cancelled, settings=load_settings({"MAX_PRICE_PER_DAY": "0.0001"}))

    with pytest.raises(DailyBudgetExhausted):
        await change(poor, engine)

    assert await contents(cancelled) == before
    assert engine.started == []


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_refusal_for_want_of_a_place_stores_nothing(cancelled: Deps, engine: FakeEngine, change: Change) -> None:
    full = replace(cancelled, settings=load_settings({"MAX_RUNNING_GENERATIONS": "1"}))
    await limits(full).take_place(engine, "e" * 32)
    before = await contents(cancelled)

    with pytest.raises(TooManyGenerations):
        await change(full, engine)

    assert await contents(cancelled) == before
    assert engine.started == []


async def test_a_generation_that_was_started_again_and_has_not_begun_is_not_gone_on_with(
    drawn: Deps, engine: FakeEngine
) -> None:
    await do_redo(drawn, engine)

    with pytest.raises(StillRunning):
        await do_redo(drawn, engine)


async def test_a_status_that_begins_later_is_completed_from_what_was_saved(drawn: Deps, engine: FakeEngine) -> None:
    whole = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), FAILED, CompleteEntry())
    whole = whole.model_copy(update={"phase": "ended"})
    await drawn.generations.save_ledger(GENERATION, whole)
    await set_record(drawn, Ended(round=1, at=NOW))
    engine.show(GENERATION, Ledger.model_validate(whole.to_status(LAST_SEQ)), "completed")

    await do_redo(drawn, engine)

    assert await drawn.generations.ledger(GENERATION) == whole
    assert started_rounds(engine) == [2]


# --- delete ---------------------------------------------------------------------------------------------------------


async def test_delete_leaves_nothing_but_the_record_and_the_mark_of_the_sweep(drawn: Deps, engine: FakeEngine) -> None:
    claim = names.claim_blob("abc")
    claimed = Claim(generation_id=GENERATION, body_digest="-").model_dump_json(by_alias=True).encode()
    await drawn.blobs.create(claim, claimed, "application/json")
    request = (await drawn.generations.request(GENERATION)).model_copy(update={"claim": claim})
    await drawn.blobs.replace(
        names.request_blob(GENERATION), request.model_dump_json(by_alias=True).encode(), "application/json"
    )
    engine.show_step(GENERATION, StepProgress(kind="panel", index=1))

    await do_delete(drawn, engine)

    assert set(await blob_names(drawn)) == {names.lifecycle_blob(GENERATION), names.deletion_blob(GENERATION)}
    assert engine.runs_by_id == {}


async def test_generation_is_gone_before_any_of_it_is_removed(running: Deps, engine: FakeEngine) -> None:
    watched = WatchedEngine(engine.runs_by_id, deps=running)

    await do_delete(running, watched)

    assert watched.seen == [Deleting(reason="deleted", at=NOW)]


async def test_delete_gives_the_place_of_the_generation_back(running: Deps, engine: FakeEngine) -> None:
    await limits(running).take_place(engine, GENERATION)

    await do_delete(running, engine)

    assert await running.values.read(RUNNING_BLOB) == {}


async def test_nothing_of_a_deleted_generation_is_held_in_memory(drawn: Deps, engine: FakeEngine) -> None:
    sheet = names.result_blob(ref("character", 0, 1))
    cached = await drawn.cached_generations.image(ref("character", 0, 1))
    assert drawn.blob_cache.get(sheet) is cached

    await do_delete(drawn, engine)

    assert drawn.blob_cache.get(sheet) is None


async def test_generation_without_inputs_is_deleted_like_any_other(drawn: Deps, engine: FakeEngine) -> None:
    await drawn.blobs.delete(names.request_blob(GENERATION))

    await do_delete(drawn, engine)

    assert [name for name in await blob_names(drawn) if name.startswith(GENERATION)] == []
    with pytest.raises(NotFound):
        await do_delete(drawn, engine)


@pytest.mark.parametrize("change", CHANGES)
async def test_whatever_is_asked_of_an_unknown_generation_it_is_not_found(
    deps: Deps, engine: FakeEngine, change: Change
) -> None:
    with pytest.raises(NotFound):
        await change(deps, engine)

    assert await blob_names(deps) == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("record", "error"),
    [
        (Deleting(reason="expired", at=LONG_BEFORE), Expired),
        (Deleting(reason="deleted", at=LONG_BEFORE), UnknownGeneration),
    ],
)
async def test_a_generation_that_is_being_removed_is_gone_for_everybody(
    cancelled: Deps, engine: FakeEngine, change: Change, record: Lifecycle, error: type[MangaError]
) -> None:
    await set_record(cancelled, record)
    before = await contents(cancelled)

    with pytest.raises(error):
        await change(cancelled, engine)
    with pytest.raises(error):
        await find_run(cancelled, engine, GENERATION)

    assert not engine.started
    assert await contents(cancelled) == before
