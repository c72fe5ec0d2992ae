"""The engine's records: instances, messages of the control queue, work items, entities."""

from dataclasses import dataclass
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
    """One task of one execution: where a result is to be delivered."""

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
    """The task of another orchestration that waits for this one."""
    owner: str | None = None
    """The host that runs it while it is unfinished; None: no host yet."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the control queue: an event for an instance, hidden until `visible_at`.

    `execution_id` is the execution that it is for; None: any.
    """

    instance_id: str
    event: str
    visible_at: str
    execution_id: str | None = None
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An activity in the work-item queue. `input` is JSON text. `dequeues` counts how often a host has taken it."""

    ref: TaskRef
    name: str
    input: str | None
    visible_at: str
    item_id: int = 0
    dequeues: int = 0


@dataclass(frozen=True, slots=True)
class EntityOp:
    """An operation waiting for an entity. `caller` is the instance that waits for its reply; None for signals."""

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
class InstanceFilter:
    """Which instances a list or a purge means. Times are ISO texts, inclusive."""

    created_from: str | None = None
    created_to: str | None = None
    statuses: tuple[RuntimeStatus, ...] = ()
    id_prefix: str | None = None
    after_id: str | None = None
    """Only ids after this one, in id order: the continuation of a paged list."""
    limit: int | None = None
