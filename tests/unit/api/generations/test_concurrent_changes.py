"""Changes that run concurrently, die in between, or meet a generation of an old version without a record."""

import asyncio

import pytest

from api.generations.changes import cancel
from maintenance.deletions import finish_deletions
from shared.deps import Deps
from shared.errors import EngineUnavailable, StillRunning, UnknownGeneration
from shared.models.steps import MakeAgain, MakeMissing
from shared.names import CANCEL_EVENT, RUNNING_BLOB
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running, is_gone
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger
from tests.unit.api.generations.changing import (
    CANCELLED,
    CHANGES,
    REDO,
    Change,
    RacedEngine,
    blob_names,
    contents,
    do_cancel,
    do_delete,
    do_redo,
    do_retry,
    late,
    record_of,
    started_rounds,
)
from tests.unit.maintenance.stored import LONG_AFTER, at

# --- two at the same time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [(do_retry, do_retry), (do_redo, do_redo), (do_retry, do_redo)])
async def test_of_two_concurrent_retries_one_wins(
    cancelled: Deps, engine: FakeEngine, changes: tuple[Change, Change]
) -> None:
    results = await asyncio.gather(*(change(cancelled, engine) for change in changes), return_exceptions=True)

    assert [type(result) for result in results if result is not None] == [StillRunning]
    assert started_rounds(engine) == [1]
    record = await record_of(cancelled)
    assert isinstance(record, Running)
    winner = changes[results.index(None)]
    assert record.work == (MakeMissing() if winner is do_retry else REDO)


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_late_second_retry_does_not_undo_a_cancel(cancelled: Deps, engine: FakeEngine, change: Change) -> None:
    before = late(engine)
    await do_retry(cancelled, engine)
    await do_cancel(cancelled, engine)

    with pytest.raises(StillRunning):
        await change(cancelled, before)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert started_rounds(engine) == [1]


async def test_refused_second_retry_keeps_the_place_of_the_first(cancelled: Deps, engine: FakeEngine) -> None:
    before = late(engine)
    await do_retry(cancelled, engine)

    with pytest.raises(StillRunning):
        await do_retry(cancelled, before)

    assert await cancelled.values.read(RUNNING_BLOB) != {}


async def test_late_second_retry_starts_nothing_after_the_round_has_ended(cancelled: Deps, engine: FakeEngine) -> None:
    before = late(engine)
    await set_record(cancelled, Ended(round=1, at=NOW))

    with pytest.raises(StillRunning):
        await do_retry(cancelled, before)

    assert engine.started == []


