"""The whole of a ledger, of which a run's status may show only the end."""

import dataclasses

import pytest

from api.generations.ledgers import LedgerReader, find_run, full_ledger, round_of
from shared.deps import Deps
from shared.errors import MangaError, NotFound
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, Entry, ImageEntry
from shared.ports import Run, RunState
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger


async def test_a_generation_that_the_engine_does_not_know_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound):
        await find_run(deps, engine, GENERATION)


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_removed_generation_is_not_found_though_its_run_is_still_there(
    deps: Deps, engine: FakeEngine, record: Lifecycle, error: type[MangaError]
) -> None:
    engine.show(GENERATION, ledger(3))
    await set_record(deps, record)

    with pytest.raises(error):
        await find_run(deps, engine, GENERATION)


@pytest.mark.parametrize(("state", "end"), [("terminated", CancelledEntry()), ("failed", BrokenEntry())])
async def test_a_run_that_stopped_without_an_end_is_given_one(
    deps: Deps, engine: FakeEngine, state: RunState, end: Entry
) -> None:
    engine.show(GENERATION, ledger(3), state)

    whole = await full_ledger(deps.generations, await find_run(deps, engine, GENERATION))

    assert whole.entries == (*ledger(3).entries, end)
    assert whole.is_closed


@pytest.mark.parametrize("state", ["terminated", "failed", "completed"])
async def test_run_that_saved_its_end_and_stopped_before_it_showed_it_ends_as_it_was_saved(
    deps: Deps, engine: FakeEngine, state: RunState
) -> None:
    saved = ledger(3).closed(CancelledEntry())
    await deps.generations.save_ledger(GENERATION, saved)
    engine.show(GENERATION, ledger(3), state)

    assert await full_ledger(deps.generations, await find_run(deps, engine, GENERATION)) == saved


async def test_run_that_shows_more_than_the_round_before_has_saved_is_given_an_end(
    deps: Deps, engine: FakeEngine
) -> None:
    await deps.generations.save_ledger(GENERATION, ledger(3).closed(CancelledEntry()))
    shown = ledger(3).closed(CancelledEntry()).reopened().with_entry(ImageEntry(kind="panel", index=0))
    engine.show(GENERATION, shown, "failed")

    whole = await full_ledger(deps.generations, await find_run(deps, engine, GENERATION))

    assert whole.entries == (*shown.entries, BrokenEntry())


async def test_run_that_was_not_wanted_any_more_leaves_the_ledger_as_it_was_saved(
    deps: Deps, engine: FakeEngine
) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())
    run = Run(GENERATION, "completed", None, NOW, NOW)

    assert await full_ledger(deps.generations, run) == ledger()


async def test_run_that_was_begun_again_and_shows_nothing_yet_is_where_it_ended_before(
    deps: Deps, engine: FakeEngine
) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())
    run = Run(GENERATION, "pending", None, NOW, NOW)

    assert await full_ledger(deps.generations, run) == ledger().reopened()


def test_round_is_counted_by_the_ends_before() -> None:
    assert round_of(ledger()) == 0
    assert round_of(ledger().reopened()) == 1


async def test_entries_that_the_status_has_no_room_for_are_read_from_storage(deps: Deps, engine: FakeEngine) -> None:
    again = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), CompleteEntry())
    await deps.generations.save_ledger(GENERATION, ledger())
    engine.show(GENERATION, again)
    run = dataclasses.replace(engine.runs_by_id[GENERATION], custom_status=again.to_status(LAST_SEQ + 1))

    assert await full_ledger(deps.generations, run) == again


async def test_saved_entries_are_read_once(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())
    blobs = SwitchedBlobs(deps.blobs)
    reader = LedgerReader(dataclasses.replace(deps, blobs=blobs).generations)
    again = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), CompleteEntry())
    engine.show(GENERATION, again)
    run = dataclasses.replace(engine.runs_by_id[GENERATION], custom_status=again.to_status(LAST_SEQ + 1))
    await reader.read(run)

    blobs.down = True

    assert await reader.read(run) == again
