"""Cancel, retry, redo and delete: what each writes, in which order, what it refuses, and which of two wins."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from pydantic import JsonValue

from api.changes import cancel, delete, make_again, retry
from api.ledgers import find_run
from api.limits.limits import Limits
from maintenance.deletions import finish_deletions
from shared import names
from shared.deps import Deps
from shared.errors import (
    DailyBudgetExhausted,
    EngineUnavailable,
    Expired,
    MangaError,
    NotCancellable,
    NotFound,
    NothingToDo,
    StillRunning,
    TooManyGenerations,
    UnknownGeneration,
)
from shared.ledger import BrokenEntry, CancelledEntry, CompleteEntry, ImageEntry, Ledger
from shared.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running, is_gone
from shared.models.claim import Claim
from shared.models.steps import MakeAgain, MakeMissing, StepProgress
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR, RUNNING_BLOB
from shared.ports import Engine, Run, RunState
from shared.settings import load_settings
from tests.fakes.engine import NOW, FakeEngine
from tests.fakes.lifecycles import set_record
from tests.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.maintenance.stored import LONG_AFTER, LONG_BEFORE, at

FAILED = ImageEntry(kind="panel", index=0, failure="model-busy")
# Two characters and two panels are planned, and one panel is missing.
CANCELLED = ledger(5).closed(CancelledEntry())
REDO = MakeAgain(kind="panel", index=1)
# All that can be asked for of a generation that has ended or runs.
type Change = Callable[[Deps, Engine], Awaitable[None]]


def limits(deps: Deps) -> Limits:
    return Limits(deps.settings, deps.blobs)


async def do_cancel(deps: Deps, engine: Engine) -> None:
    await cancel(deps, engine, GENERATION)


async def do_retry(deps: Deps, engine: Engine) -> None:
    await retry(deps, limits(deps), engine, GENERATION)


async def do_redo(deps: Deps, engine: Engine) -> None:
    await make_again(deps, limits(deps), engine, GENERATION, "panel", 1, "at night")


async def do_delete(deps: Deps, engine: Engine) -> None:
    await delete(deps, limits(deps), engine, GENERATION)


CHANGES: list[Change] = [do_cancel, do_retry, do_redo, do_delete]


@pytest.fixture
async def drawn(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation that has ended, with its results in storage."""
    await store_results(deps)
    await set_record(deps, Ended(round=0, at=NOW))
    engine.show(GENERATION, ledger(), "completed")
    return deps


