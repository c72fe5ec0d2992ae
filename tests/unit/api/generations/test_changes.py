"""Cancel, retry, redo and delete: what each of them writes, in which order, and when it is refused."""

import asyncio
from dataclasses import replace

import pytest

from api.generations.changes import cancel, make_again
from shared import names
from shared.deps import Deps
from shared.errors import (
    DailyBudgetExhausted,
    Expired,
    InvalidInput,
    MangaError,
    NotCancellable,
    NotFound,
    NothingToDo,
    StillRunning,
    TooManyGenerations,
    UnknownGeneration,
)
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import MakeAgain, StepProgress
from shared.models.stored.claim import Claim
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR, RUNNING_BLOB
from shared.ports import RunState
from shared.settings import load_settings
from shared.storage.choices import choose
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


async def test_cancel_writes_the_record_before_it_raises_the_event(running: Deps, engine: FakeEngine) -> None:
    watched = WatchedEngine(engine.runs_by_id, deps=running)

    await cancel(running, watched, GENERATION)

    assert watched.events == [(GENERATION, CANCEL_EVENT)]
    assert watched.seen == [Cancelling(round=0, at=NOW)]


async def test_repeated_cancel_succeeds(running: Deps, engine: FakeEngine) -> None:
    await cancel(running, engine, GENERATION)
    await cancel(running, engine, GENERATION)
    engine.show(GENERATION, CANCELLED, "completed")
    await cancel(running, engine, GENERATION)
    await set_record(running, Ended(round=0, cancelled=True, at=NOW))

    await cancel(running, engine, GENERATION)


async def test_terminated_run_counts_as_cancelled(running: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3), "terminated")

    await cancel(running, engine, GENERATION)

    assert await record_of(running) == Ended(round=0, cancelled=True, at=NOW)


async def test_completed_generation_cannot_be_cancelled(drawn: Deps, engine: FakeEngine) -> None:
    before = await contents(drawn)

    with pytest.raises(NotCancellable):
        await cancel(drawn, engine, GENERATION)

    assert await contents(drawn) == before


async def test_cancel_is_refused_once_the_round_has_recorded_its_end(running: Deps, engine: FakeEngine) -> None:
    # The status of the run does not show it yet.
    await set_record(running, Ended(round=0, at=NOW))

    with pytest.raises(NotCancellable):
        await cancel(running, engine, GENERATION)

    assert engine.events == []


async def test_failed_run_cannot_be_cancelled(running: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3), "failed")

    with pytest.raises(NotCancellable):
        await cancel(running, engine, GENERATION)

    assert await record_of(running) == Ended(round=0, at=NOW)


# --- retry and redo -------------------------------------------------------------------------------------------------


async def test_retry_saves_the_ledger_and_starts_a_new_round(cancelled: Deps, engine: FakeEngine) -> None:
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
async def test_retry_saves_the_end_of_a_run_that_did_not_save_it(
    running: Deps, engine: FakeEngine, state: RunState, end: CancelledEntry | BrokenEntry
) -> None:
    engine.show(GENERATION, ledger(3), state)

    await do_retry(running, engine)

    assert await running.generations.ledger(GENERATION) == ledger(3).closed(end)
    assert await record_of(running) == Running(round=1, at=NOW)


async def test_saved_ledger_is_replaced_only_by_a_longer_one(drawn: Deps) -> None:
    for count, expected in ((3, 3), (LAST_SEQ, LAST_SEQ), (5, LAST_SEQ)):
        assert await drawn.generations.save_ledger(GENERATION, ledger(count)) == ledger(expected)
        assert await drawn.generations.ledger(GENERATION) == ledger(expected)


async def test_longest_of_concurrently_saved_ledgers_is_kept(drawn: Deps) -> None:
    saved = await asyncio.gather(*(drawn.generations.save_ledger(GENERATION, ledger(count)) for count in range(1, 7)))

    assert await drawn.generations.ledger(GENERATION) == ledger(6)
    assert saved[-1] == ledger(6)


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_running_generation_cannot_be_retried(running: Deps, engine: FakeEngine, change: Change) -> None:
    before = await contents(running)

    with pytest.raises(StillRunning):
        await change(running, engine)

    assert engine.started == []
    assert await contents(running) == before


async def test_complete_generation_cannot_be_retried(drawn: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NothingToDo):
        await do_retry(drawn, engine)

    assert engine.started == []


async def test_redo_keeps_its_instructions_out_of_the_durable_history(drawn: Deps, engine: FakeEngine) -> None:
    await do_redo(drawn, engine)

    assert "at night" not in str(engine.started)
    assert await record_of(drawn) == Running(round=1, work=REDO, wish="at night", at=NOW)


@pytest.mark.parametrize(("kind", "index"), [("panel", 2), ("character", 2)])
async def test_redo_of_an_unknown_image_is_refused_and_stores_nothing(
    drawn: Deps, engine: FakeEngine, kind: ImageKind, index: int
) -> None:
    before = await contents(drawn)

    with pytest.raises(NotFound):
        await make_again(drawn, limits(drawn), engine, GENERATION, kind, index, "at night")

    assert await contents(drawn) == before
    assert engine.started == []


