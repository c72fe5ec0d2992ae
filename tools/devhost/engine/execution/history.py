"""The events of an orchestration's history, in the shape in which the extension hands them to the worker.

The shape is that of the recordings of the real host (tests/recordings).
"""

import json
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import cast

from tools.devhost.engine.execution.tracing import Span
from tools.devhost.engine.storage.records import Instance, TaskRef


class EventType(IntEnum):
    EXECUTION_STARTED = 0
    EXECUTION_COMPLETED = 1
    EXECUTION_FAILED = 2
    EXECUTION_TERMINATED = 3
    TASK_SCHEDULED = 4
    TASK_COMPLETED = 5
    TASK_FAILED = 6
    SUB_ORCHESTRATION_CREATED = 7
    SUB_ORCHESTRATION_COMPLETED = 8
    SUB_ORCHESTRATION_FAILED = 9
    TIMER_CREATED = 10
    TIMER_FIRED = 11
    ORCHESTRATOR_STARTED = 12
    ORCHESTRATOR_COMPLETED = 13
    EVENT_SENT = 14
    EVENT_RAISED = 15
    GENERIC_EVENT = 17
    EXECUTION_SUSPENDED = 19
    EXECUTION_RESUMED = 20


#: Events that come from messages: they are marked as played once their episode is over, and others never are.
_DELIVERED = frozenset(
    {
        EventType.EXECUTION_STARTED,
        EventType.TASK_COMPLETED,
        EventType.TASK_FAILED,
        EventType.SUB_ORCHESTRATION_COMPLETED,
        EventType.SUB_ORCHESTRATION_FAILED,
        EventType.TIMER_FIRED,
        EventType.EVENT_RAISED,
        EventType.GENERIC_EVENT,
        EventType.EXECUTION_SUSPENDED,
        EventType.EXECUTION_RESUMED,
    }
)

type Event = Mapping[str, object]


def to_json(value: object) -> str:
    """Compact JSON; as the extension writes it, text is not escaped to ASCII, unless it is not valid UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if _is_storable(text) else json.dumps(value, separators=(",", ":"))


def _is_storable(text: str) -> bool:
    """Half of a surrogate pair (a cut emoji, say) is a legal JSON string but not UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _event(event_type: EventType, at: str, event_id: int = -1, **fields: object) -> str:
    return to_json({"EventType": int(event_type), **fields, "EventId": event_id, "Timestamp": at})


def parse_event(text: str) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(text))


def type_of(text: str) -> EventType:
    return EventType(cast("int", parse_event(text)["EventType"]))


def orchestrator_started(at: str) -> str:
    return _event(EventType.ORCHESTRATOR_STARTED, at)


def orchestrator_completed(at: str) -> str:
    return _event(EventType.ORCHESTRATOR_COMPLETED, at)


def execution_started(at: str, instance: Instance, parent: Event | None, span: Span | None, event_id: int = -1) -> str:
    """`parent` is made by `parent_instance`. `span` is the one that the instance runs under."""
    return _event(
        EventType.EXECUTION_STARTED,
        at,
        event_id,
        OrchestrationInstance=_instance_ref(instance.instance_id, instance.execution_id),
        ParentInstance=parent,
        Name=instance.name,
        Version=instance.version,
        Input=None if instance.input == "null" else instance.input,
        Tags=None,
        Correlation=None,
        ParentTraceContext=span and span.of_instance(at),
        ScheduledStartTime=None,
        Generation=0 if parent is None else None,
        GenerateNewTrace=False,
    )


def parent_instance(instance: Instance, task: TaskRef) -> Event:
    """What a child knows of the orchestration that waits for it."""
    return {
        "Name": instance.name,
        "OrchestrationInstance": _instance_ref(instance.instance_id, task.execution_id),
        "TaskScheduleId": task.task_id,
        "Version": instance.version,
    }


def _instance_ref(instance_id: str, execution_id: str) -> Event:
    return {"InstanceId": instance_id, "ExecutionId": execution_id}


def execution_ended(at: str, event_id: int, status: str, result: str | None) -> str:
    return _event(
        EventType.EXECUTION_COMPLETED,
        at,
        event_id,
        OrchestrationStatus=status,
        Result=result,
        FailureDetails=None,
    )


