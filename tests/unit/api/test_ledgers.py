"""The whole of a ledger, of which a run's status may show only the end."""

import dataclasses

import pytest

from api.ledgers import LedgerSource, find_run, whole_ledger
from shared.deps import Deps
from shared.errors import NotFound
from shared.ledger import BrokenEntry, CancelledEntry, CompleteEntry, Entry, ImageEntry
from shared.ports import RunState
from tests.fakes.blobs import SwitchedBlobs
from tests.fakes.engine import FakeEngine
from tests.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger


async def test_a_generation_that_the_engine_does_not_know_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound):
        await find_run(deps, engine, GENERATION)


@pytest.mark.parametrize(("state", "end"), [("terminated", CancelledEntry()), ("failed", BrokenEntry())])
async def test_a_run_that_stopped_without_an_end_is_given_one(
    deps: Deps, engine: FakeEngine, state: RunState, end: Entry
) -> None:
    engine.show(GENERATION, ledger(3), state)

    whole = await whole_ledger(deps.generations, await find_run(deps, engine, GENERATION))

    assert whole.entries == (*ledger(3).entries, end)
    assert whole.is_closed


async def test_entries_that_the_status_has_no_room_for_are_read_from_storage(deps: Deps, engine: FakeEngine) -> None:
    again = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), CompleteEntry())
    await deps.generations.save_ledger(GENERATION, ledger())
    engine.show(GENERATION, again)
    run = dataclasses.replace(engine.runs_by_id[GENERATION], custom_status=again.to_status(LAST_SEQ + 1))

    assert await whole_ledger(deps.generations, run) == again


async def test_saved_entries_are_read_once(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.save_ledger(GENERATION, ledger())
    blobs = SwitchedBlobs(deps.blobs)
    source = LedgerSource(dataclasses.replace(deps, blobs=blobs).generations)
    again = ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2), CompleteEntry())
    engine.show(GENERATION, again)
    run = dataclasses.replace(engine.runs_by_id[GENERATION], custom_status=again.to_status(LAST_SEQ + 1))
    await source.whole(run)

    blobs.down = True

    assert await source.whole(run) == again
