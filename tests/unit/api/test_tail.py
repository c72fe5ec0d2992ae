"""One poller for all readers of a generation, as long as there is one."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from api import pace
from api.tail import Snapshot, Sources, Tail, Tails
from shared.deps import Deps
from shared.errors import EngineUnavailable
from shared.models.steps import StepProgress
from shared.ports import Run
from tests.fakes.engine import FakeEngine
from tests.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger

PROMPTLY_S = 10
ENOUGH = 4


@dataclass(slots=True)
class SlowEngine(FakeEngine):
    """An engine that takes its time; it remembers what it was asked."""

    answer_s: float = 0.05
    asked: list[str] = field(default_factory=list[str])
    asked_often: asyncio.Event = field(default_factory=asyncio.Event)
    looked_often: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, instance_id: str) -> Run | None:
        self.asked.append("run")
        if self.asked.count("run") == ENOUGH:
            self.looked_often.set()
        await asyncio.sleep(self.answer_s)
        return await FakeEngine.run(self, instance_id)

    async def unfinished_runs(self, prefix: str) -> list[Run]:
        self.asked.append("steps")
        if self.asked.count("steps") == ENOUGH:
            self.asked_often.set()
        return list(await FakeEngine.unfinished_runs(self, prefix))


def sources(deps: Deps, engine: FakeEngine, poll_s: float = 0.01) -> Sources:
    return Sources(engine, deps.generations, deps.news, poll_s)


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


async def test_steps_are_looked_at_often_enough_to_see_every_retry_however_slow_the_engine(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the engine takes to answer counts too: a look each 0.05 s that takes 0.05 s makes two looks in 0.2 s."""
    monkeypatch.setattr(pace, "STEPS_INTERVAL_S", 0.2)
    engine = SlowEngine()
    engine.show(GENERATION, ledger(4))
    engine.show_step(GENERATION, StepProgress(kind="panel", index=0, attempt=2))

    async with Tails().follow(sources(deps, engine, 0.05), GENERATION) as following:
        snapshot = await until(following, 4)
        await asyncio.wait_for(engine.asked_often.wait(), PROMPTLY_S)

    between = "".join("s" if asked == "steps" else "r" for asked in engine.asked).split("s")[1:-1]
    assert max(map(len, between)) <= 2
    assert [step.index for step in snapshot.retrying.values()] == [0]


async def test_a_step_that_ended_here_is_looked_for_at_once_and_again_until_it_shows(deps: Deps) -> None:
    engine = SlowEngine(answer_s=0)
    engine.show(GENERATION, ledger(1))

    async with Tails().follow(sources(deps, engine, poll_s=1000), GENERATION) as following:
        await until(following, 1)
        engine.asked.clear()
        deps.news.tell(GENERATION, "step-ended")
        await asyncio.wait_for(engine.looked_often.wait(), PROMPTLY_S)
        engine.show(GENERATION, ledger(2))
        await until(following, 2)


async def test_word_of_another_generation_is_no_reason_to_look(deps: Deps, engine: FakeEngine) -> None:
    other = "f" * 32
    engine.show(GENERATION, ledger(1))
    engine.show(other, ledger(1))
    tails = Tails()

    async with (
        tails.follow(sources(deps, engine, poll_s=1000), GENERATION) as following,
        tails.follow(sources(deps, engine, poll_s=1000), other) as told,
    ):
        await until(following, 1)
        await until(told, 1)
        engine.show(GENERATION, ledger(2))
        engine.show(other, ledger(2))
        deps.news.tell(other, "step-ended")
        await until(told, 2)

        assert len(following.snapshot.ledger.entries) == 1