def execution_terminated(at: str, reason: str) -> str:
    return _event(EventType.EXECUTION_TERMINATED, at, Input=to_json(reason))


def execution_suspended(at: str, reason: str, *, is_suspended: bool = True) -> str:
    """A suspension, or the end of one."""
    event_type = EventType.EXECUTION_SUSPENDED if is_suspended else EventType.EXECUTION_RESUMED
    return _event(event_type, at, Reason=reason)


def execution_rewound(at: str, reason: str) -> str:
    return _event(EventType.GENERIC_EVENT, at, Data=f"Rewind: {reason}")


def task_scheduled(at: str, task_id: int, name: str, span: Span | None) -> str:
    """The input is left out, as on the platform (`storeInputsInOrchestrationHistory` is off)."""
    return _event(
        EventType.TASK_SCHEDULED,
        at,
        task_id,
        Name=name,
        Version="",
        Input=None,
        ParentTraceContext=span and span.of_activity(),
        Tags=None,
    )


def task_completed(at: str, task_id: int, result: str | None) -> str:
    return _event(EventType.TASK_COMPLETED, at, TaskScheduledId=task_id, Result=result)


def task_failed(at: str, task_id: int, reason: str, details: str) -> str:
    return _event(
        EventType.TASK_FAILED, at, TaskScheduledId=task_id, Reason=reason, Details=details, FailureDetails=None
    )


def child_created(at: str, task_id: int, name: str, child_id: str, version: str | None, span: Span | None) -> str:
    return _event(
        EventType.SUB_ORCHESTRATION_CREATED,
        at,
        task_id,
        Name=name,
        Version=version,
        InstanceId=child_id,
        Input=None,
        ClientSpanId=span and span.span_id,
        Tags=None,
    )


def child_completed(at: str, task_id: int, result: str | None) -> str:
    return _event(EventType.SUB_ORCHESTRATION_COMPLETED, at, TaskScheduledId=task_id, Result=result)


def child_failed(at: str, task_id: int, reason: str, details: str) -> str:
    return _event(
        EventType.SUB_ORCHESTRATION_FAILED,
        at,
        TaskScheduledId=task_id,
        Reason=reason,
        Details=details,
        FailureDetails=None,
    )


def timer_created(at: str, task_id: int, fire_at: str) -> str:
    return _event(EventType.TIMER_CREATED, at, task_id, FireAt=fire_at)


def timer_fired(at: str, task_id: int, fire_at: str) -> str:
    return _event(EventType.TIMER_FIRED, at, TimerId=task_id, FireAt=fire_at)


def event_sent(at: str, task_id: int, target_id: str, request_id: str, operation: str, input_text: str | None) -> str:
    request = to_json({"op": operation, "input": input_text, "id": request_id})
    return _event(EventType.EVENT_SENT, at, task_id, InstanceId=target_id, Name="op", Input=request)


def event_raised(at: str, name: str, input_text: str) -> str:
    return _event(EventType.EVENT_RAISED, at, Name=name, Input=input_text)


class History:
    """The events of one execution, oldest first, as JSON texts; each is rendered once."""

    def __init__(self, events: Iterable[str] = ()) -> None:
        self.events: list[str] = []
        self._rendered: list[str] = []
        self.append(events)

    def append(self, events: Iterable[str]) -> None:
        for event in events:
            self.events.append(event)
            self._rendered.append(_with_played(event, is_played=type_of(event) in _DELIVERED))

    def render_with(self, new_events: Iterable[str]) -> str:
        """A JSON array: the stored events, then `new_events`, which are not played."""
        return "[" + ",".join([*self._rendered, *(_with_played(event, is_played=False) for event in new_events)]) + "]"


def _with_played(event: str, *, is_played: bool) -> str:
    return f'{{"IsPlayed":{"true" if is_played else "false"},{event[1:]}'


def text_of(json_text: str | None) -> str:
    """The string a JSON text holds; the JSON itself when it holds something else."""
    value: object = json.loads(json_text) if json_text is not None else ""
    return value if isinstance(value, str) else json_text or ""