@pytest.mark.parametrize("change", [do_retry, do_redo])
@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [
        ("MAX_PRICE_PER_DAY", "0.0001", DailyBudgetExhausted),
        ("MAX_RUNNING_GENERATIONS", "1", TooManyGenerations),
    ],
)
async def test_change_over_a_limit_is_refused_and_stores_nothing(
    cancelled: Deps, engine: FakeEngine, change: Change, setting: str, value: str, error: type[MangaError]
) -> None:
    limited = replace(cancelled, settings=load_settings({setting: value}))
    await limits(limited).take_place(engine, "e" * 32)
    before = await contents(cancelled)

    with pytest.raises(error):
        await change(limited, engine)

    assert await contents(cancelled) == before
    assert engine.started == []


async def test_round_that_has_not_begun_cannot_be_redone(drawn: Deps, engine: FakeEngine) -> None:
    await do_redo(drawn, engine)

    with pytest.raises(StillRunning):
        await do_redo(drawn, engine)


async def test_redo_saves_the_full_ledger_although_the_status_has_only_its_end(drawn: Deps, engine: FakeEngine) -> None:
    whole = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), FAILED, CompleteEntry())
    whole = whole.model_copy(update={"phase": "ended"})
    await drawn.generations.save_ledger(GENERATION, whole)
    await set_record(drawn, Ended(round=1, at=NOW))
    engine.show(GENERATION, Ledger.model_validate(whole.to_status(LAST_SEQ)), "completed")

    await do_redo(drawn, engine)

    assert await drawn.generations.ledger(GENERATION) == whole
    assert started_rounds(engine) == [2]


# --- delete ---------------------------------------------------------------------------------------------------------


async def test_delete_leaves_only_the_record_and_the_marker_for_the_sweep(drawn: Deps, engine: FakeEngine) -> None:
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


async def test_delete_writes_the_record_before_it_terminates_the_run(running: Deps, engine: FakeEngine) -> None:
    watched = WatchedEngine(engine.runs_by_id, deps=running)

    await do_delete(running, watched)

    assert watched.seen == [Deleting(reason="deleted", at=NOW)]


async def test_delete_gives_the_place_back(running: Deps, engine: FakeEngine) -> None:
    await limits(running).take_place(engine, GENERATION)

    await do_delete(running, engine)

    assert await running.values.read(RUNNING_BLOB) == {}


async def test_delete_clears_the_cache(drawn: Deps, engine: FakeEngine) -> None:
    sheet = names.result_blob(ref("character", 0, 1))
    cached = await drawn.cached_generations.image(ref("character", 0, 1))
    assert drawn.blob_cache.get(sheet) is cached

    await do_delete(drawn, engine)

    assert drawn.blob_cache.get(sheet) is None


async def test_generation_without_inputs_can_be_deleted(drawn: Deps, engine: FakeEngine) -> None:
    await drawn.blobs.delete(names.request_blob(GENERATION))

    await do_delete(drawn, engine)

    assert [name for name in await blob_names(drawn) if name.startswith(GENERATION)] == []
    with pytest.raises(NotFound):
        await do_delete(drawn, engine)


@pytest.mark.parametrize("change", CHANGES)
async def test_every_change_of_an_unknown_generation_is_not_found(
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
async def test_every_change_of_a_removed_generation_is_refused(
    cancelled: Deps, engine: FakeEngine, change: Change, record: Lifecycle, error: type[MangaError]
) -> None:
    await set_record(cancelled, record)
    before = await contents(cancelled)

    with pytest.raises(error):
        await change(cancelled, engine)

    assert not engine.started
    assert await contents(cancelled) == before


@pytest.mark.parametrize(("chosen_version", "pinned"), [(1, 1), (2, 2)])
async def test_change_of_the_current_image_pins_the_version_that_counts(
    drawn: Deps, engine: FakeEngine, chosen_version: int, pinned: int
) -> None:
    again = Ledger.model_validate(engine.runs_by_id[GENERATION].custom_status)
    entry = ImageEntry(kind="panel", index=1, version=2)
    engine.show(GENERATION, again.reopened().with_entry(entry).closed(CompleteEntry()), "completed")
    await set_record(drawn, Ended(round=1, at=NOW))
    await choose(drawn.blobs, ref("panel", 1, chosen_version), newest=2)

    await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, "at night", from_current=True)

    work = REDO.model_copy(update={"from_version": pinned})
    assert await record_of(drawn) == Running(round=2, work=work, wish="at night", at=NOW)
    ((_, _, start_input),) = engine.started
    assert isinstance(start_input, dict)
    assert start_input["work"] == {"task": "make-again", "kind": "panel", "index": 1, "fromVersion": pinned}


async def test_change_of_an_image_that_is_not_drawn_is_refused_and_stores_nothing(
    cancelled: Deps, engine: FakeEngine
) -> None:
    before = await contents(cancelled)

    with pytest.raises(InvalidInput) as refused:
        await make_again(cancelled, limits(cancelled), engine, GENERATION, "panel", 0, "at night", from_current=True)

    assert [problem.field for problem in refused.value.problems] == ["from"]
    assert {name: tag for name, tag in (await contents(cancelled)).items() if name in before} == before
    assert engine.started == []


def test_redo_from_nothing_has_the_same_input_as_before() -> None:
    assert MakeAgain(kind="panel", index=1).model_dump(mode="json", by_alias=True) == {
        "task": "make-again",
        "kind": "panel",
        "index": 1,
        "instructions": None,
    }
