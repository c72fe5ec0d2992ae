"""Records to rows and back."""

import json
from typing import cast

from devhost.engine.records import (
    Entity,
    EntityOp,
    ExternalEvent,
    Instance,
    Retry,
    RuntimeStatus,
    Task,
    TaskKind,
    TaskRef,
)

type Row = tuple[object, ...]


def instance_to_row(instance: Instance) -> Row:
    parent = instance.parent
    return (
        instance.instance_id,
        instance.execution_id,
        instance.name,
        instance.input,
        instance.status,
        instance.created_at,
        instance.updated_at,
        instance.version,
        instance.output,
        instance.custom_status,
        parent.instance_id if parent else None,
        parent.execution_id if parent else None,
        parent.task_id if parent else None,
        instance.next_task_id,
        instance.leaves_seen,
        instance.outcome,
    )


def instance_from_row(row: Row) -> Instance:
    text = cast("tuple[str, ...]", row)
    return Instance(
        instance_id=text[0],
        execution_id=text[1],
        name=text[2],
        input=text[3],
        status=RuntimeStatus(text[4]),
        created_at=text[5],
        updated_at=text[6],
        version=text[7],
        output=text[8],
        custom_status=text[9],
        parent=_ref_from_row(row[10:13]),
        next_task_id=cast("int", row[13]),
        leaves_seen=cast("int", row[14]),
        outcome=text[15],
    )


def instance_to_update(instance: Instance) -> Row:
    return (
        instance.execution_id,
        instance.input,
        instance.status,
        instance.updated_at,
        instance.version,
        instance.output,
        instance.custom_status,
        instance.next_task_id,
        instance.leaves_seen,
        instance.outcome,
        instance.instance_id,
    )


def task_to_row(task: Task, completion: str | None = None) -> Row:
    return (
        task.ref.instance_id,
        task.ref.task_id,
        task.ref.execution_id,
        task.kind,
        task.name,
        task.input,
        task.fire_at,
        task.target_id,
        _retry_to_text(task.retry),
        task.leaf,
        completion,
    )


def task_from_row(row: Row) -> tuple[Task, str | None]:
    """The task and its completion, when it has one."""
    text = cast("tuple[str, ...]", row)
    task = Task(
        ref=TaskRef(text[0], text[2], cast("int", row[1])),
        kind=TaskKind(text[3]),
        name=text[4],
        input=text[5],
        fire_at=text[6],
        target_id=text[7],
        retry=_retry_from_text(text[8]),
        leaf=cast("int | None", row[9]),
    )
    return task, cast("str | None", row[10])


def event_from_row(row: Row) -> ExternalEvent:
    return ExternalEvent(*cast("tuple[int, str, str, str, str]", row))


def entity_from_row(row: Row) -> Entity:
    entity_id, state, exists, updated_at = cast("tuple[str, str | None, int, str]", row)
    return Entity(entity_id, state, bool(exists), updated_at)


def entity_op_from_row(row: Row) -> EntityOp:
    op_id, entity_id, name, op_input, request_id = cast("tuple[int, str, str, str | None, str | None]", row[:5])
    return EntityOp(op_id, entity_id, name, op_input, request_id, _ref_from_row(row[5:8]))


def entity_op_to_row(op: EntityOp) -> Row:
    caller = op.caller
    return (
        op.entity_id,
        op.name,
        op.input,
        op.request_id,
        caller.instance_id if caller else None,
        caller.execution_id if caller else None,
        caller.task_id if caller else None,
    )


def _ref_from_row(row: Row) -> TaskRef | None:
    if row[0] is None:
        return None
    return TaskRef(*cast("tuple[str, str, int]", row))


def _retry_to_text(retry: Retry | None) -> str | None:
    if retry is None:
        return None
    return json.dumps([retry.kind, retry.first_interval_ms, retry.max_attempts, retry.attempt, retry.child_id])


def _retry_from_text(text: str | None) -> Retry | None:
    if text is None:
        return None
    kind, interval, maximum, attempt, child_id = cast("tuple[str, int, int, int, str | None]", json.loads(text))
    return Retry(TaskKind(kind), interval, maximum, attempt, child_id)
