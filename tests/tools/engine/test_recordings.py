"""The engine behaves as recorded on the real host, in single episodes and in whole runs."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from activities.perform import AttemptFailed
from orchestrators.manga import run_manga
from orchestrators.step import run_step
from tests.recordings import probes
from tests.recordings.recordings import Episode, Json, episodes, shape_of
from tests.tools.engine.conftest import Bench, SystemClock, wait_for, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, OrchestratorFunction, SdkInvoker
from tools.devhost.engine.execution.actions import parse_state
from tools.devhost.engine.execution.history import EventType
from tools.devhost.engine.execution.replay import ActivityCall, Call, ChildCall, TimerCall, replay
from tools.devhost.engine.execution.versions import Versions
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage.records import RuntimeStatus
from tools.devhost.http.status import render_history

NAMES = ("app-manga", "app-step-analysis", "probe-catch_on", "probe-children", "probe-timers")
APP = EngineSettings(versions=Versions("1.0", "CurrentOrOlder"), is_traced=True)


CHILD_CREATED, CHILD_COMPLETED = EventType.SUB_ORCHESTRATION_CREATED, EventType.SUB_ORCHESTRATION_COMPLETED
PER_RUN = ("history", "instanceId")


def calls_step(context: Context) -> Flow:
    """Start a step as the app's orchestrator does."""
    return (yield context.call_sub_orchestrator("step", context.get_input(), f"{context.instance_id}:analysis"))


def waits_for_result(context: Context) -> Flow:
    """A step whose outcome is set by the test."""
    return (yield context.wait_for_external_event("result"))


def fails_once(result: Json) -> Callable[[Json], Json]:
    """An activity that first fails, like the recorded one."""
    failures = iter([AttemptFailed("model-unavailable")])

    def activity(_: Json) -> Json:
        for failure in failures:
            raise failure
        return result

    return activity


def result_of(episode: Episode, kind: int) -> Json:
    """The result of the last event of this kind."""
    return json.loads(next(event["Result"] for event in reversed(episode.history) if event["EventType"] == kind))


def children_by_episode(history: list[Json]) -> Iterator[list[Json]]:
    """Yield the created events of the children whose results share an episode, in the order of the results."""
    created = {event["EventId"]: event for event in history if event["EventType"] == CHILD_CREATED}
    ended: list[Json] = []
    for event in history:
        if event["EventType"] == CHILD_COMPLETED:
            ended.append(created[event["TaskScheduledId"]])
        elif event["EventType"] == EventType.ORCHESTRATOR_COMPLETED and ended:
            yield ended
            ended = []
    yield ended


class AnyName:
    """An app in which every function exists."""

    def has_orchestrator(self, name: str) -> bool:
        return True

    def has_activity(self, name: str) -> bool:
        return True

    def has_entity(self, name: str) -> bool:
        return True


def described(call: Call) -> tuple[EventType, int, str]:
    match call:
        case ActivityCall():
            return EventType.TASK_SCHEDULED, call.task_id, call.name
        case ChildCall():
            return EventType.SUB_ORCHESTRATION_CREATED, call.task_id, f"{call.name} {call.instance_id}"
        case TimerCall():
            return EventType.TIMER_CREATED, call.task_id, call.fire_at.rstrip("Z0")
        case _:
            raise AssertionError("no recording has entities")


def recorded_calls(before: Episode, after: Episode) -> Iterator[tuple[EventType, int, str]]:
    """Yield what the extension scheduled at the end of an episode, read from the history of the next one."""
    for event in after.history[len(before.history) :]:
        kind = EventType(event["EventType"])
        match kind:
            case EventType.ORCHESTRATOR_COMPLETED:
                return
            case EventType.TIMER_CREATED:
                yield kind, event["EventId"], microseconds(event["FireAt"])
            case EventType.SUB_ORCHESTRATION_CREATED:
                yield kind, event["EventId"], f"{event['Name']} {event['InstanceId']}"
            case _:
                yield kind, event["EventId"], event["Name"]


def microseconds(timestamp: str) -> str:
    """Python has no tenths of a microsecond."""
    return timestamp.rstrip("Z")[:26].rstrip("0")


