"""Replays an orchestration's actions over its history, as the Durable Task extension does. Pure.

The SDK in the worker replays the user's code and answers with all actions since the execution began. The extension
replays those actions again by its own rules, and only what this second replay schedules is done:

- It awaits the actions one after another. An activity that is asked for while others run is scheduled only when the
  action before it has ended; a `task_any` has ended as soon as one of its parts has.
- It numbers tasks from 0 in the order in which it schedules them, retry timers included. The number of each task has to
  agree with the history, else the orchestration fails as non-deterministic. So it does when tasks with retries
  run under `task_any` and something follows: in the replay, what follows is scheduled at the first completion.
- A retry timer is created when an attempt has failed; after the last attempt there is one that fires at once.
- The orchestration ends when its code has ended and no task is open any more.

Sources: `OutOfProcOrchestrationShim` in Azure/azure-functions-durable-extension; `TaskOrchestrationExecutor`,
`TaskOrchestrationContext` and `RetryInterceptor` in Azure/durabletask.
tests/tools/engine/test_recordings.py compares the result with recordings of the real host.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from tools.devhost.engine.clock import from_text, to_text
from tools.devhost.engine.execution.actions import Action, ActionType, ProtocolError, State
from tools.devhost.engine.execution.history import EventType, parse_event, to_json
from tools.devhost.engine.execution.tasks import Flow, Task, all_of, any_of, ended, run
from tools.devhost.engine.invoker import Names

#: The activity as which the extension runs ``context.call_http``.
HTTP_ACTIVITY = "BuiltIn::HttpActivity"


class UnknownFunctionError(Exception):
    """An orchestrator or a client named a function the app does not have."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The function '{name}' doesn't exist, is disabled, or is not an {kind} function.")


class NonDeterministicError(Exception):
    """The replay scheduled something other than the history."""

    def __init__(self, recorded: str, replayed: str | None) -> None:
        super().__init__(
            f"Non-Deterministic workflow detected: the history holds {recorded}, but the replay asked for "
            f"{replayed or 'nothing'} there. Was the orchestrator's code changed while it ran, or is a task with "
            "retries under task_any?"
        )


@dataclass(frozen=True, slots=True)
class ActivityCall:
    """An activity to run. `input` is JSON text."""

    task_id: int
    name: str
    input: str | None


@dataclass(frozen=True, slots=True)
class ChildCall:
    """A sub-orchestration to start. `instance_id` is None if the caller chose none."""

    task_id: int
    name: str
    input: str
    instance_id: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class TimerCall:
    """A timer to create."""

    task_id: int
    fire_at: str


@dataclass(frozen=True, slots=True)
class EntityCall:
    """An operation to send to an entity; with `is_signal` there is no reply."""

    task_id: int
    entity_id: str
    operation: str
    input: str
    request_id: str
    is_signal: bool


type Call = ActivityCall | ChildCall | TimerCall | EntityCall


@dataclass(slots=True)
class Replay:
    """The result of a replay.

    `new_calls` are not in the history yet. `is_over`: the code has ended, with `failure` or without, and no task is
    open. `is_deterministic`: the history fits. `continue_input` (JSON text) is set when it continues as new;
    `carried_over` are the events that the next execution gets. `next_id` is the number after the last task's.
    """

    new_calls: Sequence[Call] = ()
    is_over: bool = False
    failure: str | None = None
    is_deterministic: bool = True
    continue_input: str | None = None
    carried_over: list[str] = field(default_factory=list[str])
    next_id: int = 0


def replay(events: Iterable[str], state: State, names: Names) -> Replay:
    """Replay `state`'s actions over all events of the execution, those of this episode included."""
    replayer = _Replayer(state, names)
    try:
        for text in events:
            replayer.process(text)
    except NonDeterministicError as error:
        return Replay(is_over=True, failure=str(error), is_deterministic=False, next_id=replayer.next_id)
    return replayer.result()


