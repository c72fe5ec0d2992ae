"""What the engine stores: instances, their open tasks, waiting messages. Plain values; SQL is elsewhere."""

from dataclasses import dataclass, replace
from enum import StrEnum


class RuntimeStatus(StrEnum):
    """An instance's status, spelled as the Durable HTTP API spells it."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TERMINATED = "Terminated"
    CANCELED = "Canceled"
    CONTINUED_AS_NEW = "ContinuedAsNew"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset(
    {RuntimeStatus.COMPLETED, RuntimeStatus.FAILED, RuntimeStatus.TERMINATED, RuntimeStatus.CANCELED}
)


@dataclass(frozen=True, slots=True)
class TaskRef:
    """One open task of one execution: where a result is to be delivered."""

    instance_id: str
    execution_id: str
    task_id: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One orchestration instance. `input`, `output` and `custom_status` are JSON texts."""

    instance_id: str
    execution_id: str
    name: str
    input: str
    status: RuntimeStatus
    created_at: str
    updated_at: str
    version: str | None = None
    output: str | None = None
    custom_status: str | None = None
    parent: TaskRef | None = None
    next_task_id: int = 0
    """The id the next scheduled task of this execution gets."""
    leaves_seen: int = 0
    """How many actions of this execution have been taken up."""
    outcome: str | None = None
    """How the orchestrator ended (JSON), while tasks it left behind are still open."""


class TaskKind(StrEnum):
    ACTIVITY = "activity"
    CHILD = "child"
    TIMER = "timer"
    ENTITY = "entity"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Retry:
    """The retry policy of a task and how far it has come. Timers between attempts carry it too."""

    kind: TaskKind
    first_interval_ms: int
    max_attempts: int
    attempt: int = 1
    child_id: str | None = None
    """The sub-orchestration id the caller chose; every attempt uses it."""

    def next_attempt(self) -> "Retry":
        return replace(self, attempt=self.attempt + 1)

    @property
    def is_exhausted(self) -> bool:
        return self.attempt >= self.max_attempts


@dataclass(frozen=True, slots=True)
class Task:
    """Work an orchestration waits for. Its row lives until the episode that consumes its completion."""

    ref: TaskRef
    kind: TaskKind
    name: str
    input: str | None = None
    """JSON text for activities, children and entities; the request (JSON) for HTTP calls."""
    fire_at: str | None = None
    target_id: str | None = None
    """Child instance id, or the request id of an entity call."""
    retry: Retry | None = None
    leaf: int | None = None
    """Index of the action that asked for it; None for what the host added (retry timers, later attempts)."""


@dataclass(frozen=True, slots=True)
class EntityOp:
    """An operation waiting for an entity. `caller` is set for calls, None for signals."""

    op_id: int
    entity_id: str
    name: str
    input: str | None
    request_id: str | None = None
    caller: TaskRef | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity's stored state (JSON text)."""

    entity_id: str
    state: str | None
    exists: bool
    updated_at: str


@dataclass(frozen=True, slots=True)
class ExternalEvent:
    """An event raised by a client, waiting for its episode. `input` is JSON text."""

    event_id: int
    instance_id: str
    name: str
    input: str
    raised_at: str


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which instances a list or a purge means. Times are ISO texts, inclusive."""

    created_from: str | None = None
    created_to: str | None = None
    statuses: tuple[RuntimeStatus, ...] = ()
    id_prefix: str | None = None
    after_id: str | None = None
    """Only ids after this one, in id order: the continuation of a paged list."""
    limit: int | None = None
