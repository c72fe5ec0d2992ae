"""Full ledgers: a run's status may have only the last entries."""

import dataclasses

import pytest

from api.generations.ledgers import LedgerReader, find_run, full_ledger, round_of
from shared.deps import Deps
from shared.errors import MangaError, NotFound
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, Entry, ImageEntry, Ledger
from shared.ports import Run, RunState
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger


async def test_unknown_run_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound):
        await find_run(deps, engine, GENERATION)


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_removed_generation_is_not_found_although_its_run_still_exists(
    deps: Deps, engine: FakeEngine, record: Lifecycle, error: type[MangaError]
) -> None:
    engine.show(GENERATION, ledger(3))
    await set_record(deps, record)

    with pytest.raises(error):
        await find_run(deps, engine, GENERATION)


@pytest.mark.parametrize(("state", "end"), [("terminated", CancelledEntry()), ("failed", BrokenEntry())])
async def test_run_that_stopped_without_a_closing_entry_gets_one(
    deps: Deps, engine: FakeEngine, state: RunState, end: Entry
) -> None:
    engine.show(GENERATION, ledger(3), state)

    full = await full_ledger(deps.generations, await find_run(deps, engine, GENERATION))

    assert full.entries == (*ledger(3).entries, end)
    assert full.is_closed


@pytest.mark.parametrize("state", ["terminated", "failed", "completed"])
async def test_saved_end_counts_although_the_status_does_not_have_it(
    deps: Deps, engine: FakeEngine, state: RunState
) -> None:
    saved = ledger(3).closed(CancelledEntry())
    await deps.generations.save_ledger(GENERATION, saved)
    engine.show(GENERATION, ledger(3), state)

    assert await full_ledger(deps.generations, await find_run(deps, engine, GENERATION)) == saved


async def test_failed_later_round_gets_a_closing_entry(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.save_ledger(GENERATION, ledger(3).closed(CancelledEntry()))
    shown = ledger(3).closed(CancelledEntry()).reopened().with_entry(ImageEntry(kind="panel", index=0))
    engine.show(GENERATION, shown, "failed")

    full = await full_ledger(deps.generations, await find_run(deps, engine, GENERATION))

    assert full.entries == (*shown.entries, BrokenEntry())


@pytest.mark.parametrize(("state", "expected"), [("completed", ledger()), ("pending", ledger().reopened())])
async def test_restarted_run_without_a_status_has_the_saved_ledger(
    deps: Deps, state: RunState, expected: Ledger
) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())

    assert await full_ledger(deps.generations, Run(GENERATION, state, None, NOW, NOW)) == expected


def test_round_is_the_number_of_earlier_closing_entries() -> None:
    assert round_of(ledger()) == 0
    assert round_of(ledger().reopened()) == 1


async def test_entries_that_are_not_in_the_status_are_read_from_storage_once(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())
    blobs = SwitchedBlobs(deps.blobs)
    reader = LedgerReader(dataclasses.replace(deps, blobs=blobs).generations)
    again = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), CompleteEntry())
    engine.show(GENERATION, again)
    run = dataclasses.replace(engine.runs_by_id[GENERATION], custom_status=again.to_status(LAST_SEQ + 1))

    assert await reader.read(run) == again
    blobs.down = True
    assert await reader.read(run) == again
