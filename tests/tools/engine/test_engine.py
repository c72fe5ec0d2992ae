"""The engine with the real SDK and a manual clock."""

import asyncio
import random
import sqlite3
from collections.abc import Coroutine
from datetime import timedelta

import pytest
from azure.durable_functions import RetryOptions

from tests.tools.engine.conftest import Bench, episodes_of, history_of, wait_for, wait_for_end
from tests.tools.engine.sdk_invoker import (
    Context,
    Flow,
    OrchestratorFunction,
    SdkInvoker,
    calls_echo,
    echo,
    waits_for_go,
)
from tools.devhost.engine.clock import from_text, to_text
from tools.devhost.engine.engine import Engine
from tools.devhost.engine.execution.history import EventType, execution_terminated, type_of
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.queues import QueueSettings
from tools.devhost.engine.storage.records import Message, RuntimeStatus


def _fire_times(engine: Engine) -> list[str]:
    return [str(event["FireAt"]) for event in history_of(engine) if event["EventType"] == EventType.TIMER_CREATED]


def _waits_ten_days(context: Context) -> Flow:
    yield context.create_timer(context.current_utc_datetime + timedelta(days=10))
    return "ten days later"


async def test_long_timer_is_split_and_survives_restarts(bench: Bench) -> None:
    invoker = SdkInvoker({"waits": _waits_ten_days})
    engine = await bench.engine(invoker)
    start = bench.clock.now
    await engine.start("waits", "it")
    for pieces in range(1, 4):
        await wait_for(engine, "it", lambda _: len(_fire_times(engine)) == pieces)  # noqa: B023 -- awaited at once
        bench.clock.advance(from_text(_fire_times(engine)[-1]) - bench.clock.now)
        await bench.close()
        engine = await bench.engine(invoker)
    ended = await wait_for_end(engine, "it")
    assert ended.output == '"ten days later"'
    days = [(from_text(fire_at) - start).days for fire_at in _fire_times(engine)]
    assert days == [3, 6, 10]


async def test_retry_waits_its_interval_but_not_after_the_last_failure(bench: Bench) -> None:
    def gives_up(context: Context) -> Flow:
        yield context.call_activity_with_retry("fails", RetryOptions(60_000, 2), 1)

    def fails(_: object) -> object:
        raise ValueError("no")

    invoker = SdkInvoker({"gives_up": gives_up}, {"fails": fails})
    engine = await bench.engine(invoker)
    start = bench.clock.now
    await engine.start("gives_up", "it")
    await wait_for(engine, "it", lambda _: len(_fire_times(engine)) == 1)
    assert from_text(_fire_times(engine)[0]) - start == timedelta(minutes=1)
    bench.clock.advance(timedelta(minutes=1))
    await bench.close()
    engine = await bench.engine(invoker)
    ended = await wait_for_end(engine, "it")
    assert ended.status is RuntimeStatus.FAILED
    assert from_text(_fire_times(engine)[1]) == bench.clock.now


@pytest.mark.parametrize("cancels", [True, False])
async def test_only_an_uncancelled_timer_keeps_the_instance_running(bench: Bench, cancels: bool) -> None:
    def race(context: Context) -> Flow:
        timer = context.create_timer(context.current_utc_datetime + timedelta(days=1))
        yield context.task_any([context.call_activity("quick", 1), timer])
        if cancels:
            timer.cancel()
        return "done"

    invoker = SdkInvoker({"race": race}, {"quick": echo})
    engine = await bench.engine(invoker)
    await engine.start("race", "it")
    if not cancels:
        held = await wait_for(engine, "it", lambda _: episodes_of(engine) == 2)
        assert held.status is RuntimeStatus.RUNNING
        bench.clock.advance(timedelta(days=1))
        await bench.close()
        engine = await bench.engine(invoker)
    assert (await wait_for_end(engine, "it")).output == '"done"'


def _calls(name: str) -> OrchestratorFunction:
    def calls(context: Context) -> Flow:
        yield context.task_all([context.call_activity(name), context.wait_for_external_event("go")])

    return calls


def _waits_instead(context: Context) -> Flow:
    timer = context.create_timer(context.current_utc_datetime + timedelta(days=1))
    yield context.task_all([timer, context.wait_for_external_event("go")])


@pytest.mark.parametrize("after", [_calls("new"), waits_for_go, _waits_instead], ids=["another", "none", "timer"])
async def test_changed_orchestrator_fails_as_non_deterministic(bench: Bench, after: OrchestratorFunction) -> None:
    class NeverEnding(SdkInvoker):
        async def run_activity(self, name: str, activity_input: str) -> Outcome:
            await asyncio.Event().wait()
            return await super().run_activity(name, activity_input)

    engine = await bench.engine(NeverEnding({"flow": _calls("old")}, {"old": echo, "new": echo}))
    await engine.start("flow", "it")
    await wait_for(engine, "it", lambda _: episodes_of(engine) == 1)
    await bench.close()
    engine = await bench.engine(SdkInvoker({"flow": after}, {"old": echo, "new": echo}))
    await engine.raise_event("it", "go", "1")
    failed = await wait_for_end(engine, "it")
    assert failed.status is RuntimeStatus.FAILED
    assert "Non-Deterministic workflow detected" in (failed.output or "")


