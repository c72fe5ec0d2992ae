"""Stands in for the durable engine: builds the history of one orchestration event by event and replays it in the SDK.

It follows the protocol that azure-functions-durable 1.7 speaks: a context as JSON in, a state as JSON out, one
completion an episode, one id counter for all that is scheduled.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import azure.durable_functions as df

type Json = dict[str, Any]

_EXECUTION_STARTED, _TASK_SCHEDULED, _TASK_COMPLETED, _TASK_FAILED = 0, 4, 5, 6
_CHILD_CREATED, _CHILD_COMPLETED, _CHILD_FAILED = 7, 8, 9
_TIMER_CREATED, _TIMER_FIRED, _ORCHESTRATOR_STARTED, _ORCHESTRATOR_COMPLETED = 10, 11, 12, 13
_EVENT_RAISED = 15
_CHILD, _TIMER, _WAIT_FOR_EVENT, _ANY, _ALL = 2, 5, 6, 11, 12
_ACTIVITY = {0, 1}

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Replayer:
    """One orchestration instance and its history. Each method that adds an event returns the new state."""

    orchestrator: Callable[..., object]
    instance_id: str
    start_input: object
    history: list[Json] = field(default_factory=list[Json])
    state: Json = field(default_factory=dict[str, Any])
    pending: dict[int, Json] = field(default_factory=dict[int, Json])
    _ids: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))
    _seen_leaves: int = 0
    _clock: datetime = START

    @classmethod
    def taken_up(
        cls, orchestrator: Callable[..., object], instance_id: str, start_input: object, history: list[Json]
    ) -> "Replayer":
        """Continue an instance from this stored history, which ends at the end of an episode."""
        taken = cls(orchestrator, instance_id, start_input, history)
        taken.state = replay(orchestrator, instance_id, start_input, history[:-1])
        taken.pending = _pending(history)
        taken._ids = iter(range(1 + max(event["EventId"] for event in history), 1_000_000))
        taken._seen_leaves = len(leaves_of(taken.state))
        taken._clock = max(datetime.fromisoformat(event["Timestamp"]) for event in history)
        return taken

    @property
    def now(self) -> datetime:
        """The time of the latest episode."""
        return self._clock

    def start(self, version: str | None = None) -> Json:
        """Run the first episode."""
        event = {"Name": "orchestrator", "Input": json.dumps(self.start_input), "Version": version}
        return self._episode(_EXECUTION_STARTED, event)

    def complete_child(self, instance_id: str, result: object) -> Json:
        """Complete a child orchestration."""
        task_id = self.child(instance_id)
        del self.pending[task_id]
        return self._episode(_CHILD_COMPLETED, {"TaskScheduledId": task_id, "Result": json.dumps(result)})

    def fail_child(self, instance_id: str) -> Json:
        """Fail a child orchestration."""
        task_id = self.child(instance_id)
        del self.pending[task_id]
        return self._episode(_CHILD_FAILED, {"TaskScheduledId": task_id, "Reason": "broken", "Details": ""})

    def complete_activity(self, result: object) -> Json:
        """Complete the only running activity."""
        (task_id,) = self.pending
        del self.pending[task_id]
        return self._episode(_TASK_COMPLETED, {"TaskScheduledId": task_id, "Result": json.dumps(result)})

    def fail_activity(self) -> Json:
        """Fail the only running activity."""
        (task_id,) = self.pending
        return self._fail(task_id)

    def fire_retry_timer(self, *, again: bool) -> Json:
        """Fire the retry timer; with `again`, another attempt is scheduled."""
        (timer_id,) = self.pending
        action = self.pending.pop(timer_id)
        state = self._episode(_TIMER_FIRED, {"TimerId": timer_id, "FireAt": _stamp(self._clock)})
        if again:
            task_id = next(self._ids)
            self._append(_TASK_SCHEDULED, {"Name": action["functionName"], "Input": action["input"]}, task_id)
            self.pending[task_id] = action
        return state

    def raise_event(self, name: str) -> Json:
        """Raise an event for the orchestration."""
        return self._episode(_EVENT_RAISED, {"Name": name, "Input": "{}"})

    def fail_call(self, activity: str) -> Json:
        """Fail one of several running activities."""
        return self._fail(self.activity(activity))

    def complete_call(self, activity: str, result: object) -> Json:
        """Complete one of several running activities."""
        task_id = self.activity(activity)
        del self.pending[task_id]
        return self._episode(_TASK_COMPLETED, {"TaskScheduledId": task_id, "Result": json.dumps(result)})

    def fire_timer(self) -> Json:
        """Fire the only timer of the orchestrator."""
        (timer_id,) = (key for key, action in self.pending.items() if action["actionType"] == _TIMER)
        del self.pending[timer_id]
        return self._episode(_TIMER_FIRED, {"TimerId": timer_id, "FireAt": _stamp(self._clock)})

    def activity(self, name: str) -> int:
        """Return the task id of a running activity."""
        return next(key for key, action in self.pending.items() if action.get("functionName") == name)

    def activities(self) -> list[str]:
        """Return the names of the running activities."""
        return [action["functionName"] for action in self.pending.values() if action["actionType"] in _ACTIVITY]

    def children(self) -> list[str]:
        """Return the ids of the running child orchestrations, in the order of their start."""
        return [action["instanceId"] for action in self.pending.values() if action["actionType"] == _CHILD]

    def child(self, instance_id: str) -> int:
        """Return the task id of a running child."""
        return next(key for key, action in self.pending.items() if action.get("instanceId") == instance_id)

    def child_input(self, instance_id: str) -> Json:
        """Return the input of a running child."""
        return cast("Json", json.loads(self.pending[self.child(instance_id)]["input"]))

    def _fail(self, task_id: int) -> Json:
        """Fail an activity; the engine creates the retry timer by itself."""
        action = self.pending.pop(task_id)
        state = self._episode(_TASK_FAILED, {"TaskScheduledId": task_id, "Reason": "failed", "Details": "why"})
        interval = timedelta(milliseconds=action["retryOptions"]["firstRetryIntervalInMilliseconds"])
        timer_id = next(self._ids)
        self._append(_TIMER_CREATED, {"FireAt": _stamp(self._clock + interval)}, timer_id)
        self.pending[timer_id] = action
        return state

    def _episode(self, event_type: int, event: Json) -> Json:
        for played in self.history:
            played["IsPlayed"] = True
        self._clock += timedelta(seconds=1)
        self._append(_ORCHESTRATOR_STARTED, {})
        self._append(event_type, event)
        self.state = replay(self.orchestrator, self.instance_id, self.start_input, self.history)
        self._schedule_new_leaves()
        self._append(_ORCHESTRATOR_COMPLETED, {})
        return self.state

    def _schedule_new_leaves(self) -> None:
        leaves = leaves_of(self.state)
        for leaf in leaves[self._seen_leaves :]:
            task_id = next(self._ids)
            self._append(*_scheduled(leaf), task_id)
            self.pending[task_id] = leaf
        self._seen_leaves = len(leaves)

    def _append(self, event_type: int, event: Json, event_id: int = -1) -> None:
        base = {"EventType": event_type, "EventId": event_id, "IsPlayed": False, "Timestamp": _stamp(self._clock)}
        self.history.append({**base, **event})


def replay(orchestrator: Callable[..., object], instance_id: str, start_input: object, history: list[Json]) -> Json:
    """Replay a history through the real SDK and return the resulting state.

    Raises:
        Exception: the orchestration failed; the message is what the extension would read.
    """
    context = {
        "history": history,
        "input": json.dumps(start_input),
        "instanceId": instance_id,
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 2,
        "maximumShortTimerDuration": "6.00:00:00",
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
    }
    handle = df.Orchestrator.create(orchestrator)
    return cast("Json", json.loads(handle(_Body(json.dumps(context)))))


@dataclass(frozen=True, slots=True)
class _Body:
    """The context that the worker passes to an orchestration trigger."""

    body: str


def _pending(history: list[Json]) -> dict[int, Json]:
    """Return the unfinished tasks of a history. A retry timer stands for the next attempt of its activity."""
    pending: dict[int, Json] = {}
    attempted: Json = {}
    for event in history:
        match event["EventType"]:
            case 4:
                attempted = {"actionType": 0, "functionName": event["Name"], "input": event["Input"]}
                pending[event["EventId"]] = attempted
            case 7:
                named = {"functionName": event["Name"], "input": event["Input"], "instanceId": event["InstanceId"]}
                pending[event["EventId"]] = {"actionType": _CHILD, **named}
            case 10:
                pending[event["EventId"]] = attempted
            case _:
                pending.pop(event.get("TaskScheduledId", event.get("TimerId", -1)), None)
    return pending


def _scheduled(leaf: Json) -> tuple[int, Json]:
    """Return the event that schedules a leaf action."""
    if leaf["actionType"] == _TIMER:
        return _TIMER_CREATED, {"FireAt": leaf["fireAt"]}
    named = {"Name": leaf["functionName"], "Input": leaf["input"]}
    if leaf["actionType"] == _CHILD:
        return _CHILD_CREATED, {**named, "InstanceId": leaf["instanceId"]}
    return _TASK_SCHEDULED, named


def leaves_of(state: Json) -> list[Json]:
    """Return the actions of a state that take an id, in the order in which the SDK numbers them."""
    return [leaf for action in state["actions"][0] for leaf in _leaves(action)]


def _leaves(action: Json) -> Iterator[Json]:
    if action["actionType"] in {_ANY, _ALL}:
        for part in action["compoundActions"]:
            yield from _leaves(part)
    elif action["actionType"] != _WAIT_FOR_EVENT:
        # Waiting for an event takes no id: the event is matched by its name.
        yield action


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
