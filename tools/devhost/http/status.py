"""JSON of instances and their history in the Durable HTTP API."""

import json
from collections.abc import Iterable

from tools.devhost.engine.execution.history import EventType, parse_event
from tools.devhost.engine.storage.records import Instance

_BOUNDARIES = (EventType.ORCHESTRATOR_STARTED, EventType.ORCHESTRATOR_COMPLETED)
_SCHEDULED = (EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_CREATED)
_WITH_RESULT = (
    EventType.TASK_COMPLETED,
    EventType.SUB_ORCHESTRATION_COMPLETED,
    EventType.EXECUTION_COMPLETED,
)
_ENDED_TASKS = (
    EventType.TASK_COMPLETED,
    EventType.TASK_FAILED,
    EventType.SUB_ORCHESTRATION_COMPLETED,
    EventType.SUB_ORCHESTRATION_FAILED,
)
_HIDDEN = {
    EventType.EXECUTION_STARTED: ("OrchestrationInstance", "ParentInstance", "Version", "Tags"),
    EventType.TASK_SCHEDULED: ("Version",),
    EventType.SUB_ORCHESTRATION_CREATED: ("Version",),
    EventType.TIMER_FIRED: ("TimerId",),
}

type _Event = dict[str, object]


def render_status(instance: Instance, *, show_input: bool = True, history: str | None = None) -> str:
    """The status JSON. Stored JSON texts are put in as they are; `history` is a JSON array."""
    parts = [
        f'"name":{json.dumps(instance.name)}',
        f'"version":{json.dumps(instance.version or "")}',
        f'"instanceId":{json.dumps(instance.instance_id)}',
        f'"runtimeStatus":"{instance.status}"',
        f'"input":{instance.input if show_input else "null"}',
        f'"customStatus":{instance.custom_status or "null"}',
        f'"output":{instance.output or "null"}',
        f'"createdTime":"{_whole_second(instance.created_at)}"',
        f'"lastUpdatedTime":"{_whole_second(instance.updated_at)}"',
    ]
    if history is not None:
        parts.append(f'"historyEvents":{history}')
    return "{" + ",".join(parts) + "}"


def _whole_second(moment: str) -> str:
    """Return a stored time as the extension shows it: cut to the second."""
    return moment.partition(".")[0] + "Z"


def render_history(events: Iterable[str], *, show_output: bool, show_input: bool) -> str:
    """History for people: event kinds by name, a task's scheduling folded into its end, no replay bookkeeping.

    Source: `DurableClient.GetDurableOrchestrationStatusAsync` in Azure/azure-functions-durable-extension.
    """
    parsed = [parse_event(event) for event in events]
    scheduled = {event["EventId"]: event for event in parsed if event["EventType"] in _SCHEDULED}
    ended = {event["TaskScheduledId"] for event in parsed if event["EventType"] in _ENDED_TASKS}
    shown = [
        _shown(event, scheduled, show_output=show_output, show_input=show_input)
        for event in parsed
        if event["EventType"] not in _BOUNDARIES
        and not (event["EventType"] in _SCHEDULED and event["EventId"] in ended)
    ]
    return json.dumps(shown, ensure_ascii=False)


def _shown(event: _Event, scheduled: dict[object, _Event], *, show_output: bool, show_input: bool) -> _Event:
    kind = EventType(int(str(event["EventType"])))
    hidden = {"EventId", "TaskScheduledId", *_HIDDEN.get(kind, ())}
    shown: _Event = {key: value for key, value in event.items() if key not in hidden} | {"EventType": _name(kind)}
    if kind is EventType.EXECUTION_STARTED:
        shown["FunctionName"] = shown.pop("Name")
    if kind in _ENDED_TASKS and (start := scheduled.get(event["TaskScheduledId"])):
        shown |= {"ScheduledTime": start["Timestamp"], "FunctionName": start["Name"], "Input": start["Input"]}
    if kind in _WITH_RESULT:
        result = shown.pop("Result")
        shown |= {"Result": _as_json(result)} if show_output else {}
    if not show_input:
        shown.pop("Input", None)
    return shown


def _name(kind: EventType) -> str:
    """``TASK_COMPLETED`` → ``TaskCompleted``; sub-orchestrations have a longer name."""
    return kind.name.title().replace("_", "").replace("SubOrchestration", "SubOrchestrationInstance")


def _as_json(text: object) -> object:
    """A text that is not JSON, such as the reason of a termination, is shown unchanged."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