class _Replayer:
    def __init__(self, state: State, names: Names) -> None:
        self.next_id = 0
        self._state = state
        self._names = names
        self._now = ""
        self._main = Task()
        self._failure: str | None = None
        self._continue_input: str | None = None
        self._carried_over: list[str] = []
        self._unconfirmed: dict[int, Call] = {}
        self._open: dict[int, Task] = {}
        self._waiting: dict[str, list[Task]] = {}
        self._buffered: dict[str, int] = {}

    def process(self, text: str) -> None:
        event = parse_event(text)
        match EventType(cast("int", event["EventType"])):
            case EventType.ORCHESTRATOR_STARTED:
                self._now = str(event["Timestamp"])
            case EventType.EXECUTION_STARTED:
                self._main = run(self._actions())
            case (
                EventType.TASK_SCHEDULED
                | EventType.SUB_ORCHESTRATION_CREATED
                | EventType.TIMER_CREATED
                | EventType.EVENT_SENT
            ):
                self._confirm(event)
            case EventType.TASK_COMPLETED | EventType.SUB_ORCHESTRATION_COMPLETED:
                self._end_task(event["TaskScheduledId"])
            case EventType.TASK_FAILED | EventType.SUB_ORCHESTRATION_FAILED:
                self._end_task(event["TaskScheduledId"], has_failed=True)
            case EventType.TIMER_FIRED:
                self._end_task(event["TimerId"])
            case EventType.EVENT_RAISED if self._continue_input is not None:
                self._carried_over.append(text)
            case EventType.EVENT_RAISED:
                self._raise_event(str(event["Name"]))
            case _:
                pass

    def result(self) -> Replay:
        return Replay(
            new_calls=[self._unconfirmed[task_id] for task_id in sorted(self._unconfirmed)],
            is_over=self._main.is_done and not self._open,
            failure=self._failure,
            continue_input=self._continue_input,
            carried_over=self._carried_over,
            next_id=self.next_id,
        )

    def _actions(self) -> Flow:
        try:
            for action in self._state.actions:
                yield self.begin(action)
        except (UnknownFunctionError, ProtocolError) as error:
            self._failure = str(error)
            return True
        if self._state.error is not None:
            self._failure = self._state.error
            return True
        if self._state.is_done or self._continue_input is not None:
            return False
        yield Task()  # the code awaits more: never ends
        return False

    def begin(self, action: Action) -> Task:
        return _BEGIN[action.type](self, action)

    def call_http(self, action: Action) -> Task:
        return self._schedule(ActivityCall(self.next_id, HTTP_ACTIVITY, to_json(action.mapping("httpRequest"))))

    def continue_as_new(self, action: Action) -> Task:
        self._continue_input = to_json(action.fields.get("input"))
        return ended()

    def _schedule(self, call: Call) -> Task:
        task = Task()
        self._unconfirmed[self.next_id] = call
        self._open[self.next_id] = task
        self.next_id += 1
        return task

    def call_activity(self, action: Action) -> Task:
        name = action.required("functionName")
        if not self._names.has_activity(name):
            raise UnknownFunctionError("activity", name)
        return self._schedule(ActivityCall(self.next_id, name, action.text("input")))

    def call_child(self, action: Action) -> Task:
        name = action.required("functionName")
        if not self._names.has_orchestrator(name):
            raise UnknownFunctionError("orchestrator", name)
        child_input = to_json(action.fields.get("input"))
        child_id, version = action.text("instanceId"), action.text("version")
        return self._schedule(ChildCall(self.next_id, name, child_input, child_id, version))

    def create_timer(self, action: Action) -> Task:
        task_id = self.next_id
        task = self._schedule(TimerCall(task_id, to_text(action.moment("fireAt"))))
        if action.is_cancelled:
            del self._open[task_id]
            task.end(has_failed=True)
        return task

    def retry(self, action: Action, attempt: Callable[[Action], Task]) -> Task:
        return run(self._with_retries(action, attempt))

    def _with_retries(self, action: Action, attempt: Callable[[Action], Task]) -> Flow:
        retry = action.retry
        for attempts in range(1, retry.max_attempts + 1):
            call = attempt(action)
            yield call
            if not call.has_failed:
                return False
            wait_ms = 0 if attempts == retry.max_attempts else retry.first_interval_ms
            fire_at = to_text(from_text(self._now) + timedelta(milliseconds=wait_ms))
            yield self._schedule(TimerCall(self.next_id, fire_at))
        return True

    def call_entity(self, action: Action) -> Task:
        entity_id = action.required("instanceId")
        if not self._names.has_entity(entity_name(entity_id)):
            raise UnknownFunctionError("entity", entity_name(entity_id))
        is_signal = action.type is ActionType.SIGNAL_ENTITY
        # A new id each time: the history's replaces it when the event is confirmed.
        call = EntityCall(
            self.next_id,
            entity_id,
            action.required("operation"),
            to_json(action.fields.get("input")),
            str(uuid.uuid4()),
            is_signal,
        )
        self._unconfirmed[self.next_id] = call
        self.next_id += 1
        return ended() if is_signal else self.wait_for_event(call.request_id)

    def wait_for_event(self, name: str) -> Task:
        """The latest wait for a name gets the next event of that name."""
        task = Task()
        self._waiting.setdefault(name.casefold(), []).append(task)
        if self._buffered.get(name.casefold()):
            self._buffered[name.casefold()] -= 1
            self._raise_event(name)
        return task

    def _raise_event(self, name: str) -> None:
        waiting = self._waiting.get(name.casefold())
        if waiting:
            waiting.pop().end()
        else:
            self._buffered[name.casefold()] = self._buffered.get(name.casefold(), 0) + 1

    def _end_task(self, task_id: object, *, has_failed: bool = False) -> None:
        """An unexpected completion, such as a second one, is ignored."""
        task = self._open.pop(cast("int", task_id), None)
        if task is not None:
            task.end(has_failed=has_failed)

    def _confirm(self, event: dict[str, object]) -> None:
        call = self._unconfirmed.pop(cast("int", event["EventId"]), None)
        if call is None or not _is_recorded_as(call, event):
            recorded = f"{EventType(cast('int', event['EventType'])).name} {event.get('Name', '')} #{event['EventId']}"
            raise NonDeterministicError(recorded, None if call is None else _describe(call))
        if isinstance(call, EntityCall) and not call.is_signal:
            # The reply comes as an event named by the id that was really sent.
            request_id = json.loads(str(event["Input"]))["id"]
            self._waiting[request_id.casefold()] = self._waiting.pop(call.request_id.casefold())


