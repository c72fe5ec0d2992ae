"""The part of the SDK's orchestration context that our orchestrators use, with types.

The SDK publishes few types of its own; these protocols say what is relied on.
"""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue


class Task(Protocol):
    """Work that was asked for: yielding it waits for it."""

    @property
    def result(self) -> object:
        """The value, or the exception, that the work ended with."""
        ...

    @property
    def is_completed(self) -> bool:
        """Whether the work has ended, with either."""
        ...


class OrchestrationContext(Protocol):
    """What an orchestrator may touch: nothing else of the world is the same on replay."""

    @property
    def instance_id(self) -> str:
        """The id of this orchestration."""
        ...

    @property
    def version(self) -> str | None:
        """The version that this orchestration was started with (host.json's `defaultVersion` of then)."""
        ...

    def get_input(self) -> object:
        """Return the orchestration's input, parsed from JSON."""
        ...

    def set_custom_status(self, status: object) -> None:
        """Set the status that is published when this episode ends."""
        ...

    def call_sub_orchestrator(self, name: str, input_: object = None, instance_id: str | None = None) -> Task:
        """Ask for a child orchestration."""
        ...

    def call_activity_with_retry(self, name: str, retry_options: object, input_: object = None) -> Task:
        """Ask for an activity that is tried again when it raises."""
        ...

    @property
    def current_utc_datetime(self) -> datetime:
        """The time of this episode, the same on every replay."""
        ...

    def create_timer(self, fire_at: datetime) -> Task:
        """Ask to be woken at a time."""
        ...

    def wait_for_external_event(self, name: str) -> Task:
        """Ask for an event that somebody raises for this orchestration."""
        ...

    def task_any(self, activities: Sequence[Task]) -> Task:
        """Return a task that is done as soon as one of these is; its result is that one."""
        ...


type Flow[Result] = Generator[Task, object, Result]
type Output = dict[str, JsonValue]