async def test_number_of_concurrent_activities_is_limited(bench: Bench) -> None:
    running: list[int] = []
    most: list[int] = []

    class Counting(SdkInvoker):
        async def run_activity(self, name: str, activity_input: str) -> Outcome:
            running.append(1)
            most.append(len(running))
            await asyncio.sleep(0.001)
            running.pop()
            return await super().run_activity(name, activity_input)

    def fan(context: Context) -> Flow:
        yield context.task_all([context.call_activity("echo", n) for n in range(12)])

    engine = await bench.engine(Counting({"fan": fan}, {"echo": echo}), EngineSettings(max_activities=3))
    await engine.start("fan", "it")
    await wait_for_end(engine, "it")
    assert max(most) == 3


@pytest.mark.parametrize("seed", range(12))
async def test_task_numbers_do_not_depend_on_the_order_of_completions(bench: Bench, seed: int) -> None:
    """Retries, nested compound tasks and follow-up work, with results arriving in a random order."""
    order = random.Random(seed)
    failed: set[int] = set()

    class Shuffled(SdkInvoker):
        async def run_activity(self, name: str, activity_input: str) -> Outcome:
            for _ in range(order.randrange(8)):
                await asyncio.sleep(0.0005)
            return await super().run_activity(name, activity_input)

    def flaky(value: int) -> int:
        if value % 2 and value not in failed:
            failed.add(value)
            raise ValueError(str(value))
        return value

    def flow(context: Context) -> Flow:
        retried = [context.call_activity_with_retry("flaky", RetryOptions(1, 3), n) for n in range(4)]
        plain = [context.call_activity("plain", n) for n in range(10, 13)]
        first = yield context.task_any(plain)
        both = yield context.task_all([context.task_all(retried), context.task_all(plain)])
        after = yield context.call_activity("plain", first.result)
        return [both, after == first.result]

    engine = await bench.engine(Shuffled({"flow": flow}, {"flaky": flaky, "plain": echo}))
    engine_clock = asyncio.create_task(_run_clock(bench))
    await engine.start("flow", "it")
    ended = await wait_for_end(engine, "it")
    engine_clock.cancel()
    assert ended.output == "[[[0,1,2,3],[10,11,12]],true]"


async def _run_clock(bench: Bench) -> None:
    while True:
        bench.clock.advance(timedelta(milliseconds=1))
        await asyncio.sleep(0.001)


async def test_lone_surrogate_is_kept_in_input_output_and_status(bench: Bench) -> None:
    def flow(context: Context) -> Flow:
        context.set_custom_status("漢\ud83d")
        result = yield context.call_activity("echo", "\ude00")
        return result

    in_base64 = EngineSettings(queues=QueueSettings(is_base64=True))
    engine = await bench.engine(SdkInvoker({"flow": flow}, {"echo": echo}), in_base64)
    await engine.start("flow", "it", input_text='"\\ud83d"')
    ended = await wait_for_end(engine, "it")
    assert (ended.output, ended.custom_status) == (r'"\ude00"', r'"\u6f22\ud83d"')


async def test_invalid_answer_of_the_worker_fails_only_its_orchestration(bench: Bench) -> None:
    class Odd(SdkInvoker):
        async def run_orchestrator(self, name: str, context: str) -> Outcome:
            if '"odd"' in context:
                return Outcome('{"isDone":false,"actions":[[{"actionType":5,"fireAt":"tomorrow"}]]}')
            return await super().run_orchestrator(name, context)

    engine = await bench.engine(Odd({"flow": calls_echo}, {"echo": echo}))
    await engine.start("flow", "odd")
    await engine.start("flow", "even")
    assert (await wait_for_end(engine, "even")).status is RuntimeStatus.COMPLETED
    assert "that is no time: 'tomorrow'" in ((await wait_for_end(engine, "odd")).output or "")


async def test_failed_write_stops_the_host_and_loses_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    invoker = SdkInvoker({"flow": calls_echo}, {"echo": echo})
    with monkeypatch.context() as patch:
        patch.setattr(commits, "store_episode", fail)
        engine = await bench.engine(invoker)
        await engine.start("flow", "it")
        error = await asyncio.wait_for(bench.first_fatal, 20)
        await bench.close()
    assert "disk is full" in str(error)
    assert bench.fatal[0][0] == "orchestration it"
    bench.fatal.clear()
    assert (await wait_for_end(await bench.engine(invoker), "it")).status is RuntimeStatus.COMPLETED