async def test_cancel_before_the_engine_has_the_run_still_ends_it(cancelled: Deps, engine: FakeEngine) -> None:
    raced = RacedEngine(engine.runs_by_id)
    raced.happens = lambda: cancel(cancelled, engine, GENERATION)

    await do_retry(cancelled, raced)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert raced.events == [(GENERATION, CANCEL_EVENT)]


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_delete_before_the_engine_has_the_run_still_ends_it(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    raced = RacedEngine(engine.runs_by_id)
    raced.happens = lambda: do_delete(cancelled, engine)

    with pytest.raises(UnknownGeneration):
        await change(cancelled, raced)

    assert [run.is_over for run in engine.runs_by_id.values()] == [True]
    await finish_deletions(at(cancelled, LONG_AFTER), engine)
    assert engine.runs_by_id == {}
    assert [name for name in await blob_names(cancelled) if name.startswith(GENERATION)] == []


@pytest.mark.parametrize("change", [do_retry, do_redo, do_cancel])
async def test_delete_concurrent_with_another_change_leaves_no_run(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    deleted, changed = await asyncio.gather(
        do_delete(cancelled, engine), change(cancelled, engine), return_exceptions=True
    )

    assert deleted is None
    assert changed is None or isinstance(changed, UnknownGeneration)
    assert all(run.is_over for run in engine.runs_by_id.values())
    assert is_gone(await record_of(cancelled))


@pytest.mark.parametrize("change", CHANGES)
async def test_change_after_a_delete_is_refused(cancelled: Deps, engine: FakeEngine, change: Change) -> None:
    before = late(engine)
    await do_delete(cancelled, engine)
    stored = await contents(cancelled)

    with pytest.raises(UnknownGeneration):
        await change(cancelled, before)

    assert engine.started == []
    assert await contents(cancelled) == stored


async def test_of_concurrent_deletes_one_succeeds(drawn: Deps, engine: FakeEngine) -> None:
    results = await asyncio.gather(*(do_delete(drawn, engine) for _ in range(4)), return_exceptions=True)

    assert [type(result) for result in results if result is not None] == [UnknownGeneration] * 3


# --- a request that died between the record and the engine ------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "record"),
    [
        (do_retry, Running(round=1, at=NOW, given_up=True)),
        (do_redo, Running(round=1, work=REDO, wish="at night", at=NOW, given_up=True)),
    ],
)
async def test_repeated_request_starts_the_interrupted_round(
    cancelled: Deps, engine: FakeEngine, change: Change, record: Running
) -> None:
    await set_record(cancelled, record)

    await change(cancelled, engine)

    assert started_rounds(engine) == [1]
    assert await record_of(cancelled) == record


@pytest.mark.parametrize(
    "record",
    [
        Running(round=1, at=NOW),
        Running(round=1, work=REDO, wish="at night", at=NOW),
        Running(round=1, work=REDO, wish="by day", at=NOW, given_up=True),
        Running(round=1, work=MakeAgain(kind="panel", index=0), wish="at night", at=NOW),
    ],
)
async def test_different_request_starts_the_interrupted_round_and_is_refused(
    cancelled: Deps, engine: FakeEngine, record: Running
) -> None:
    await set_record(cancelled, record)

    with pytest.raises(StillRunning):
        await do_redo(cancelled, engine)

    ((_, _, start_input),) = engine.started
    assert isinstance(start_input, dict)
    assert start_input["work"] == record.work.model_dump(mode="json", exclude_none=True)
    assert await record_of(cancelled) == record


@pytest.mark.parametrize("record", [Running(round=1, at=NOW), Cancelling(round=1, at=NOW)])
async def test_cancel_ends_the_interrupted_round(cancelled: Deps, engine: FakeEngine, record: Lifecycle) -> None:
    await set_record(cancelled, record)

    await do_cancel(cancelled, engine)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert started_rounds(engine) == [1]
    assert (GENERATION, CANCEL_EVENT) in engine.events


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_change_that_the_engine_did_not_answer_gives_its_place_back_and_can_be_repeated(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    async def goes_away() -> None:
        raise EngineUnavailable("away")

    raced = RacedEngine(engine.runs_by_id, happens=goes_away)

    with pytest.raises(EngineUnavailable):
        await change(cancelled, raced)
    assert await cancelled.values.read(RUNNING_BLOB) == {}
    await change(cancelled, raced)

    assert started_rounds(raced) == [1]
    assert list(await cancelled.values.read(RUNNING_BLOB)) == [GENERATION]


# --- a run of an old version of the app, without a record -----------------------------------------------------------


async def test_run_without_a_record_can_be_cancelled(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))

    await do_cancel(deps, engine)

    assert await record_of(deps) == Cancelling(round=0, at=NOW)


async def test_cancelled_run_without_a_record_can_be_cancelled_again(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, CANCELLED, "completed")

    await do_cancel(deps, engine)

    assert await record_of(deps) == Ended(round=0, cancelled=True, at=NOW)


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_run_without_a_record_can_be_retried(cancelled: Deps, engine: FakeEngine, change: Change) -> None:
    await cancelled.lifecycles.forget(GENERATION)

    await change(cancelled, engine)

    assert started_rounds(engine) == [1]
    record = await record_of(cancelled)
    assert isinstance(record, Running)
    assert record.round == 1


async def test_run_without_a_record_can_be_deleted(cancelled: Deps, engine: FakeEngine) -> None:
    await cancelled.lifecycles.forget(GENERATION)

    await do_delete(cancelled, engine)

    assert await record_of(cancelled) == Deleting(reason="deleted", at=NOW)
    assert engine.runs_by_id == {}
