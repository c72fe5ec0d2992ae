"""Cancel, retry, redo and delete: what each writes, in which order, and what it refuses."""

import pytest

from api.changes import cancel, delete, make_again, retry
from api.limits.limits import Limits
from shared import names
from shared.deps import Deps
from shared.errors import Cancelled, Expired, NotCancellable, NotFound, NothingToDo, StillRunning
from shared.ledger import CancelledEntry, ImageEntry, Ledger
from shared.models.steps import StepProgress
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR
from tests.fakes.engine import FakeEngine
from tests.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.maintenance.stored import LONG_BEFORE

FAILED = ImageEntry(kind="panel", index=0, failure="model-busy")


@pytest.fixture
async def drawn(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation that has ended, with its results in storage."""
    await store_results(deps)
    engine.show(GENERATION, ledger(), "completed")
    return deps


def limits(deps: Deps) -> Limits:
    return Limits(deps.settings, deps.blobs)


async def blob_names(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names("")]


async def test_a_cancel_forbids_further_calls_before_the_orchestration_hears_of_it(
    deps: Deps, engine: FakeEngine
) -> None:
    await store_results(deps)
    engine.show(GENERATION, ledger(3))

    await cancel(deps, engine, GENERATION)

    with pytest.raises(Cancelled):
        await deps.generations.wanted_request(GENERATION)
    assert engine.events == [(GENERATION, CANCEL_EVENT)]


async def test_a_cancel_that_is_sent_again_gets_the_same_answer(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))
    await cancel(deps, engine, GENERATION)
    await cancel(deps, engine, GENERATION)
    engine.show(GENERATION, ledger(3).closed(CancelledEntry()), "completed")

    await cancel(deps, engine, GENERATION)


async def test_a_generation_that_was_ended_from_outside_counts_as_cancelled(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3), "terminated")

    await cancel(deps, engine, GENERATION)


async def test_a_generation_that_has_ended_by_itself_cannot_be_cancelled(drawn: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotCancellable):
        await cancel(drawn, engine, GENERATION)

    assert await drawn.generations.wanted_request(GENERATION)


async def test_a_retry_saves_the_ledger_lifts_the_cancel_and_starts_again(deps: Deps, engine: FakeEngine) -> None:
    await store_results(deps)
    ended = ledger(3).closed(CancelledEntry())
    engine.show(GENERATION, ended, "completed")
    await deps.generations.mark_cancelled(GENERATION)

    await retry(deps, limits(deps), engine, GENERATION)

    assert await deps.generations.ledger(GENERATION) == ended
    assert await deps.generations.wanted_request(GENERATION)
    ((orchestrator, instance_id, start_input),) = engine.started
    assert (orchestrator, instance_id) == (MANGA_ORCHESTRATOR, GENERATION)
    assert start_input == {"parallelSteps": 15, "resumed": True, "work": {"task": "make-missing"}}


async def test_the_end_that_readers_were_given_of_a_broken_run_is_kept_as_an_entry(
    deps: Deps, engine: FakeEngine
) -> None:
    await store_results(deps)
    engine.show(GENERATION, ledger(3), "terminated")

    await retry(deps, limits(deps), engine, GENERATION)

    saved = await deps.generations.ledger(GENERATION)
    assert saved is not None
    assert saved.entries[-1] == CancelledEntry()


async def test_a_longer_ledger_that_was_saved_before_is_never_replaced(drawn: Deps) -> None:
    longer = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2))
    await drawn.generations.save_ledger(GENERATION, longer)

    assert not await drawn.generations.save_ledger(GENERATION, ledger())
    assert await drawn.generations.ledger(GENERATION) == longer


async def test_a_longer_ledger_takes_the_place_of_the_one_that_was_saved_before(drawn: Deps) -> None:
    await drawn.generations.save_ledger(GENERATION, ledger(3))

    assert await drawn.generations.save_ledger(GENERATION, ledger())
    assert await drawn.generations.ledger(GENERATION) == ledger()


async def test_a_generation_that_is_worked_on_is_not_gone_on_with(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))

    with pytest.raises(StillRunning):
        await retry(deps, limits(deps), engine, GENERATION)
    with pytest.raises(StillRunning):
        await make_again(deps, limits(deps), engine, GENERATION, "panel", 0, None)

    assert engine.started == []


async def test_nothing_to_retry_starts_nothing(drawn: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NothingToDo):
        await retry(drawn, limits(drawn), engine, GENERATION)

    assert engine.started == []


async def test_a_redo_keeps_its_wish_out_of_the_durable_history(drawn: Deps, engine: FakeEngine) -> None:
    await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, "at night, please")

    work = engine.started[0][2]
    assert "at night" not in str(work)
    token = next(name for name in await blob_names(drawn) if "instructions" in name)
    assert names.instructions_blob(GENERATION, str(work).split("'instructions': '")[1][:16]) == token


@pytest.mark.parametrize(("kind", "index"), [("panel", 2), ("character", 2)])
async def test_what_is_not_planned_cannot_be_made_again(
    drawn: Deps, engine: FakeEngine, kind: names.ItemKind, index: int
) -> None:
    with pytest.raises(NotFound):
        await make_again(drawn, limits(drawn), engine, GENERATION, kind, index, None)


async def test_a_generation_that_was_started_again_and_has_not_begun_is_where_it_ended(
    drawn: Deps, engine: FakeEngine
) -> None:
    await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, None)

    with pytest.raises(StillRunning):
        await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, None)


async def test_delete_leaves_no_blob_no_run_and_no_claim(drawn: Deps, engine: FakeEngine) -> None:
    claim = names.claim_blob("abc")
    await drawn.blobs.create(claim, b"{}", "application/json")
    request = (await drawn.generations.request(GENERATION)).model_copy(update={"claim": claim})
    await drawn.blobs.replace(
        names.request_blob(GENERATION), request.model_dump_json(by_alias=True).encode(), "application/json"
    )
    engine.show_step(GENERATION, StepProgress(kind="panel", index=1))

    await delete(drawn, engine, GENERATION)

    assert await blob_names(drawn) == []
    assert engine.runs_by_id == {}


async def test_deleted_generation_is_removed_from_the_cache(drawn: Deps, engine: FakeEngine) -> None:
    sheet = names.image_blob(GENERATION, "character", 0, 1)
    cached = await drawn.cached_generations.image(GENERATION, "character", 0, 1)
    assert drawn.blob_cache.get(sheet) is cached

    await delete(drawn, engine, GENERATION)

    assert drawn.blob_cache.get(sheet) is None


async def test_a_delete_that_was_broken_off_is_brought_to_its_end_by_the_next(drawn: Deps, engine: FakeEngine) -> None:
    await drawn.blobs.delete(names.request_blob(GENERATION))

    await delete(drawn, engine, GENERATION)

    assert await blob_names(drawn) == []
    with pytest.raises(NotFound):
        await delete(drawn, engine, GENERATION)


async def test_whatever_is_asked_of_an_unknown_generation_it_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    for change in (cancel, delete):
        with pytest.raises(NotFound):
            await change(deps, engine, GENERATION)
    with pytest.raises(NotFound):
        await retry(deps, limits(deps), engine, GENERATION)


async def test_a_status_that_begins_later_is_completed_from_what_was_saved(drawn: Deps, engine: FakeEngine) -> None:
    whole = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), FAILED)
    await drawn.generations.save_ledger(GENERATION, whole)
    engine.show(GENERATION, Ledger.model_validate(whole.to_status(LAST_SEQ)), "completed")

    await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 0, None)

    assert await drawn.generations.ledger(GENERATION) == whole


async def test_what_is_gone_on_with_is_kept_for_another_time(drawn: Deps, engine: FakeEngine) -> None:
    await make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, None)

    assert not await drawn.expiry.expire(GENERATION, unless_kept_since=LONG_BEFORE)


async def test_a_generation_that_is_being_purged_is_not_gone_on_with(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(5, FAILED).closed(CancelledEntry()), "completed")
    await drawn.expiry.expire(GENERATION, LONG_BEFORE)

    for change in (
        retry(drawn, limits(drawn), engine, GENERATION),
        make_again(drawn, limits(drawn), engine, GENERATION, "panel", 1, None),
        cancel(drawn, engine, GENERATION),
        delete(drawn, engine, GENERATION),
    ):
        with pytest.raises(Expired):
            await change
    assert not engine.started


async def test_a_deleted_generation_leaves_no_mark(drawn: Deps, engine: FakeEngine) -> None:
    await drawn.expiry.keep(GENERATION)

    await delete(drawn, engine, GENERATION)

    assert await blob_names(drawn) == []
