"""Results that wait for the same orchestration are delivered together, where that can't change what it does."""

import asyncio
from itertools import count

import pytest

from devhost.engine.engine import Engine
from devhost.engine.episode import Message, batch
from devhost.engine.history import EventType, parse_event
from devhost.engine.invoker import Outcome
from devhost.engine.records import Retry, Task, TaskKind, TaskRef
from tests.engine.conftest import Bench, wait_for, wait_for_end
from tests.engine.sdk_invoker import Context, Flow, SdkInvoker

_RESULTS = 12


def _task(task_id: int, kind: TaskKind = TaskKind.CHILD, retry: Retry | None = None) -> Task:
    return Task(TaskRef("it", "run", task_id), kind, "task", retry=retry)


_OPEN = {
    task.ref.task_id: task
    for task in (
        _task(0),
        _task(1),
        _task(2, TaskKind.ACTIVITY),
        _task(3, TaskKind.TIMER),
        _task(4, TaskKind.ACTIVITY, Retry(TaskKind.ACTIVITY, first_interval_ms=1, max_attempts=2)),
    )
}
_RESULT, _OTHER_RESULT, _ACTIVITY_RESULT = (Message("{}", task_id=task_id) for task_id in range(3))
_ALONE = {
    "start": Message(),
    "event": Message("{}", event_row=1),
    "timer": Message("{}", task_id=3),
    "with retries": Message("{}", task_id=4),
    "failure": Message("{}", task_id=0, failed=True),
    "nobody waits for it": Message("{}", task_id=99),
}


def test_results_of_activities_and_children_come_together() -> None:
    inbox = [_RESULT, _ACTIVITY_RESULT, _OTHER_RESULT]

    assert batch(inbox, _OPEN) == inbox


@pytest.mark.parametrize("alone", _ALONE.values(), ids=_ALONE)
def test_what_may_change_the_meaning_of_what_follows_comes_alone(alone: Message) -> None:
    assert batch([alone, _RESULT], _OPEN) == [alone]
    assert batch([_RESULT, alone, _OTHER_RESULT], _OPEN) == [_RESULT]


class _Held(SdkInvoker):
    """Replays wait while the gate is shut; activities run."""

    def __init__(self) -> None:
        super().__init__({"collects": _collects}, {"echo": lambda value: value})
        self.gate = asyncio.Event()
        self.replays = count()
        self.gate.set()

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        if next(self.replays) > 0:
            await self.gate.wait()
        return await super().run_orchestrator(name, context)


def _collects(context: Context) -> Flow:
    running = [context.call_activity("echo", number) for number in range(_RESULTS)]
    collected: list[int] = []
    while running:
        first = yield context.task_any(running)
        running.remove(first)
        collected.append(first.result)
    return sorted(collected)


def _episodes(engine: Engine) -> int:
    return sum(parse_event(text)["EventType"] == EventType.ORCHESTRATOR_STARTED for text in engine.get_history("it"))


async def test_results_that_come_during_a_replay_share_the_next_one(bench: Bench) -> None:
    invoker = _Held()
    engine = bench.engine(invoker)
    invoker.gate.clear()
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.stored_results("it") == _RESULTS)
    invoker.gate.set()

    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert _episodes(engine) <= 3  # the start, what had come first, all others


async def test_results_that_a_crash_has_left_waiting_come_together(bench: Bench) -> None:
    invoker = _Held()
    invoker.gate.clear()
    engine = bench.engine(invoker)
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.stored_results("it") == _RESULTS)
    await bench.close()

    engine = bench.engine(_Held())
    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert _episodes(engine) == 2