@pytest.mark.parametrize("name", NAMES)
def test_replayed_episodes_schedule_the_recorded_calls(name: str) -> None:
    recorded = episodes(name)
    for number, episode in enumerate(recorded):
        replayed = replay(map(json.dumps, episode.history), parse_state(json.dumps(episode.answered)), AnyName())

        is_last = number == len(recorded) - 1
        expected = [] if is_last else list(recorded_calls(episode, recorded[number + 1]))
        assert [described(call) for call in replayed.new_calls] == expected
        assert (replayed.is_over, replayed.failure) == (is_last, None)


@dataclass(frozen=True, slots=True)
class Shown:
    """How the API shows an event: its name, and the members that are removed and added.

    Source: `DurableClient.GetDurableOrchestrationStatusAsync` in Azure/azure-functions-durable-extension.
    """

    event_type: EventType
    name: str
    hidden: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()


HIDDEN = {"EventId", "IsPlayed", "TaskScheduledId"}
OF_TASK = frozenset({"ScheduledTime", "FunctionName", "Input"})
OF_START = frozenset({"Name", "OrchestrationInstance", "ParentInstance", "Version", "Tags"})
SHOWN = {
    kind.event_type: kind
    for kind in (
        Shown(EventType.EXECUTION_STARTED, "ExecutionStarted", OF_START, frozenset({"FunctionName"})),
        Shown(EventType.TASK_COMPLETED, "TaskCompleted", added=OF_TASK),
        Shown(EventType.TASK_FAILED, "TaskFailed", added=OF_TASK),
        Shown(EventType.TIMER_CREATED, "TimerCreated"),
        Shown(EventType.TIMER_FIRED, "TimerFired", frozenset({"TimerId"})),
    )
}


@dataclass
class Recorder(SdkInvoker):
    """Records the input of each episode."""

    orchestrators: dict[str, OrchestratorFunction]
    activities: dict[str, Callable[[Any], object]]
    handed: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    attempts: dict[object, int] = field(default_factory=dict[object, int])

    def __post_init__(self) -> None:
        super().__init__(self.orchestrators, {"act": self.act, **self.activities})

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        given = json.loads(context)
        self.handed.setdefault(given["instanceId"], []).append(given)
        return await super().run_orchestrator(name, context)

    def act(self, given: Json) -> Json:
        """Fail as often as the input requests."""
        self.attempts[given["k"]] = self.attempts.get(given["k"], 0) + 1
        if self.attempts[given["k"]] <= given.get("fails", 0):
            raise Exception("boom")  # noqa: TRY002 - as recorded
        return {"i": given["i"], "n": self.attempts[given["k"]]}


@dataclass
class GatedRecorder(Recorder):
    """Activities wait until the test opens the gate of their number."""

    gates: dict[object, asyncio.Event] = field(default_factory=dict[object, asyncio.Event])

    def gate(self, number: object) -> asyncio.Event:
        return self.gates.setdefault(number, asyncio.Event())

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        await self.gate(json.loads(activity_input)["i"]).wait()
        return await super().run_activity(name, activity_input)


def assert_same_kind_of_run(handed: list[Json], recorded: list[Episode]) -> None:
    """Compare all episodes: event types, task ids and names in order, and the shape of the trigger's JSON."""
    assert len(handed) == len(recorded)
    for given, episode in zip(handed, recorded, strict=True):
        assert outline(given) == outline(episode.given)
        assert shape_of(given) == shape_of(episode.given)


def outline(given: Json) -> list[tuple[object, ...]]:
    keys = ("EventId", "TaskScheduledId", "TimerId", "Name", "Version", "Reason", "Result", "IsPlayed")
    return [(EventType(event["EventType"]).name, *(event.get(key) for key in keys)) for event in given["history"]]


@pytest.mark.parametrize("name", ["catch_on", "timers"])
async def test_probe_has_the_recorded_episodes(bench: Bench, name: str) -> None:
    bench.clock = SystemClock()
    invoker = Recorder({name: getattr(probes, name)}, {})
    engine = await bench.engine(invoker)

    await engine.start(name, "it")
    await wait_for_end(engine, "it")

    assert_same_kind_of_run(invoker.handed["it"], episodes(f"probe-{name}"))


