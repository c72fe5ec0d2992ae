"""An end is told of once, however often the engine repeats the activity that stores it."""

import asyncio
from dataclasses import replace

from activities.ledger import save_ledger
from shared.deps import Deps
from shared.ledger import CriticalEntry, Ledger
from shared.models.steps import LedgerRequest
from shared.news import Word
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


async def test_those_who_follow_the_generation_here_are_told_that_its_end_is_shown(deps: Deps) -> None:
    ended = Ledger().closed(CriticalEntry(step="analysis", failure="model-busy"))
    payload = LedgerRequest(generation_id=GENERATION_ID, ledger=ended).model_dump(mode="json", by_alias=True)
    heard: list[Word] = []

    with deps.news.heard(GENERATION_ID, heard.append):
        await save_ledger(deps, payload)
        await asyncio.sleep(0)

    assert heard == ["all-shown"]
