"""Unexpected behaviour of the real platform, each observed there (docs/real-platform.md)."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.recordings import probes
from tests.tools.engine.conftest import Bench, TickingClock, episodes_of, history_of, wait_for, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, SdkInvoker, echo, waits_for_go
from tools.devhost.engine.clock import from_text
from tools.devhost.engine.execution.history import EventType
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage.queues import MessageRefusedError, QueueSettings
from tools.devhost.engine.storage.records import RuntimeStatus

IN_BASE64 = EngineSettings(queues=QueueSettings(is_base64=True))
FORBIDDEN = ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"]


class Gated(SdkInvoker):
    """Runs activities until the test opens their gate."""

    def __init__(self, **orchestrators: Any) -> None:  # noqa: ANN401 - orchestrators of any kind
        super().__init__(orchestrators, {"act": self._act, "slow": echo})
        self.begun: list[object] = []
        self.attempts: dict[str, int] = {}
        self.gates: dict[object, asyncio.Event] = {}

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        given: dict[str, object] | int = json.loads(activity_input)
        number = given["i"] if isinstance(given, dict) else given
        self.begun.append(number)
        await self.gates.setdefault(number, asyncio.Event()).wait()
        return await super().run_activity(name, activity_input)

    def open(self, *numbers: object) -> None:
        for number in numbers:
            self.gates.setdefault(number, asyncio.Event()).set()

    def _act(self, given: dict[str, Any]) -> object:
        self.attempts[given["k"]] = self.attempts.get(given["k"], 0) + 1
        if self.attempts[given["k"]] <= given.get("fails", 0):
            raise RuntimeError("boom")
        return given["i"]


async def test_activities_scheduled_while_others_run_start_one_at_a_time(bench: Bench) -> None:
    """A rolling window of five: once the first five have ended, each activity starts after the previous one."""
    invoker = Gated(rolling=probes.rolling_window)
    engine = await bench.engine(invoker, EngineSettings(max_activities=20))
    await engine.start("rolling", "it")
    await bench.until(lambda: len(invoker.begun) >= 5)

    invoker.open(0, 1, 2, 3, 4)
    await bench.until(lambda: len(invoker.begun) >= 6)
    await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == 0)
    await asyncio.sleep(0.05)
    assert invoker.begun == [0, 1, 2, 3, 4, 5]

    invoker.open(*range(5, 20))
    assert (await wait_for_end(engine, "it")).status is RuntimeStatus.COMPLETED
    assert invoker.begun == list(range(20))


async def test_orchestration_fails_if_something_follows_retried_activities_under_task_any(bench: Bench) -> None:
    bench.clock = TickingClock()
    invoker = Gated(risky=probes.retries_under_any)
    engine = await bench.engine(invoker)
    await engine.start("risky", "it")
    await bench.until(lambda: len(invoker.begun) >= 3)

    invoker.open(0)
    await wait_for(engine, "it", lambda _: episodes_of(engine) == 2)
    invoker.open(1, 2, "last")

    failed = await wait_for_end(engine, "it")
    assert failed.status is RuntimeStatus.FAILED
    assert (failed.output or "").startswith('"Non-Deterministic workflow detected')


async def test_children_under_task_any_may_be_followed_by_an_activity(bench: Bench) -> None:
    bench.clock = TickingClock()
    invoker = Gated(children=probes.children, child=probes.child)
    engine = await bench.engine(invoker, EngineSettings(max_activities=20))
    await engine.start("children", "it")
    await bench.until(lambda: len(invoker.begun) >= 12)

    for number in (0, 3, 5, *range(12), "last"):
        invoker.open(number)

    assert (await wait_for_end(engine, "it")).status is RuntimeStatus.COMPLETED


def waits_for(seconds: float) -> Any:  # noqa: ANN401 - an orchestrator
    def waits(context: Context) -> Flow:
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=seconds))

    return waits


@pytest.mark.parametrize("seconds", [-5, 0, 0.5, 0.9, 1.0])
async def test_timer_of_at_most_one_second_fires_at_once(bench: Bench, seconds: float) -> None:
    bench.clock = TickingClock()
    engine = await bench.engine(SdkInvoker({"waits": waits_for(seconds)}))
    begun = bench.clock.now
    await engine.start("waits", "it")

    await wait_for_end(engine, "it")

    assert bench.clock.now - begun < timedelta(seconds=0.4)


@pytest.mark.parametrize(("seconds", "waited_s"), [(1.5, 1), (2.0, 1), (2.9, 2), (3.5, 3)])
async def test_timer_waits_whole_seconds_rounded_down(bench: Bench, seconds: float, waited_s: int) -> None:
    bench.clock = TickingClock()
    engine = await bench.engine(SdkInvoker({"waits": waits_for(seconds)}))
    await engine.start("waits", "it")
    await wait_for(engine, "it", lambda _: episodes_of(engine) == 1)

    created = next(event for event in history_of(engine) if event["EventType"] == EventType.TIMER_CREATED)
    visible_at = bench.next_visible("it")
    assert visible_at is not None
    delay_s = (from_text(visible_at) - from_text(str(created["Timestamp"]))).total_seconds()
    assert waited_s <= delay_s < waited_s + 0.1


@pytest.mark.parametrize("character", FORBIDDEN)
async def test_activity_is_repeated_while_the_queue_refuses_its_result_without_base64(
    bench: Bench, character: str
) -> None:
    def flow(context: Context) -> Flow:
        return (yield context.call_activity("title"))

    bench.clock = TickingClock()
    runs: list[object] = []

    def title(_: object) -> object:
        runs.append(bench.clock())
        return {"title": f"A {character} Tale"}

    engine = await bench.engine(SdkInvoker({"flow": flow}, {"title": title}))
    await engine.start("flow", "it")
    await bench.until(lambda: len(runs) == 1 and bench.released_work_items() == 1)
    assert (running := engine.get("it")) is not None
    assert running.status is RuntimeStatus.RUNNING

    await bench.close()
    bench.clock.advance(timedelta(seconds=2))
    await bench.engine(SdkInvoker({"flow": flow}, {"title": title}))
    await bench.until(lambda: len(runs) == 2 and bench.released_work_items() == 1)
    await bench.close()

    bench.clock.advance(timedelta(seconds=4))
    mended = await bench.engine(SdkInvoker({"flow": flow}, {"title": title}), IN_BASE64)
    assert (await wait_for_end(mended, "it")).status is RuntimeStatus.COMPLETED


@pytest.mark.parametrize("where", ["activity", "child", "status", "output"])
async def test_episode_is_retried_if_the_queue_refuses_its_messages(bench: Bench, where: str) -> None:
    def flow(context: Context) -> Flow:
        if where == "status":
            context.set_custom_status("\x0b")
        if where == "activity":
            yield context.call_activity("echo", "\x0b")
        if where == "child":
            yield context.call_sub_orchestrator("child", "\x0b")
        yield context.call_activity("echo", 1)
        return "\x0b"

    def child(context: Context) -> Flow:
        yield context.call_activity("echo", 1)

    bench.clock = TickingClock()
    invoker = SdkInvoker({"flow": flow, "child": child}, {"echo": echo})
    engine = await bench.engine(invoker)
    await engine.start("flow", "it")
    await bench.until(lambda: bench.next_visible("it") is not None)
    stalled = engine.get("it")
    assert stalled is not None
    assert not stalled.status.is_final

    await bench.close()
    bench.clock.advance(timedelta(seconds=2))
    mended = await bench.engine(invoker, IN_BASE64)
    assert (await wait_for_end(mended, "it")).status is RuntimeStatus.COMPLETED


async def test_client_gets_an_error_if_the_queue_refuses_input_event_or_reason(bench: Bench) -> None:
    engine = await bench.engine(SdkInvoker({"flow": waits_for_go}))
    with pytest.raises(MessageRefusedError, match="Base64"):
        await engine.start("flow", "it", input_text=r'"{\"title\": \"\\u000b\"}"')
    assert engine.get("it") is None

    await engine.start("flow", "it")
    with pytest.raises(MessageRefusedError, match="Base64"):
        await engine.raise_event("it", "go", '"\uffff"')
    with pytest.raises(MessageRefusedError, match="Base64"):
        await engine.terminate("it", "\x0b")


class Notebook(SdkInvoker):
    """An app with an entity that stores its input and returns it."""

    def __init__(self, **orchestrators: Any) -> None:  # noqa: ANN401 - orchestrators of any kind
        super().__init__(orchestrators)
        self.batches = 0

    def has_entity(self, name: str) -> bool:
        return name == "notebook"

    async def run_entity(self, name: str, context: str) -> Outcome:
        self.batches += 1
        state: str = json.loads(context)["batch"][-1]["input"]
        return Outcome(json.dumps({"entityExists": True, "entityState": state, "results": [{"result": state}]}))


async def test_client_gets_an_error_if_the_queue_refuses_a_signal(bench: Bench) -> None:
    engine = await bench.engine(Notebook())
    with pytest.raises(MessageRefusedError, match="Base64"):
        await engine.signal_entity("@notebook@k", "write", r'"\u000b"')
    with pytest.raises(MessageRefusedError, match="Base64"):
        await engine.signal_entity("@notebook@k", "write\x0b", '"text"')
    assert engine.get_entity("@notebook@k") is None

    await bench.close()
    engine = await bench.engine(Notebook(), IN_BASE64)
    await engine.signal_entity("@notebook@k", "write", r'"\u000b"')
    await bench.until(lambda: engine.get_entity("@notebook@k") is not None)


async def test_entity_operation_is_repeated_if_the_queue_refuses_its_state(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Forgetful(Notebook):
        async def run_entity(self, name: str, context: str) -> Outcome:
            outcome = await super().run_entity(name, context)
            return Outcome((outcome.value or "").replace("text", r"\u000b"))

    invoker = Forgetful()
    engine = await bench.engine(invoker)
    await engine.signal_entity("@notebook@k", "write", '"text"')
    await bench.until(lambda: "is run again in 2 s" in caplog.text)
    assert invoker.batches == 1
    assert engine.get_entity("@notebook@k") is None

    await bench.close()
    engine = await bench.engine(Forgetful(), IN_BASE64)
    await bench.until(lambda: engine.get_entity("@notebook@k") is not None)


@pytest.mark.parametrize("text", ["tab\t and newline\n", "emoji \U0001f600", "漢字", "\ue000", "\ufffd"])
async def test_queue_accepts_other_characters(bench: Bench, text: str) -> None:
    def flow(context: Context) -> Flow:
        return (yield context.call_activity("echo", context.get_input()))

    engine = await bench.engine(SdkInvoker({"flow": flow}, {"echo": echo}))
    await engine.start("flow", "it", input_text=json.dumps(json.dumps(text)))

    assert json.loads((await wait_for_end(engine, "it")).output or "") == text
