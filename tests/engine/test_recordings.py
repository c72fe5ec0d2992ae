"""The engine does what the real host was recorded to do: the extension's part of each episode, and whole runs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from activities.perform import AttemptFailed
from devhost.engine.actions import parse_state
from devhost.engine.engine import EngineSettings
from devhost.engine.history import EventType
from devhost.engine.invoker import Outcome
from devhost.engine.records import RuntimeStatus
from devhost.engine.replay import ActivityCall, Call, ChildCall, TimerCall, replay
from devhost.engine.versions import Versions
from orchestrators.manga import run_manga
from orchestrators.step import run_step
from tests.engine.conftest import Bench, SystemClock, wait_for, wait_for_end
from tests.engine.sdk_invoker import Context, Flow, OrchestratorFunction, SdkInvoker
from tests.recordings import probes
from tests.recordings.recordings import Episode, Json, episodes, shape_of

NAMES = ("app-manga", "app-step-analysis", "probe-catch_on", "probe-children", "probe-timers")
APP = EngineSettings(versions=Versions("1.0", "CurrentOrOlder"), is_traced=True)


CHILD_CREATED, CHILD_COMPLETED = EventType.SUB_ORCHESTRATION_CREATED, EventType.SUB_ORCHESTRATION_COMPLETED
BOUNDARIES = ("ORCHESTRATOR_STARTED", "ORCHESTRATOR_COMPLETED")
PER_RUN = ("history", "instanceId")


def calls_step(context: Context) -> Flow:
    """Start a step as the app's orchestrator does."""
    return (yield context.call_sub_orchestrator("step", context.get_input(), f"{context.instance_id}:analysis"))


def waits_for_result(context: Context) -> Flow:
    """A step whose outcome the test gives."""
    return (yield context.wait_for_external_event("result"))


def fails_once(result: Json) -> Callable[[Json], Json]:
    """An activity that fails at first, as the recorded one did."""
    failures = iter([AttemptFailed("model-unavailable")])

    def activity(_: Json) -> Json:
        for failure in failures:
            raise failure
        return result

    return activity


def result_of(episode: Episode, kind: int) -> Json:
    """The result of the last event of this kind."""
    return json.loads(next(event["Result"] for event in reversed(episode.history) if event["EventType"] == kind))


def created_and_completed(history: list[Json]) -> Iterator[Json]:
    """Yield the events of children's creation, in the order in which the children ended."""
    created = {
        event["EventId"]: event for event in history if event["EventType"] == EventType.SUB_ORCHESTRATION_CREATED
    }
    for event in history:
        if event["EventType"] == EventType.SUB_ORCHESTRATION_COMPLETED:
            yield created[event["TaskScheduledId"]]


class AnyName:
    """An app that has every function."""

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
    """Yield what the extension scheduled at the end of an episode, by the next one's history."""
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
def test_extension_schedules_what_it_was_recorded_to_schedule(name: str) -> None:
    recorded = episodes(name)
    for number, episode in enumerate(recorded):
        replayed = replay(map(json.dumps, episode.history), parse_state(json.dumps(episode.answered)), AnyName())

        is_last = number == len(recorded) - 1
        expected = [] if is_last else list(recorded_calls(episode, recorded[number + 1]))
        assert [described(call) for call in replayed.new_calls] == expected
        assert (replayed.is_over, replayed.failure) == (is_last, None)


@dataclass
class Recorder(SdkInvoker):
    """Keeps what each orchestration was handed, and what it answered."""

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
        """Fail as often as the input says."""
        self.attempts[given["k"]] = self.attempts.get(given["k"], 0) + 1
        if self.attempts[given["k"]] <= given.get("fails", 0):
            raise Exception("boom")  # noqa: TRY002 - as recorded
        return {"i": given["i"], "n": self.attempts[given["k"]]}


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


async def test_manga_has_the_recorded_events(bench: Bench) -> None:
    """Children end in the recorded order, one by one: how many results share an episode is a matter of time."""
    *_, last = episodes("app-manga")
    results = iter(
        event["Result"] for event in last.history if event["EventType"] == EventType.SUB_ORCHESTRATION_COMPLETED
    )
    invoker = Recorder({"manga": run_manga, "step": waits_for_result}, {"save_ledger": lambda _: True})
    engine = await bench.engine(invoker, APP)

    await engine.start("manga", "it", input_text=json.dumps(last.given["input"]))
    for event in created_and_completed(last.history):
        child = event["InstanceId"].replace(last.given["instanceId"], "it")
        await wait_for(engine, child, lambda instance: instance.status is RuntimeStatus.RUNNING)
        await engine.raise_event(child, "result", next(results))
        await wait_for_end(engine, child)
        await wait_for(engine, "it", lambda _: bench.waiting_messages("it") == 0)
    ended = await wait_for_end(engine, "it")

    assert ended.output == '{"outcome":"complete","messages":8}'
    given = invoker.handed["it"][-1]
    assert [entry for entry in outline(given) if entry[0] not in BOUNDARIES] == [
        entry for entry in outline(last.given) if entry[0] not in BOUNDARIES
    ]
    assert shape_of(given["history"][1]) == shape_of(last.given["history"][1])
    assert {key: value for key, value in given.items() if key not in PER_RUN} == {
        key: value for key, value in last.given.items() if key not in PER_RUN
    }
