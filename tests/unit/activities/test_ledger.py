"""An end is told of once, however often the engine repeats the activity that stores it."""

from dataclasses import replace

from activities.ledger import save_ledger
from shared.deps import Deps
from shared.ledger import CriticalEntry, Ledger
from shared.models.steps import LedgerRequest
from shared.telemetry.metrics import ENDED, Counter
from shared.telemetry.port import Attributes, NoTelemetry

GENERATION_ID = "e" * 32


class Counts(NoTelemetry):
    """Telemetry that keeps what is counted."""

    is_on = True

    def __init__(self) -> None:
        self.counted: list[tuple[Counter, Attributes]] = []

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        self.counted.append((counter, attributes))


async def test_a_repeated_end_is_counted_once(deps: Deps) -> None:
    counts = Counts()
    ended = Ledger().closed(CriticalEntry(step="analysis", failure="model-busy"))
    payload = LedgerRequest(generation_id=GENERATION_ID, ledger=ended).model_dump(mode="json", by_alias=True)

    stored = [await save_ledger(replace(deps, telemetry=counts), payload) for _ in range(2)]

    assert stored == [True, False]
    assert counts.counted == [(ENDED, {"manga.outcome": "critical", "manga.round": "first"})]
