"""History events: how they are written for the SDK, and an execution's list of them.

Events are kept as JSON texts without ``IsPlayed``, which changes after an event's first episode; everything else about
an event is written once. Event kinds and keys follow the Durable extension's replay protocol (DurableTask.Core).
"""

import json
from collections.abc import Iterable
from enum import IntEnum
from typing import cast

_PLAYED = '{"IsPlayed":true,'
_NEW = '{"IsPlayed":false,'


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
    EVENT_SENT = 14
    EVENT_RAISED = 15


_FAILURES = frozenset({EventType.TASK_FAILED, EventType.SUB_ORCHESTRATION_FAILED})


def to_json(value: object) -> str:
    """Compact JSON; text is not escaped to ASCII, as the extension writes it, unless it could not be stored so."""
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
    return to_json({"EventType": int(event_type), "EventId": event_id, "Timestamp": at, **fields})


def parse_event(text: str) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(text))


def is_failure(text: str) -> bool:
    """Whether this completion event reports a failed task."""
    return parse_event(text)["EventType"] in _FAILURES


def orchestrator_started(at: str) -> str:
    return _event(EventType.ORCHESTRATOR_STARTED, at)


def execution_started(at: str, name: str, input_text: str, version: str | None) -> str:
    return _event(EventType.EXECUTION_STARTED, at, Name=name, Input=input_text, Version=version)


def execution_ended(at: str, status: str, result: str | None) -> str:
    kind = EventType.EXECUTION_TERMINATED if status == "Terminated" else EventType.EXECUTION_COMPLETED
    return _event(kind, at, OrchestrationStatus=status, Result=result)


def task_scheduled(at: str, task_id: int, name: str, input_text: str | None) -> str:
    return _event(EventType.TASK_SCHEDULED, at, task_id, Name=name, Input=input_text, Version=None)


def task_completed(at: str, task_id: int, result: str | None) -> str:
    return _event(EventType.TASK_COMPLETED, at, TaskScheduledId=task_id, Result=result)


def task_failed(at: str, task_id: int, reason: str, details: str) -> str:
    return _event(EventType.TASK_FAILED, at, TaskScheduledId=task_id, Reason=reason, Details=details)


def child_created(at: str, task_id: int, name: str, child_id: str, input_text: str | None) -> str:
    return _event(
        EventType.SUB_ORCHESTRATION_CREATED, at, task_id, Name=name, InstanceId=child_id, Input=input_text, Version=None
    )


def child_completed(at: str, task_id: int, result: str | None) -> str:
    return _event(EventType.SUB_ORCHESTRATION_COMPLETED, at, TaskScheduledId=task_id, Result=result)


def child_failed(at: str, task_id: int, reason: str, details: str) -> str:
    return _event(EventType.SUB_ORCHESTRATION_FAILED, at, TaskScheduledId=task_id, Reason=reason, Details=details)


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
    """The events of one execution, oldest first; what was rendered before is not rendered again."""

    def __init__(self, events: Iterable[str] = ()) -> None:
        self.events: list[str] = []
        self._played: list[str] = []
        self.append(events)

    def append(self, events: Iterable[str]) -> None:
        for event in events:
            self.events.append(event)
            self._played.append(_PLAYED + event[1:])

    def render_with(self, new_events: Iterable[str]) -> str:
        """A JSON array: the stored events as played, then `new_events` as new."""
        return "[" + ",".join([*self._played, *(_NEW + event[1:] for event in new_events)]) + "]"


def text_of(json_text: str | None) -> str:
    """The string a JSON text holds; the JSON itself when it holds something else."""
    value: object = json.loads(json_text) if json_text is not None else ""
    return value if isinstance(value, str) else json_text or ""