async def test_step_has_the_recorded_episodes(bench: Bench) -> None:
    bench.clock = SystemClock()
    *_, last = episodes("app-step-analysis")
    invoker = Recorder({"step": run_step, "parent": calls_step}, {"analyze_story": fails_once(result_of(last, 5))})
    engine = await bench.engine(invoker, APP)

    await engine.start("parent", "it", input_text=json.dumps(last.given["input"]))
    await wait_for_end(engine, "it")

    assert_same_kind_of_run(invoker.handed["it:analysis"], episodes("app-step-analysis"))


async def test_manga_has_the_recorded_episodes(bench: Bench) -> None:
    bench.clock = SystemClock()
    recorded = episodes("app-manga")
    *_, last = recorded
    results = iter(event["Result"] for event in last.history if event["EventType"] == CHILD_COMPLETED)
    invoker = Recorder({"manga": run_manga, "step": waits_for_result}, {"save_ledger": lambda _: True})
    engine = await bench.engine(invoker, APP)

    async def end(child: str) -> None:
        await wait_for(engine, child, lambda instance: instance.status is RuntimeStatus.RUNNING)
        await engine.raise_event(child, "result", next(results))
        await wait_for_end(engine, child)

    await engine.start("manga", "it", input_text=json.dumps(last.given["input"]))
    for group in children_by_episode(last.history):
        async with bench.hold(engine, "it"):
            for event in group:
                await end(event["InstanceId"].replace(last.given["instanceId"], "it"))
    ended = await wait_for_end(engine, "it")

    assert ended.output == '{"outcome":"complete","messages":8}'
    assert_same_kind_of_run(invoker.handed["it"], recorded)
    given = invoker.handed["it"][-1]
    assert {key: value for key, value in given.items() if key not in PER_RUN} == {
        key: value for key, value in last.given.items() if key not in PER_RUN
    }


async def test_children_and_their_parent_have_the_recorded_episodes(bench: Bench) -> None:
    """Run the children on the engine with their failures and retries; they end in the recorded order."""
    bench.clock = SystemClock()
    recorded = episodes("probe-children")
    *_, last = recorded
    invoker = GatedRecorder({"children": probes.children, "child": probes.child}, {})
    engine = await bench.engine(invoker, EngineSettings(max_activities=20))

    await engine.start("children", "it")
    await wait_for(engine, "it:11", lambda instance: instance.status is RuntimeStatus.RUNNING)
    for group in children_by_episode(last.history):
        async with bench.hold(engine, "it"):
            for event in group:
                number = event["InstanceId"].rpartition(":")[2]
                invoker.gate(int(number)).set()
                await wait_for_end(engine, f"it:{number}")
    invoker.gate("last").set()
    await wait_for_end(engine, "it")

    assert_same_kind_of_run(invoker.handed["it"], recorded)


@pytest.mark.parametrize("name", ["catch_on", "timers"])
async def test_api_returns_the_recorded_history_events(bench: Bench, name: str) -> None:
    bench.clock = SystemClock()
    engine = await bench.engine(Recorder({name: getattr(probes, name)}, {}))
    await engine.start(name, "it")
    await wait_for_end(engine, "it")

    shown = json.loads(render_history(engine.get_history("it"), show_output=True, show_input=True))

    *_, last = episodes(f"probe-{name}")
    *events, end = shown
    expected = [SHOWN[event["EventType"]] for event in last.history if event["EventType"] in SHOWN]
    assert [event["EventType"] for event in events] == [kind.name for kind in expected]
    recorded_keys = {event["EventType"]: set(event) for event in last.history}
    for event, kind in zip(events, expected, strict=True):
        assert set(event) == (recorded_keys[kind.event_type] - HIDDEN - kind.hidden) | kind.added
    assert end["EventType"] == "ExecutionCompleted"
    assert end["OrchestrationStatus"] == "Completed"
    assert end["Result"] == json.loads((await wait_for_end(engine, "it")).output or "")