_BEGIN: dict[ActionType, Callable[[_Replayer, Action], Task]] = {
    ActionType.WHEN_ALL: lambda replayer, action: all_of([replayer.begin(part) for part in action.parts]),
    ActionType.WHEN_ANY: lambda replayer, action: any_of([replayer.begin(part) for part in action.parts]),
    ActionType.CALL_ACTIVITY: _Replayer.call_activity,
    ActionType.CALL_ACTIVITY_WITH_RETRY: lambda replayer, action: replayer.retry(action, replayer.call_activity),
    ActionType.CALL_CHILD: _Replayer.call_child,
    ActionType.CALL_CHILD_WITH_RETRY: lambda replayer, action: replayer.retry(action, replayer.call_child),
    ActionType.CREATE_TIMER: _Replayer.create_timer,
    ActionType.WAIT_FOR_EVENT: lambda replayer, action: replayer.wait_for_event(action.required("externalEventName")),
    ActionType.CALL_ENTITY: _Replayer.call_entity,
    ActionType.SIGNAL_ENTITY: _Replayer.call_entity,
    ActionType.CALL_HTTP: _Replayer.call_http,
    ActionType.CONTINUE_AS_NEW: _Replayer.continue_as_new,
}


def entity_name(entity_id: str) -> str:
    """``@counter@key`` → ``counter``."""
    return entity_id.removeprefix("@").partition("@")[0]


_EVENTS = {
    ActivityCall: EventType.TASK_SCHEDULED,
    ChildCall: EventType.SUB_ORCHESTRATION_CREATED,
    TimerCall: EventType.TIMER_CREATED,
    EntityCall: EventType.EVENT_SENT,
}


def _is_recorded_as(call: Call, event: dict[str, object]) -> bool:
    if _EVENTS[type(call)] != event["EventType"]:
        return False
    return not isinstance(call, ActivityCall | ChildCall) or call.name.casefold() == str(event["Name"]).casefold()


def _describe(call: Call) -> str:
    name = call.name if isinstance(call, ActivityCall | ChildCall) else ""
    return f"{_EVENTS[type(call)].name} {name}".strip()
