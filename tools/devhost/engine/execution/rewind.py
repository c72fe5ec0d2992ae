"""Rewinding a failed instance: its history without the failures, so that the failed tasks are asked for again.

A task that is neither scheduled nor ended in the history is scheduled by the next replay, under the same number. A
failure can be taken back only where that leaves every later number as it was: for plain activities and
sub-orchestrations, and for a task with retries if nothing was numbered after its last attempt began. Anything else is
refused rather than guessed.
"""

from collections.abc import Sequence
from typing import cast

from tools.devhost.engine.execution.history import EventType, parse_event

_FAILURES = (EventType.TASK_FAILED, EventType.SUB_ORCHESTRATION_FAILED)
_SCHEDULINGS = (EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_CREATED)
_ENDS = (EventType.EXECUTION_COMPLETED, EventType.EXECUTION_FAILED)


class RewindNotSupportedError(Exception):
    """This failure cannot be taken back faithfully."""


def without_failures(events: Sequence[str]) -> list[str]:
    """Return a failed instance's history without its end, its failures and the tasks that failed.

    Raises:
        RewindNotSupportedError: when it cannot be done faithfully.
    """
    parsed = [parse_event(event) for event in events]
    failed_ids = {cast("int", event["TaskScheduledId"]) for event in parsed if event["EventType"] in _FAILURES}
    if not failed_ids:
        raise RewindNotSupportedError("The orchestrator's own code failed, not a task it called: nothing to run again.")
    _refuse_retries(parsed, failed_ids)
    return [
        text
        for text, event in zip(events, parsed, strict=True)
        if event["EventType"] not in (*_FAILURES, *_ENDS)
        and not (event["EventType"] in _SCHEDULINGS and event["EventId"] in failed_ids)
    ]


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