@pytest.fixture
async def running(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation that is being worked on."""
    await store_results(deps)
    await set_record(deps, Running(at=NOW))
    engine.show(GENERATION, ledger(3))
    return deps


@pytest.fixture
async def cancelled(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation that was cancelled, and of which a panel is missing."""
    await store_results(deps)
    await set_record(deps, Ended(round=0, cancelled=True, at=NOW))
    engine.show(GENERATION, CANCELLED, "completed")
    return deps


async def blob_names(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names("")]


async def contents(deps: Deps) -> dict[str, str]:
    """Return all blobs by name, as their entity tags."""
    return {blob.name: blob.etag async for blob in deps.blobs.listed("")}


async def record_of(deps: Deps) -> Lifecycle | None:
    """Return the generation's record, but for what differs with every write."""
    record = await deps.lifecycles.read(GENERATION)
    return record and record.model_copy(update={"token": "", "at": NOW})


def started_rounds(engine: FakeEngine) -> list[JsonValue]:
    return [start_input.get("round") for _, _, start_input in engine.started if isinstance(start_input, dict)]


@dataclass(slots=True)
class WatchedEngine(FakeEngine):
    """An engine that notes the generation's record whenever it is told something."""

    deps: Deps | None = None
    seen: list[Lifecycle | None] = field(default_factory=list[Lifecycle | None])

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        await self._see()
        return await FakeEngine.start(self, orchestrator, instance_id, start_input)

    async def raise_event(self, instance_id: str, event: str) -> None:
        await self._see()
        await FakeEngine.raise_event(self, instance_id, event)

    async def terminate(self, instance_id: str, reason: str) -> None:
        await self._see()
        await FakeEngine.terminate(self, instance_id, reason)

    async def _see(self) -> None:
        assert self.deps is not None
        self.seen.append(await record_of(self.deps))


@dataclass(slots=True)
class LateEngine(FakeEngine):
    """An engine that answers with how a run was before, as it does to somebody who has asked a moment ago."""

    before: Run | None = None

    async def run(self, instance_id: str) -> Run | None:
        if instance_id == GENERATION and self.before is not None:
            return self.before
        return await FakeEngine.run(self, instance_id)


@dataclass(slots=True)
class RacedEngine(FakeEngine):
    """An engine that lets something happen right before it starts a run."""

    happens: Callable[[], Awaitable[None]] | None = None

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return await FakeEngine.start(self, orchestrator, instance_id, start_input)


def late(engine: FakeEngine) -> LateEngine:
    """Return the engine as it answers somebody who asked for the run before it was changed."""
    return LateEngine(engine.runs_by_id, engine.started, engine.events, before=engine.runs_by_id[GENERATION])


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
    drawn: Deps, engine: FakeEngine, kind: names.ItemKind, index: int
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


# --- two at the same time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [(do_retry, do_retry), (do_redo, do_redo), (do_retry, do_redo)])
async def test_of_two_that_go_on_at_the_same_time_one_wins(
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
async def test_second_retry_that_comes_too_late_does_not_undo_a_cancel(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    before = late(engine)
    await do_retry(cancelled, engine)
    await do_cancel(cancelled, engine)

    with pytest.raises(StillRunning):
        await change(cancelled, before)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert started_rounds(engine) == [1]


async def test_refused_second_retry_leaves_the_place_to_the_first(cancelled: Deps, engine: FakeEngine) -> None:
    before = late(engine)
    await do_retry(cancelled, engine)

    with pytest.raises(StillRunning):
        await do_retry(cancelled, before)

    assert await cancelled.values.read(RUNNING_BLOB) != {}


async def test_second_retry_that_comes_after_the_round_has_ended_begins_no_other(
    cancelled: Deps, engine: FakeEngine
) -> None:
    before = late(engine)
    await set_record(cancelled, Ended(round=1, at=NOW))

    with pytest.raises(StillRunning):
        await do_retry(cancelled, before)

    assert engine.started == []


async def test_cancel_that_comes_before_the_engine_is_told_reaches_the_run_all_the_same(
    cancelled: Deps, engine: FakeEngine
) -> None:
    raced = RacedEngine(engine.runs_by_id)
    raced.happens = lambda: cancel(cancelled, engine, GENERATION)

    await do_retry(cancelled, raced)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert raced.events == [(GENERATION, CANCEL_EVENT)]


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_delete_that_comes_before_the_engine_is_told_ends_the_run(
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
async def test_delete_at_the_same_time_as_another_change_leaves_no_run(
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
async def test_change_that_comes_too_late_for_a_delete_is_refused(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    before = late(engine)
    await do_delete(cancelled, engine)
    stored = await contents(cancelled)

    with pytest.raises(UnknownGeneration):
        await change(cancelled, before)

    assert engine.started == []
    assert await contents(cancelled) == stored


async def test_of_many_deletes_at_the_same_time_one_succeeds_and_the_others_find_nothing(
    drawn: Deps, engine: FakeEngine
) -> None:
    results = await asyncio.gather(*(do_delete(drawn, engine) for _ in range(4)), return_exceptions=True)

    assert [type(result) for result in results if result is not None] == [UnknownGeneration] * 3


# --- a request that died between the record and the engine ------------------------------------------------------------


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_request_that_the_engine_did_not_answer_can_be_sent_again(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    class Silent(FakeEngine):
        async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
            raise EngineUnavailable("The engine does not answer.")

    with pytest.raises(EngineUnavailable):
        await change(cancelled, Silent(engine.runs_by_id))

    await change(cancelled, engine)

    assert started_rounds(engine) == [1]


@pytest.mark.parametrize(
    ("change", "record"),
    [
        (do_retry, Running(round=1, at=NOW, given_up=True)),
        (do_redo, Running(round=1, work=REDO, wish="at night", at=NOW, given_up=True)),
    ],
)
async def test_round_of_which_the_engine_was_not_told_is_started_by_the_same_request_sent_again(
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
async def test_round_of_which_the_engine_was_not_told_is_started_by_another_request_which_is_refused(
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
async def test_round_of_which_the_engine_was_not_told_is_brought_to_its_end_by_a_cancel(
    cancelled: Deps, engine: FakeEngine, record: Lifecycle
) -> None:
    await set_record(cancelled, record)

    await do_cancel(cancelled, engine)

    assert await record_of(cancelled) == Cancelling(round=1, at=NOW)
    assert started_rounds(engine) == [1]
    assert (GENERATION, CANCEL_EVENT) in engine.events


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_place_is_given_back_if_the_engine_does_not_answer_and_the_round_begins_later(
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


# --- a run that an app without records has begun ----------------------------------------------------------------------


async def test_run_without_a_record_is_cancelled_like_any_other(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))

    await do_cancel(deps, engine)

    assert await record_of(deps) == Cancelling(round=0, at=NOW)


async def test_run_without_a_record_that_ended_cancelled_answers_a_cancel_like_any_other(
    deps: Deps, engine: FakeEngine
) -> None:
    engine.show(GENERATION, CANCELLED, "completed")

    await do_cancel(deps, engine)

    assert await record_of(deps) == Ended(round=0, cancelled=True, at=NOW)


@pytest.mark.parametrize("change", [do_retry, do_redo])
async def test_run_without_a_record_is_gone_on_with_like_any_other(
    cancelled: Deps, engine: FakeEngine, change: Change
) -> None:
    await cancelled.lifecycles.forget(GENERATION)

    await change(cancelled, engine)

    assert started_rounds(engine) == [1]
    record = await record_of(cancelled)
    assert isinstance(record, Running)
    assert record.round == 1


async def test_run_without_a_record_is_deleted_like_any_other(cancelled: Deps, engine: FakeEngine) -> None:
    await cancelled.lifecycles.forget(GENERATION)

    await do_delete(cancelled, engine)

    assert await record_of(cancelled) == Deleting(reason="deleted", at=NOW)
    assert engine.runs_by_id == {}


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
    sheet = names.image_blob(GENERATION, "character", 0, 1)
    cached = await drawn.cached_generations.image(GENERATION, "character", 0, 1)
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
