"""Messages that wait for the same orchestration are delivered together, as on the platform."""

import asyncio
from itertools import count

from devhost.engine.engine import Engine, EngineSettings
from devhost.engine.history import EventType, parse_event
from devhost.engine.invoker import Outcome
from tests.engine.conftest import Bench, wait_for, wait_for_end
from tests.engine.sdk_invoker import Context, Flow, SdkInvoker

_RESULTS = 12
_ALL_AT_ONCE = EngineSettings(max_activities=_RESULTS)


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
    engine = await bench.engine(invoker, _ALL_AT_ONCE)
    invoker.gate.clear()
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == _RESULTS)
    invoker.gate.set()

    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert _episodes(engine) <= 3  # the start, what had come first, all others


async def test_results_that_a_crash_has_left_waiting_come_together(bench: Bench) -> None:
    invoker = _Held()
    invoker.gate.clear()
    engine = await bench.engine(invoker, _ALL_AT_ONCE)
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == _RESULTS)
    await bench.close()

    engine = await bench.engine(_Held())
    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert _episodes(engine) == 2
