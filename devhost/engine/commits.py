"""The engine's transactions: each function is one piece of work for the store's writer, and changes all or nothing."""

import json
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from devhost.engine import history, rows, sql
from devhost.engine.episode import Decision
from devhost.engine.records import (
    Entity,
    EntityOp,
    ExternalEvent,
    Instance,
    InstanceFilter,
    RuntimeStatus,
    Task,
    TaskRef,
)


class InstanceExistsError(Exception):
    """An instance with this id is unfinished, so it cannot be started again."""

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"An Orchestration instance with the status {status} already exists.")
        self.instance_id = instance_id


@dataclass(slots=True)
class Stored:
    """What a stored episode led to, beyond what was decided."""

    entity_ops: list[EntityOp] = field(default_factory=list[EntityOp])
    """The operations with the ids they got."""
    refused: dict[int, str] = field(default_factory=dict[int, str])
    """Children that could not be created, by task id, with the completion stored in their place."""
    parent_waits: bool = False
    """The instance finished and its parent had not heard of it."""


def create_instance(connection: sqlite3.Connection, instance: Instance) -> None:
    """Store a new instance; a finished one of the same id is replaced.

    Raises:
        InstanceExistsError: when an unfinished one has the id.
    """
    row = connection.execute(sql.SELECT_INSTANCE_STATUS, (instance.instance_id,)).fetchone()
    if row is not None:
        if not RuntimeStatus(row[0]).is_final:
            raise InstanceExistsError(instance.instance_id, row[0])
        connection.execute(sql.DELETE_INSTANCE, (instance.instance_id,))
    connection.execute(sql.INSERT_INSTANCE, rows.instance_to_row(instance))


def store_episode(
    connection: sqlite3.Connection,
    decision: Decision,
    first_events: Sequence[str],
    first_seq: int,
    event_row: int | None,
    parent_event: str | None,
) -> Stored:
    """Store an episode: `first_events` (what was delivered) and then everything it decided.

    `first_seq` is the number of events the execution has so far; `parent_event` tells the parent that a finished
    instance ended.
    """
    instance = decision.instance
    stored = Stored()
    if event_row is not None:
        connection.execute(sql.DELETE_EVENT, (event_row,))
    connection.executemany(sql.DELETE_TASK, [(instance.instance_id, task_id) for task_id in decision.closed])
    stored.refused = _create_children(connection, decision)
    for task in decision.opened:
        connection.execute(sql.INSERT_TASK, rows.task_to_row(task, stored.refused.get(task.ref.task_id)))
    stored.entity_ops = [_insert_entity_op(connection, op) for op in decision.entity_ops]
    if decision.continues_as_new:
        connection.execute(sql.DELETE_HISTORY, (instance.instance_id,))
    else:
        _append_history(connection, instance.instance_id, first_seq, [*first_events, *decision.new_events])
    connection.execute(sql.UPDATE_INSTANCE, rows.instance_to_update(instance))
    if instance.status.is_final:
        _drop_waiting(connection, instance.instance_id)
        stored.parent_waits = _tell_parent(connection, instance, parent_event)
    return stored


def end_instance(
    connection: sqlite3.Connection, instance: Instance, first_seq: int, ended_event: str, parent_event: str | None
) -> bool:
    """Store an instance's end from outside (terminate); tell whether its parent waits for it."""
    _append_history(connection, instance.instance_id, first_seq, [ended_event])
    connection.execute(sql.UPDATE_INSTANCE, rows.instance_to_update(instance))
    _drop_waiting(connection, instance.instance_id)
    return _tell_parent(connection, instance, parent_event)


def update_instance(connection: sqlite3.Connection, instance: Instance) -> None:
    connection.execute(sql.UPDATE_INSTANCE, rows.instance_to_update(instance))


def complete_task(connection: sqlite3.Connection, ref: TaskRef, completion: str) -> bool:
    """Store a task's completion event; False when nobody waits for it any more."""
    changed = connection.execute(sql.COMPLETE_TASK, (completion, ref.instance_id, ref.execution_id, ref.task_id))
    return changed.rowcount == 1


def add_event(connection: sqlite3.Connection, instance_id: str, name: str, text: str, at: str) -> ExternalEvent:
    cursor = connection.execute(sql.INSERT_EVENT, (instance_id, name, text, at))
    return ExternalEvent(cast("int", cursor.lastrowid), instance_id, name, text, at)


def add_entity_op(connection: sqlite3.Connection, op: EntityOp) -> EntityOp:
    return _insert_entity_op(connection, op)


def store_entity_batch(
    connection: sqlite3.Connection, entity: Entity, done: Iterable[EntityOp], replies: Iterable[tuple[TaskRef, str]]
) -> list[tuple[TaskRef, str]]:
    """Store an entity's new state and the replies to its callers; return those somebody waits for."""
    connection.execute(sql.UPSERT_ENTITY, (entity.entity_id, entity.state, entity.exists, entity.updated_at))
    connection.executemany(sql.DELETE_ENTITY_OP, [(op.op_id,) for op in done])
    return [(ref, event) for ref, event in replies if complete_task(connection, ref, event)]


def purge(connection: sqlite3.Connection, instance_ids: Iterable[str]) -> int:
    """Delete finished instances and everything that belongs to them; return how many there were."""
    return sum(_purge_one(connection, instance_id) for instance_id in instance_ids)


