"""Polling: one poller for all readers of a generation, how often it polls, and what it does when polling fails."""

import asyncio
import dataclasses
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from api.streaming.poller import (
    FAILURE_POLLS_PER_S,
    POLLS_PER_S,
    Poller,
    Pollers,
    Snapshot,
    failures_interval_s,
    first_interval_s,
    next_interval_s,
)
from shared.deps import Deps
from shared.errors import EngineUnavailable, MangaError
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.ports import ListedBlob, Run
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, ref, step
from tests.unit.api.drawn_story import LAST_SEQ, ledger

TIMEOUT_S = 10


def running_pollers() -> list[str]:
    return sorted(task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("poller-"))


async def wait_for_seq(poller: Poller, last_seq: int) -> Snapshot:
    """Wait for the snapshot that has this many entries."""
    snapshot = poller.snapshot
    async with asyncio.timeout(TIMEOUT_S):
        while len(snapshot.ledger.entries) < last_seq:
            snapshot = await poller.wait_for_change(snapshot, TIMEOUT_S)
    return snapshot


# --- one poller for all readers -------------------------------------------------------------------------------------


async def test_poller_is_shared_and_stops_with_its_last_reader(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))
    pollers = Pollers()

    async with AsyncExitStack() as others:
        async with pollers.follow(deps, engine, GENERATION) as first:
            second = await others.enter_async_context(pollers.follow(deps, engine, GENERATION))
            await wait_for_seq(first, 3)
            assert second is first
            assert running_pollers() == [f"poller-{GENERATION}"]
        assert running_pollers() == [f"poller-{GENERATION}"]
    await asyncio.sleep(0)

    assert running_pollers() == []
    assert first.task.cancelled()


async def test_each_generation_has_its_own_poller(deps: Deps, engine: FakeEngine) -> None:
    other = "f" * 32
    pollers = Pollers()

    async with pollers.follow(deps, engine, GENERATION), pollers.follow(deps, engine, other):
        assert running_pollers() == [f"poller-{GENERATION}", f"poller-{other}"]


async def test_polling_stops_when_the_generation_has_ended(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(), "completed")

    async with Pollers().follow(deps, engine, GENERATION) as poller:
        await wait_for_seq(poller, LAST_SEQ)
        await asyncio.wait_for(poller.task, TIMEOUT_S)

    assert engine.calls == 1


async def test_change_since_an_older_snapshot_is_returned_at_once(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(1))

    async with Pollers().follow(deps, engine, GENERATION) as poller:
        old = await wait_for_seq(poller, 1)
        engine.show(GENERATION, ledger(2))
        await wait_for_seq(poller, 2)
        latest = await poller.wait_for_change(old, 0)

    assert len(latest.ledger.entries) == 2


# --- how often ------------------------------------------------------------------------------------------------------


async def test_polling_slows_down_without_changes_and_speeds_up_after_one(
    deps: Deps, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    waited = asyncio.Condition()

    async def record(delay_s: float) -> None:
        async with waited:
            waits.append(delay_s)
            waited.notify_all()
        await sleep(0)

    async def until_waits(count: int) -> None:
        async with asyncio.timeout(TIMEOUT_S), waited:
            await waited.wait_for(lambda: len(waits) >= count)

    sleep = asyncio.sleep
    monkeypatch.setattr("api.streaming.poller.asyncio.sleep", record)
    engine.show(GENERATION, ledger(1))
    settings = deps.settings.model_copy(update={"stream_poll_s": 0.2})

    async with Pollers().follow(dataclasses.replace(deps, settings=settings), engine, GENERATION) as poller:
        await wait_for_seq(poller, 1)
        await until_waits(8)
        quiet = waits[:8]
        waits.clear()
        engine.show(GENERATION, ledger(2))
        await wait_for_seq(poller, 2)
        await until_waits(2)

    assert quiet == pytest.approx([0.2, 0.3, 0.45, 0.675, 0.8, 0.8, 0.8, 0.8])
    assert 0.2 in waits


def test_longer_configured_interval_is_kept() -> None:
    assert next_interval_s(5, pollers=1) == 5


@pytest.mark.parametrize("pollers", [50, 1000])
def test_polls_of_a_process_are_limited(pollers: int) -> None:
    assert pollers / first_interval_s(0.2, pollers) <= POLLS_PER_S
    assert pollers / next_interval_s(0.2, pollers) <= POLLS_PER_S
    assert pollers / failures_interval_s(pollers) <= FAILURE_POLLS_PER_S


async def test_failed_attempt_is_found_while_its_step_is_retried(
    deps: Deps, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.streaming.poller.FAILURES_INTERVAL_S", 0.01)
    failure = FailureRecord(code="model-busy", will_retry=True)
    await deps.generations.save_failure(step("panel", 1), failure)
    # No part of a round: it is not in the stream.
    translation = StepRef(generation_id=GENERATION, kind="lettering", language="ja", source="0a1b")
    await deps.generations.save_failure(translation, failure)
    engine.show(GENERATION, ledger(4))

    async with Pollers().follow(deps, engine, GENERATION) as poller:
        snapshot = poller.snapshot
        async with asyncio.timeout(TIMEOUT_S):
            while not snapshot.retries:
                snapshot = await poller.wait_for_change(snapshot, TIMEOUT_S)

    assert [*snapshot.retries.items()] == [(ref("panel", 1), failure)]


class CountedBlobs(SwitchedBlobs):
    """Blobs that count how often they were listed."""

    lists = 0

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        self.lists += 1
        async for blob in self.store.listed(prefix):
            yield blob


async def test_failures_are_polled_less_often_than_the_engine(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(1))
    blobs = CountedBlobs(deps.blobs)

    async with Pollers().follow(dataclasses.replace(deps, blobs=blobs), engine, GENERATION) as poller:
        for last_seq in range(1, LAST_SEQ):
            engine.show(GENERATION, ledger(last_seq))
            await wait_for_seq(poller, last_seq)

    assert engine.calls > 1
    assert blobs.lists == 0


# --- when polling fails ---------------------------------------------------------------------------------------------


async def test_unavailable_engine_is_reported_to_all_readers_and_the_next_reader_starts_a_new_poller(
    deps: Deps, engine: FakeEngine
) -> None:
    pollers = Pollers()
    async with pollers.follow(deps, engine, GENERATION) as poller:
        engine.down = True
        waiting = [poller.wait_for_change(poller.snapshot, TIMEOUT_S) for _ in range(3)]
        failures = await asyncio.gather(*waiting, return_exceptions=True)
        engine.down = False
        engine.show(GENERATION, ledger(2))
        async with pollers.follow(deps, engine, GENERATION) as new:
            await wait_for_seq(new, 2)

    assert [type(failure) for failure in failures] == [EngineUnavailable] * 3


async def test_unexpected_error_reaches_all_readers_with_its_cause_and_a_short_traceback(deps: Deps) -> None:
    class BrokenEngine(FakeEngine):
        async def run(self, instance_id: str) -> Run | None:
            raise ZeroDivisionError(instance_id)

    tracebacks: list[int] = []
    async with Pollers().follow(deps, BrokenEngine(), GENERATION) as poller:
        for _ in range(2):
            with pytest.raises(MangaError) as raised:
                await poller.wait_for_change(poller.snapshot, TIMEOUT_S)
            assert isinstance(raised.value.__cause__, ZeroDivisionError)
            tracebacks.append(len(traceback.extract_tb(raised.value.__traceback__)))

    assert tracebacks[0] == tracebacks[1]
