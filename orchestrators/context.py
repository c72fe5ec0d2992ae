"""The part of the SDK's orchestration context that our orchestrators use, with types.

The SDK has few types; these protocols list what the orchestrators rely on.
"""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue


class Task(Protocol):
    """Scheduled work: yielding it waits for its result."""

    @property
    def result(self) -> object:
        """The value or the exception that the work ended with."""
        ...

    @property
    def is_completed(self) -> bool:
        """Whether the work has ended, with a value or an exception."""
        ...


class OrchestrationContext(Protocol):
    """All that an orchestrator may use: nothing else is the same on replay."""

    @property
    def instance_id(self) -> str:
        """The id of this orchestration."""
        ...

    @property
    def version(self) -> str | None:
        """host.json's `defaultVersion` at the time when this orchestration was started."""
        ...

    def get_input(self) -> object:
        """Return the orchestration's input, parsed from JSON."""
        ...

    def set_custom_status(self, status: object) -> None:
        """Set the status that is published when this episode ends."""
        ...

    def call_sub_orchestrator(self, name: str, input_: object = None, instance_id: str | None = None) -> Task:
        """Schedule a child orchestration."""
        ...

    def call_activity_with_retry(self, name: str, retry_options: object, input_: object = None) -> Task:
        """Schedule an activity that is retried when it raises."""
        ...

    @property
    def current_utc_datetime(self) -> datetime:
        """The time of this episode, the same on every replay."""
        ...

    def create_timer(self, fire_at: datetime) -> Task:
        """Schedule a timer."""
        ...

    def wait_for_external_event(self, name: str) -> Task:
        """Return a task that ends when this event is raised for the orchestration."""
        ...

    def task_any(self, activities: Sequence[Task]) -> Task:
        """Return a task that ends as soon as one of these does; its result is that task."""
        ...


type Flow[Result] = Generator[Task, object, Result]
type Output = dict[str, JsonValue]