async def _disconnect(work: Coroutine[object, object, object]) -> None:
    """Cancel a call to the engine once its write is queued, as a server does when its client disconnects."""
    calling = asyncio.create_task(work)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not calling.done()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling


async def test_start_takes_effect_after_its_client_has_disconnected(bench: Bench) -> None:
    engine = await bench.engine(SdkInvoker({"flow": waits_for_go}))
    await _disconnect(engine.start("flow", "it"))
    await wait_for(engine, "it", lambda instance: instance.status is RuntimeStatus.RUNNING)


async def test_event_takes_effect_after_its_client_has_disconnected(bench: Bench) -> None:
    engine = await bench.engine(SdkInvoker({"flow": waits_for_go}))
    await engine.start("flow", "it")
    await wait_for(engine, "it", lambda instance: instance.status is RuntimeStatus.RUNNING)
    await _disconnect(engine.raise_event("it", "go", "7"))
    assert (await wait_for_end(engine, "it")).output == "7"


@pytest.mark.parametrize(("name", "status"), [("flow", RuntimeStatus.RUNNING), ("unknown", RuntimeStatus.PENDING)])
async def test_termination_takes_effect_after_its_client_has_disconnected(
    bench: Bench, name: str, status: RuntimeStatus
) -> None:
    engine = await bench.engine(SdkInvoker({"flow": waits_for_go}))
    await engine.start(name, "it", must_exist=False)
    await wait_for(engine, "it", lambda instance: instance.status is status)
    await _disconnect(engine.terminate("it", "enough"))
    assert (await wait_for_end(engine, "it")).status is RuntimeStatus.TERMINATED


async def test_rewind_takes_effect_after_its_client_has_disconnected(bench: Bench) -> None:
    def flow(context: Context) -> Flow:
        return (yield context.call_activity("fails_once"))

    failures = iter([ValueError("the first time")])

    def fails_once(_: object) -> str:
        for failure in failures:
            raise failure
        return "done"

    engine = await bench.engine(SdkInvoker({"flow": flow}, {"fails_once": fails_once}))
    await engine.start("flow", "it")
    await wait_for_end(engine, "it")
    await _disconnect(engine.rewind("it"))
    await wait_for(engine, "it", lambda instance: instance.status is RuntimeStatus.COMPLETED)


async def test_termination_waits_for_the_current_episode(bench: Bench) -> None:
    class Held(SdkInvoker):
        begun, may_end = asyncio.Event(), asyncio.Event()

        async def run_orchestrator(self, name: str, context: str) -> Outcome:
            self.begun.set()
            await self.may_end.wait()
            return await super().run_orchestrator(name, context)

    def flow(context: Context) -> Flow:
        context.set_custom_status("begun")
        yield context.wait_for_external_event("go")

    held = Held({"flow": flow})
    engine = await bench.engine(held)
    await engine.start("flow", "it")
    await held.begun.wait()
    await engine.terminate("it", "enough")
    pending = engine.get("it")
    assert pending is not None
    assert pending.status is RuntimeStatus.PENDING
    held.may_end.set()
    ended = await wait_for_end(engine, "it")
    assert (ended.status, ended.output, ended.custom_status) == (RuntimeStatus.TERMINATED, '"enough"', '"begun"')
    assert [type_of(event).name for event in engine.get_history("it")] == [
        "ORCHESTRATOR_STARTED",
        "EXECUTION_STARTED",
        "ORCHESTRATOR_COMPLETED",
        "ORCHESTRATOR_STARTED",
        "EXECUTION_TERMINATED",
        "EXECUTION_COMPLETED",
        "ORCHESTRATOR_COMPLETED",
    ]


async def test_stored_termination_of_an_instance_with_an_unknown_orchestrator_survives_a_crash(bench: Bench) -> None:
    engine = await bench.engine(SdkInvoker({}))
    await engine.start("unknown", "it", must_exist=False)
    at = to_text(bench.clock())
    await bench.send(Message("it", execution_terminated(at, "enough"), at))
    await bench.close()
    assert (await wait_for_end(await bench.engine(SdkInvoker({})), "it")).status is RuntimeStatus.TERMINATED


async def test_custom_status_is_kept_by_continue_as_new(bench: Bench) -> None:
    class HoldsSecondExecution(SdkInvoker):
        async def run_orchestrator(self, name: str, context: str) -> Outcome:
            if '"input":"1"' in context:
                await asyncio.Event().wait()
            return await super().run_orchestrator(name, context)

    def eternal(context: Context) -> Flow:
        context.set_custom_status("kept")
        yield context.call_activity("echo", 1)
        context.continue_as_new(1)

    engine = await bench.engine(HoldsSecondExecution({"eternal": eternal}, {"echo": echo}))
    started = await engine.start("eternal", "it", input_text='"0"')
    continued = await wait_for(engine, "it", lambda instance: instance.execution_id != started.execution_id)
    assert continued.custom_status == '"kept"'
    assert engine.get_history("it") == []
