"""Rewinding a failed instance: its history without the failures, and the failed tasks open again.

The SDK numbers tasks by replaying, so a failure can be taken back only where that leaves every later number as it was:
for plain activities and sub-orchestrations, and for a task with retries if nothing was numbered after its last attempt
began. Anything else is refused rather than guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from devhost.engine.episode import HTTP_ACTIVITY, new_instance
from devhost.engine.history import EventType, parse_event
from devhost.engine.records import Instance, RuntimeStatus, Task, TaskKind, TaskRef

_FAILURES = (EventType.TASK_FAILED, EventType.SUB_ORCHESTRATION_FAILED)
_SCHEDULINGS = (EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_CREATED)


class RewindNotSupportedError(Exception):
    """This failure cannot be taken back faithfully."""


@dataclass(slots=True)
class Rewind:
    """The instance as it will be stored, with what runs again."""

    instance: Instance
    events: list[str]
    tasks: list[Task] = field(default_factory=list[Task])
    children: list[Instance] = field(default_factory=list[Instance])


def plan_rewind(instance: Instance, events: Sequence[str], at: str) -> Rewind:
    """What rewinding `instance` means.

    Raises:
        RewindNotSupportedError: when it cannot be done faithfully.
    """
    parsed = [parse_event(event) for event in events]
    failed_ids = {cast("int", event["TaskScheduledId"]) for event in parsed if event["EventType"] in _FAILURES}
    if not failed_ids:
        raise RewindNotSupportedError("The orchestrator's own code failed, not a task it called: nothing to run again.")
    _refuse_retries(parsed, failed_ids)
    reopened = replace(instance, status=RuntimeStatus.RUNNING, updated_at=at, output=None, outcome=None)
    plan = Rewind(reopened, _without_failures(events, parsed))
    for event in parsed:
        if event["EventType"] in _SCHEDULINGS and event["EventId"] in failed_ids:
            _reopen_task(plan, event, at)
    return plan


def _refuse_retries(parsed: list[dict[str, object]], failed_ids: set[int]) -> None:
    """A timer scheduled in the episode of a failure is a retry timer; its number would be lost."""
    after_failure = False
    for event in parsed:
        match event["EventType"]:
            case EventType.ORCHESTRATOR_STARTED:
                after_failure = False
            case EventType.TASK_FAILED | EventType.SUB_ORCHESTRATION_FAILED:
                after_failure = event["TaskScheduledId"] in failed_ids
            case EventType.TIMER_CREATED | EventType.TASK_SCHEDULED | EventType.SUB_ORCHESTRATION_CREATED:
                if after_failure:
                    raise RewindNotSupportedError(
                        "Tasks were scheduled after a failure (a retry, or work done because of it); taking the "
                        "failure back would renumber them. Use restart instead."
                    )
            case _:
                pass


def _without_failures(events: Sequence[str], parsed: list[dict[str, object]]) -> list[str]:
    """Everything but the failures, the episodes that delivered nothing else, and the instance's end."""
    kept: list[str] = []
    for text, event in zip(events, parsed, strict=True):
        if event["EventType"] in (EventType.EXECUTION_COMPLETED, EventType.EXECUTION_FAILED):
            continue
        if event["EventType"] in _FAILURES:
            kept.pop()  # the OrchestratorStarted of the failure's episode
            continue
        kept.append(text)
    return kept


def _reopen_task(plan: Rewind, event: dict[str, object], at: str) -> None:
    instance = plan.instance
    ref = TaskRef(instance.instance_id, instance.execution_id, cast("int", event["EventId"]))
    name, text = str(event["Name"]), cast("str | None", event["Input"])
    if event["EventType"] == EventType.TASK_SCHEDULED:
        kind = TaskKind.HTTP if name == HTTP_ACTIVITY else TaskKind.ACTIVITY
        plan.tasks.append(Task(ref, kind, name, input=text))
        return
    child_id = str(event["InstanceId"])
    plan.tasks.append(Task(ref, TaskKind.CHILD, name, input=text, target_id=child_id))
    plan.children.append(new_instance(child_id, name, text if text is not None else "null", at, parent=ref))
