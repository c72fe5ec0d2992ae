"""Queued messages for the same orchestration share an episode, as on the platform."""

import asyncio
from itertools import count

from tests.tools.engine.conftest import Bench, episodes_of, wait_for, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, SdkInvoker, echo
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings

_RESULTS = 12
_ALL_AT_ONCE = EngineSettings(max_activities=_RESULTS)


class _Held(SdkInvoker):
    """The second replay waits for the gate, and all activities but the first wait for that replay."""

    def __init__(self) -> None:
        super().__init__({"collects": _collects}, {"echo": echo})
        self.gate = asyncio.Event()
        self.second_replay = asyncio.Event()
        self.replays = count()

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        if next(self.replays) > 0:
            self.second_replay.set()
            await self.gate.wait()
        return await super().run_orchestrator(name, context)

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        if activity_input != "0":
            await self.second_replay.wait()
        return await super().run_activity(name, activity_input)


def _collects(context: Context) -> Flow:
    running = [context.call_activity("echo", number) for number in range(_RESULTS)]
    collected: list[int] = []
    while running:
        first = yield context.task_any(running)
        running.remove(first)
        collected.append(first.result)
    return sorted(collected)


async def test_results_that_arrive_during_a_replay_share_the_next_episode(bench: Bench) -> None:
    invoker = _Held()
    engine = await bench.engine(invoker, _ALL_AT_ONCE)
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == _RESULTS)
    invoker.gate.set()

    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert episodes_of(engine) == 3  # the start, the first result, all others


async def test_results_stored_before_a_crash_share_an_episode(bench: Bench) -> None:
    invoker = _Held()
    engine = await bench.engine(invoker, _ALL_AT_ONCE)
    await engine.start("collects", "it")
    await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == _RESULTS)
    await bench.close()

    mended = _Held()
    mended.gate.set()
    engine = await bench.engine(mended)
    ended = await wait_for_end(engine, "it")

    assert ended.output == str(list(range(_RESULTS))).replace(" ", "")
    assert episodes_of(engine) == 2