def reopen(
    connection: sqlite3.Connection,
    instance: Instance,
    events: Sequence[str],
    tasks: Sequence[Task],
    children: Sequence[Instance],
) -> None:
    """Give a failed instance a shorter history, open tasks and their sub-orchestrations again (rewind)."""
    connection.execute(sql.DELETE_HISTORY, (instance.instance_id,))
    _append_history(connection, instance.instance_id, 0, events)
    connection.execute(sql.UPDATE_INSTANCE, rows.instance_to_update(instance))
    connection.executemany(sql.INSERT_TASK, [rows.task_to_row(task) for task in tasks])
    for child in children:
        create_instance(connection, child)


def find_instance(connection: sqlite3.Connection, instance_id: str) -> Instance | None:
    row = connection.execute(sql.SELECT_INSTANCE, (instance_id,)).fetchone()
    return rows.instance_from_row(row) if row else None


def find_instances(connection: sqlite3.Connection, wanted: InstanceFilter) -> list[Instance]:
    """The instances that match, in id order."""
    parameters = {
        "id_from": wanted.id_prefix,
        "id_below": _after_all_with_prefix(wanted.id_prefix),
        "after_id": wanted.after_id,
        "created_from": wanted.created_from,
        "created_to": wanted.created_to,
        "statuses": json.dumps(wanted.statuses) if wanted.statuses else None,
        "row_limit": -1 if wanted.limit is None else wanted.limit,
    }
    return [rows.instance_from_row(row) for row in connection.execute(sql.SELECT_INSTANCES, parameters)]


def find_history(connection: sqlite3.Connection, instance_id: str) -> list[str]:
    return [row[0] for row in connection.execute(sql.SELECT_HISTORY, (instance_id,))]


def find_unfinished(connection: sqlite3.Connection) -> list[Instance]:
    return [rows.instance_from_row(row) for row in connection.execute(sql.SELECT_UNFINISHED)]


def find_tasks(connection: sqlite3.Connection, instance_id: str) -> list[tuple[Task, str | None]]:
    """An instance's open tasks, each with its completion when it has one."""
    return [rows.task_from_row(row) for row in connection.execute(sql.SELECT_TASKS, (instance_id,))]


def find_events(connection: sqlite3.Connection, instance_id: str) -> list[ExternalEvent]:
    return [rows.event_from_row(row) for row in connection.execute(sql.SELECT_EVENTS, (instance_id,))]


def find_entity(connection: sqlite3.Connection, entity_id: str) -> Entity | None:
    row = connection.execute(sql.SELECT_ENTITY, (entity_id,)).fetchone()
    return rows.entity_from_row(row) if row else None


def find_entities(connection: sqlite3.Connection, id_prefix: str | None) -> list[Entity]:
    return [rows.entity_from_row(row) for row in connection.execute(sql.SELECT_ENTITIES, {"prefix": id_prefix})]


def find_entity_ops(connection: sqlite3.Connection) -> list[EntityOp]:
    return [rows.entity_op_from_row(row) for row in connection.execute(sql.SELECT_ENTITY_OPS)]


def _create_children(connection: sqlite3.Connection, decision: Decision) -> dict[int, str]:
    refused: dict[int, str] = {}
    for child in decision.children:
        try:
            create_instance(connection, child)
        except InstanceExistsError as error:
            task_id = child.parent.task_id if child.parent else -1
            refused[task_id] = history.child_failed(child.created_at, task_id, str(error), child.instance_id)
    return refused


def _insert_entity_op(connection: sqlite3.Connection, op: EntityOp) -> EntityOp:
    cursor = connection.execute(sql.INSERT_ENTITY_OP, rows.entity_op_to_row(op))
    return replace(op, op_id=cast("int", cursor.lastrowid))


def _append_history(connection: sqlite3.Connection, instance_id: str, first_seq: int, events: Sequence[str]) -> None:
    numbered = [(instance_id, first_seq + offset, event) for offset, event in enumerate(events)]
    connection.executemany(sql.INSERT_HISTORY, numbered)


def _drop_waiting(connection: sqlite3.Connection, instance_id: str) -> None:
    connection.execute(sql.DELETE_TASKS, (instance_id,))
    connection.execute(sql.DELETE_EVENTS, (instance_id,))


def _tell_parent(connection: sqlite3.Connection, instance: Instance, parent_event: str | None) -> bool:
    if instance.parent is None or parent_event is None:
        return False
    return complete_task(connection, instance.parent, parent_event)


def _purge_one(connection: sqlite3.Connection, instance_id: str) -> bool:
    row = connection.execute(sql.SELECT_INSTANCE_STATUS, (instance_id,)).fetchone()
    if row is None or not RuntimeStatus(row[0]).is_final:
        return False
    connection.execute(sql.DELETE_INSTANCE, (instance_id,))
    return True


def _after_all_with_prefix(prefix: str | None) -> str | None:
    """The smallest text above every text that starts with `prefix`, so that a prefix is a range of the key."""
    if not prefix:
        return None
    for length in range(len(prefix), 0, -1):
        last = ord(prefix[length - 1])
        if last < sys.maxunicode:
            following = last + 1 if last + 1 not in range(0xD800, 0xE000) else 0xE000
            return prefix[: length - 1] + chr(following)
    return None
