"""Beginning and end of a round: when it may begin, how it ends, and that each end is counted once."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from activities.ledger import load_ledger, save_ledger
from shared.deps import Deps
from shared.errors import NotFound
from shared.models.ledger import CancelledEntry, ClosingEntry, CompleteEntry, CriticalEntry, Ledger
from shared.models.steps import LedgerRequest
from shared.names import lifecycle_blob
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running
from shared.telemetry.metrics import ENDED, Counter
from shared.telemetry.port import Attributes, NoTelemetry
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION

CRITICAL = CriticalEntry(step="analysis", failure="model-busy")
CANCELLED = {"kind": "cancelled"}
COMPLETE = {"kind": "complete"}
# Records with which round 0 may neither begin nor be saved.
NOT_IN_ROUND_0 = [
    Running(round=1, at=NOW),
    Cancelling(round=1, at=NOW),
    Ended(round=1, at=NOW),
    Deleting(reason="deleted", at=NOW),
    Deleting(reason="expired", at=NOW),
]


class Counts(NoTelemetry):
    """Telemetry that records counters."""

    is_on = True

    def __init__(self) -> None:
        self.counted: list[tuple[Counter, Attributes]] = []

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        self.counted.append((counter, attributes))


def ended(*ends: ClosingEntry) -> Ledger:
    """Return a ledger with one round for each end."""
    ledger = Ledger()
    for end in ends:
        ledger = ledger.reopened().closed(end)
    return ledger


async def save(deps: Deps, ledger: Ledger) -> JsonValue:
    request = LedgerRequest(generation_id=GENERATION, ledger=ledger)
    return await save_ledger(deps, request.model_dump(mode="json", by_alias=True))


async def load(deps: Deps, round_: int | None) -> JsonValue:
    return await load_ledger(deps, {"generationId": GENERATION, "round": round_})


async def test_repeated_end_is_counted_once(deps: Deps) -> None:
    counts = Counts()

    saved = [await save(replace(deps, telemetry=counts), ended(CRITICAL)) for _ in range(2)]

    assert saved == [{"kind": "critical", "step": "analysis", "version": 1, "failure": "model-busy"}] * 2
    assert counts.counted == [(ENDED, {"manga.outcome": "critical", "manga.round": "first"})]


async def test_end_of_a_round_is_stored_in_ledger_and_record(deps: Deps) -> None:
    await set_record(deps, Running(round=1, at=NOW))

    assert await save(deps, ended(CancelledEntry(), CompleteEntry())) == COMPLETE

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Ended)
    assert (record.round, record.cancelled) == (1, False)
    assert await deps.generations.ledger(GENERATION) == ended(CancelledEntry(), CompleteEntry())


async def test_cancelled_round_ends_as_cancelled_even_if_it_was_completed(deps: Deps) -> None:
    await set_record(deps, Cancelling(round=0, at=NOW))

    assert [await save(deps, ended(CompleteEntry())) for _ in range(2)] == [CANCELLED, CANCELLED]

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Ended)
    assert record.cancelled
    assert await deps.generations.ledger(GENERATION) == ended(CancelledEntry())


async def test_round_started_by_an_app_without_records_ends_with_a_record(deps: Deps) -> None:
    assert await save(deps, ended(CancelledEntry())) == CANCELLED

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Ended)
    assert (record.round, record.cancelled) == (0, True)


async def test_round_started_by_a_rolled_back_app_without_records_ends_with_a_record(deps: Deps) -> None:
    again = ended(CRITICAL).reopened().closed(CancelledEntry())
    await set_record(deps, Ended(round=0, at=NOW))

    assert await save(deps, again) == CANCELLED

    record = await deps.lifecycles.read(GENERATION)
    assert isinstance(record, Ended)
    assert (record.round, record.cancelled) == (1, True)


@pytest.mark.parametrize("record", NOT_IN_ROUND_0)
async def test_end_of_another_round_is_not_stored(deps: Deps, record: Lifecycle) -> None:
    await set_record(deps, record)
    before = await deps.blobs.read(lifecycle_blob(GENERATION))

    assert await save(deps, ended(CompleteEntry())) is None

    assert await deps.generations.ledger(GENERATION) is None
    assert await deps.blobs.read(lifecycle_blob(GENERATION)) == before


async def test_repeated_round_keeps_its_first_end(deps: Deps) -> None:
    await save(deps, ended(CRITICAL))

    assert await save(deps, ended(CompleteEntry())) is None
    assert await deps.generations.ledger(GENERATION) == ended(CRITICAL)


async def test_save_without_a_ledger_is_refused(deps: Deps) -> None:
    with pytest.raises(NotFound):
        await save_ledger(deps, {"generationId": GENERATION})


@pytest.fixture
async def saved(deps: Deps) -> Deps:
    """A generation whose first round has ended."""
    await deps.generations.save_inputs(GENERATION, Inputs("Mira rows out.", "manga", no_dialogue=False))
    await deps.generations.save_ledger(GENERATION, ended(CompleteEntry()))
    return deps


@pytest.mark.parametrize("record", [Running(round=1, at=NOW), Cancelling(round=1, at=NOW)])
async def test_round_begins_with_the_ledger_of_the_previous_round(saved: Deps, record: Lifecycle) -> None:
    await set_record(saved, record)

    assert Ledger.model_validate(await load(saved, 1)) == ended(CompleteEntry())


async def test_round_without_a_number_from_an_earlier_version_is_started(saved: Deps) -> None:
    assert Ledger.model_validate(await load(saved, None)) == ended(CompleteEntry())


@pytest.mark.parametrize("record", [Ended(round=1, at=NOW), Running(round=2, at=NOW), *NOT_IN_ROUND_0[-2:]])
async def test_unwanted_round_is_not_started(saved: Deps, record: Lifecycle) -> None:
    await set_record(saved, record)

    assert await load(saved, 1) is None


@pytest.mark.parametrize("round_", [None, 1])
async def test_round_of_a_generation_without_inputs_is_not_started(saved: Deps, round_: int | None) -> None:
    await saved.generations.delete(GENERATION)

    assert await load(saved, round_) is None


async def test_missing_ledger_of_an_existing_generation_is_an_error(deps: Deps) -> None:
    await deps.generations.save_inputs(GENERATION, Inputs("Mira rows out.", "manga", no_dialogue=False))
    await set_record(deps, Running(round=1, at=NOW))

    with pytest.raises(NotFound):
        await load(deps, 1)
