"""One poller for all readers of a generation, as long as there is one."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from api.streaming import pace
from api.streaming.tail import Snapshot, Sources, Tail, Tails
from shared.deps import Deps
from shared.errors import EngineUnavailable, MangaError
from shared.models.steps import FailureRecord
from shared.ports import ListedBlob, Run
from shared.storage.generations import Generations
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, ref, step
from tests.unit.api.drawn_story import LAST_SEQ, ledger

PROMPTLY_S = 10


class CountedBlobs(SwitchedBlobs):
    """Blobs that count how often they were listed."""

    lists = 0

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        self.lists += 1
        async for blob in self.store.listed(prefix):
            yield blob


def sources(deps: Deps, engine: FakeEngine, poll_s: float = 0.01) -> Sources:
    return Sources(engine, deps.generations, poll_s)


def pollers() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("tail-")]


async def until(following: Tail, last_seq: int) -> Snapshot:
    """Wait for the snapshot that has this many entries."""
    snapshot = following.snapshot
    async with asyncio.timeout(PROMPTLY_S):
        while len(snapshot.ledger.entries) < last_seq:
            snapshot = await following.changed(snapshot, PROMPTLY_S)
    return snapshot


async def test_the_poller_ends_with_its_last_reader(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(3))
    tails = Tails()

    async with AsyncExitStack() as others:
        async with tails.follow(sources(deps, engine), GENERATION) as first:
            second = await others.enter_async_context(tails.follow(sources(deps, engine), GENERATION))
            await until(first, 3)
            assert second is first
            assert pollers() == [f"tail-{GENERATION}"]
        assert pollers() == [f"tail-{GENERATION}"]
    await asyncio.sleep(0)

    assert pollers() == []
    assert first.polling is not None
    assert first.polling.cancelled()


async def test_each_generation_has_a_poller_of_its_own(deps: Deps, engine: FakeEngine) -> None:
    other = "f" * 32
    tails = Tails()

    async with (
        tails.follow(sources(deps, engine), GENERATION),
        tails.follow(sources(deps, engine), other),
    ):
        assert sorted(pollers()) == [f"tail-{GENERATION}", f"tail-{other}"]


async def test_the_poller_of_an_ended_generation_asks_no_more(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(), "completed")

    async with Tails().follow(sources(deps, engine), GENERATION) as following:
        await until(following, LAST_SEQ)
        assert following.polling is not None
        await asyncio.wait_for(following.polling, PROMPTLY_S)

    assert engine.calls == 1


async def test_all_readers_learn_that_the_engine_is_down_and_the_next_one_starts_anew(
    deps: Deps, engine: FakeEngine
) -> None:
    tails = Tails()
    async with tails.follow(sources(deps, engine), GENERATION) as following:
        engine.down = True
        waiting = [following.changed(following.snapshot, PROMPTLY_S) for _ in range(3)]
        failures = await asyncio.gather(*waiting, return_exceptions=True)
        engine.down = False
        engine.show(GENERATION, ledger(2))
        async with tails.follow(sources(deps, engine), GENERATION) as anew:
            await until(anew, 2)

    assert [type(failure) for failure in failures] == [EngineUnavailable] * 3


async def test_a_change_between_two_looks_is_not_missed(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(1))

    async with Tails().follow(sources(deps, engine), GENERATION) as following:
        old = await until(following, 1)
        engine.show(GENERATION, ledger(2))
        await until(following, 2)
        latest = await following.changed(old, 0)

    assert len(latest.ledger.entries) == 2


async def test_polls_become_rarer_while_nothing_changes_and_frequent_again_after_a_change(
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
        async with asyncio.timeout(PROMPTLY_S), waited:
            await waited.wait_for(lambda: len(waits) >= count)

    sleep = asyncio.sleep
    monkeypatch.setattr("api.streaming.tail.asyncio.sleep", record)
    engine.show(GENERATION, ledger(1))

    async with Tails().follow(sources(deps, engine, 0.2), GENERATION) as following:
        await until(following, 1)
        await until_waits(8)
        quiet = waits[:8]
        waits.clear()
        engine.show(GENERATION, ledger(2))
        await until(following, 2)
        await until_waits(2)

    assert quiet == pytest.approx([0.2, 0.3, 0.45, 0.675, 0.8, 0.8, 0.8, 0.8])
    assert 0.2 in waits


async def test_a_failed_attempt_is_found_while_its_step_is_tried_again(
    deps: Deps, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    failure = FailureRecord(code="model-busy", will_retry=True)
    await deps.generations.save_failure(step("panel", 1), failure)
    engine.show(GENERATION, ledger(4))

    async with Tails().follow(sources(deps, engine), GENERATION) as following:
        snapshot = following.snapshot
        async with asyncio.timeout(PROMPTLY_S):
            while not snapshot.retries:
                snapshot = await following.changed(snapshot, PROMPTLY_S)

    assert list(snapshot.retries.items()) == [(ref("panel", 1), failure)]


async def test_failures_are_polled_less_often_than_the_engine(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(1))
    blobs = CountedBlobs(deps.blobs)

    async with Tails().follow(Sources(engine, Generations(blobs), 0.001), GENERATION) as following:
        await until(following, 1)
        for last_seq in range(2, LAST_SEQ):
            engine.show(GENERATION, ledger(last_seq))
            await until(following, last_seq)

    assert engine.calls > 1
    assert blobs.lists == 0


class BrokenEngine(FakeEngine):
    """An engine whose answers this app can't read."""

    async def run(self, instance_id: str) -> Run | None:
        raise ZeroDivisionError(instance_id)


async def _failure_of(following: Tail) -> MangaError:
    with pytest.raises(MangaError) as raised:
        await following.changed(following.snapshot, PROMPTLY_S)
    return raised.value


async def test_unexpected_fault_reaches_the_reader_with_its_cause(deps: Deps) -> None:
    async with Tails().follow(sources(deps, BrokenEngine()), GENERATION) as following:
        failure = await _failure_of(following)

    assert isinstance(failure.__cause__, ZeroDivisionError)


async def test_traceback_does_not_grow_with_each_reader(deps: Deps) -> None:
    async with Tails().follow(sources(deps, BrokenEngine()), GENERATION) as following:
        first = len(traceback.extract_tb((await _failure_of(following)).__traceback__))
        second = len(traceback.extract_tb((await _failure_of(following)).__traceback__))

    assert first == second
