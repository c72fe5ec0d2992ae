"""The engine's transactions and queries. Each function that changes something runs within one write of the store."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import cast

from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.episode import Decision, NewInstance
from tools.devhost.engine.execution.history import EventType
from tools.devhost.engine.storage import rows, sql
from tools.devhost.engine.storage.records import (
    Entity,
    EntityOp,
    Instance,
    InstanceFilter,
    Message,
    RuntimeStatus,
    WorkItem,
)

#: Whether this host may own and run an instance.
type MayRun = Callable[[Instance], bool]


class InstanceExistsError(Exception):
    """An instance with this id is unfinished, so it cannot be started again."""

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"An Orchestration instance with the status {status} already exists.")
        self.instance_id = instance_id


class UnfinishedInstanceError(Exception):
    """The instance is unfinished, so it cannot be purged."""

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"Cannot purge orchestration instance '{instance_id}': it is {status}.")


class TakenOverError(Exception):
    """Another host has taken over the work; this host's result is dropped."""


def create_instance(connection: sqlite3.Connection, new: NewInstance, owner: str | None) -> None:
    """Store a new instance with its start message; a finished one of the same id is replaced.

    Raises:
        InstanceExistsError: when an unfinished one has the id.
    """
    instance = new.instance
    row = connection.execute(sql.SELECT_INSTANCE_STATUS, (instance.instance_id,)).fetchone()
    if row is not None:
        if not RuntimeStatus(row[0]).is_final:
            raise InstanceExistsError(instance.instance_id, row[0])
        connection.execute(sql.DELETE_INSTANCE, (instance.instance_id,))
    connection.execute(sql.INSERT_INSTANCE, rows.instance_to_row(replace(instance, owner=owner)))
    send(connection, [new.start])


def send(connection: sqlite3.Connection, messages: Iterable[Message]) -> None:
    """Put messages into the control queue; those for deleted or finished instances are dropped."""
    connection.executemany(sql.INSERT_MESSAGE, [rows.message_to_row(message) for message in messages])


def store_episode(
    connection: sqlite3.Connection,
    decision: Decision,
    consumed: Sequence[Message],
    first_seq: int,
    host_id: str,
    may_run: MayRun,
) -> list[Instance]:
    """Store an episode: delete the messages that it `consumed`, add what it decided; return the children created.

    `first_seq` is the number of events that the execution has so far.

    Raises:
        TakenOverError: the host does not own the instance any more.
    """
    instance = decision.instance
    if connection.execute(sql.UPDATE_OWNED_INSTANCE, (*rows.instance_to_update(instance), host_id)).rowcount == 0:
        raise TakenOverError(f"instance {instance.instance_id} belongs to another host now")
    connection.executemany(sql.DELETE_MESSAGE, [(message.message_id,) for message in consumed])
    if decision.events is None:
        connection.execute(sql.DELETE_HISTORY, (instance.instance_id,))
    else:
        _append_history(connection, instance.instance_id, first_seq, decision.events)
    if instance.status.is_final:
        connection.execute(sql.DELETE_MESSAGES, (instance.instance_id,))
    connection.executemany(sql.INSERT_WORK_ITEM, [rows.work_item_to_row(item) for item in decision.work_items])
    send(connection, decision.messages)
    connection.executemany(sql.INSERT_ENTITY_OP, [rows.entity_op_to_row(op) for op in decision.entity_ops])
    return [child.instance for child in decision.children if _create_child(connection, child, host_id, may_run)]


def complete_work_item(connection: sqlite3.Connection, item: WorkItem, host_id: str, result: Message) -> bool:
    """Take an activity off the queue and send its result; False when the host does not hold it any more."""
    if connection.execute(sql.DELETE_WORK_ITEM, (item.item_id, host_id)).rowcount == 0:
        return False
    send(connection, [result])
    return True


def take_work_items(connection: sqlite3.Connection, host_id: str, free: int, now: str) -> list[WorkItem]:
    """Take up to `free` activities from the queue, the oldest first."""
    taken = connection.execute(sql.TAKE_WORK_ITEMS, {"host": host_id, "free": free, "now": now}).fetchall()
    return sorted((rows.work_item_from_row(row) for row in taken), key=lambda item: item.item_id)


def release_work_item(connection: sqlite3.Connection, item: WorkItem, host_id: str, visible_at: str) -> None:
    """Release an activity, hidden until `visible_at`."""
    connection.execute(sql.RELEASE_WORK_ITEM, (visible_at, item.item_id, host_id))


def hide_messages(connection: sqlite3.Connection, messages: Iterable[Message], until: str) -> None:
    """Hide the messages of an episode that could not be stored."""
    connection.executemany(sql.HIDE_MESSAGE, [(until, message.message_id) for message in messages])


def own_instances(connection: sqlite3.Connection, host_id: str, may_run: MayRun, now: str) -> list[Instance]:
    """Claim the unfinished instances without an owner that the host may run, or that have a queued termination."""
    free = [rows.instance_from_row(row) for row in connection.execute(sql.SELECT_WITHOUT_OWNER)]
    owned = [i for i in free if may_run(i) or _is_to_be_terminated(connection, i.instance_id, now)]
    connection.executemany(sql.OWN_INSTANCE, [(host_id, instance.instance_id) for instance in owned])
    return owned


def find_hosts_with_work(connection: sqlite3.Connection) -> list[str]:
    """The hosts that own an unfinished instance or hold work."""
    return [row[0] for row in connection.execute(sql.SELECT_HOSTS_WITH_WORK)]


def release_host(connection: sqlite3.Connection, host_id: str) -> None:
    """Release everything that a host holds."""
    for statement in (sql.RELEASE_INSTANCES, sql.RELEASE_WORK_ITEMS, sql.RELEASE_ENTITY_OPS):
        connection.execute(statement, (host_id,))


def release_dead_host(
    connection: sqlite3.Connection, host_id: str, now: str, messages_until: str, work_items_until: str
) -> None:
    """Release what a killed host held; it stays hidden for the visibility timeouts."""
    connection.execute(sql.HIDE_MESSAGES_OF, {"host": host_id, "now": now, "until": messages_until})
    connection.execute(sql.HIDE_WORK_ITEMS_OF, {"host": host_id, "until": work_items_until})
    release_host(connection, host_id)


def add_entity_op(connection: sqlite3.Connection, op: EntityOp) -> None:
    connection.execute(sql.INSERT_ENTITY_OP, rows.entity_op_to_row(op))


def take_entity_ops(connection: sqlite3.Connection, host_id: str, entity_id: str) -> list[EntityOp]:
    """Take all queued operations of an entity, unless some of its operations are running."""
    taken = connection.execute(sql.TAKE_ENTITY_OPS, {"host": host_id, "entity": entity_id}).fetchall()
    return sorted((rows.entity_op_from_row(row) for row in taken), key=lambda op: op.op_id)


def store_entity_batch(
    connection: sqlite3.Connection, entity: Entity, done: Sequence[EntityOp], host_id: str, replies: Iterable[Message]
) -> None:
    """Store an entity's new state, delete the operations done, and send the replies to their callers.

    Raises:
        TakenOverError: the host does not hold the operations any more.
    """
    deleted = connection.executemany(sql.DELETE_ENTITY_OP, [(op.op_id, host_id) for op in done]).rowcount
    if deleted < len(done):
        raise TakenOverError(f"operations of entity {entity.entity_id} belong to another host now")
    connection.execute(sql.UPSERT_ENTITY, (entity.entity_id, entity.state, entity.exists, entity.updated_at))
    send(connection, replies)


def purge(connection: sqlite3.Connection, instance_id: str) -> int:
    """Delete a finished instance and everything that belongs to it; return how many there were.

    Raises:
        UnfinishedInstanceError: the instance is unfinished.
    """
    row = connection.execute(sql.SELECT_INSTANCE_STATUS, (instance_id,)).fetchone()
    if row is None:
        return 0
    if not RuntimeStatus(row[0]).is_final:
        raise UnfinishedInstanceError(instance_id, row[0])
    connection.execute(sql.DELETE_INSTANCE, (instance_id,))
    return 1


def purge_finished(connection: sqlite3.Connection, instances: Iterable[Instance]) -> int:
    """Delete those of the instances that are finished; return how many there were."""
    finished = [instance.instance_id for instance in instances if instance.status.is_final]
    return sum(purge(connection, instance_id) for instance_id in finished)


def reopen(connection: sqlite3.Connection, instance: Instance, events: Sequence[str], rewound: Message) -> None:
    """Store a rewound instance: its shortened history, and the message that makes it continue."""
    connection.execute(sql.DELETE_HISTORY, (instance.instance_id,))
    _append_history(connection, instance.instance_id, 0, events)
    connection.execute(sql.UPDATE_INSTANCE, rows.instance_to_update(instance))
    connection.execute(sql.RELEASE_INSTANCE, (instance.instance_id,))
    send(connection, [rewound])


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


def find_messages(connection: sqlite3.Connection, instance_id: str, now: str) -> list[Message]:
    """The messages that an instance's next episode may take, the oldest first."""
    found = connection.execute(sql.SELECT_MESSAGES, (instance_id, now))
    return [rows.message_from_row(row) for row in found]


def next_visible(connection: sqlite3.Connection, instance_id: str, now: str) -> str | None:
    """When the next of the instance's hidden messages becomes visible, if it has one."""
    return cast("str | None", connection.execute(sql.SELECT_NEXT_VISIBLE, (instance_id, now)).fetchone()[0])


def next_work_item(connection: sqlite3.Connection) -> str | None:
    """When the next activity becomes visible, if one is queued."""
    return cast("str | None", connection.execute(sql.SELECT_NEXT_WORK_ITEM).fetchone()[0])


def instances_with_messages(connection: sqlite3.Connection, host_id: str, now: str) -> list[str]:
    """The host's instances that have a visible message."""
    return [row[0] for row in connection.execute(sql.SELECT_INSTANCES_WITH_MESSAGES, (host_id, now))]


def entities_with_ops(connection: sqlite3.Connection) -> list[str]:
    """The entities that have an operation that no host runs."""
    return [row[0] for row in connection.execute(sql.SELECT_ENTITIES_WITH_OPS)]


def count_unfinished(connection: sqlite3.Connection) -> int:
    return cast("int", connection.execute(sql.COUNT_UNFINISHED).fetchone()[0])


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has written to the file."""
    return cast("int", connection.execute(sql.SELECT_DATA_VERSION).fetchone()[0])


def find_entity(connection: sqlite3.Connection, entity_id: str) -> Entity | None:
    row = connection.execute(sql.SELECT_ENTITY, (entity_id,)).fetchone()
    return rows.entity_from_row(row) if row else None


def find_entities(connection: sqlite3.Connection, id_prefix: str | None) -> list[Entity]:
    return [rows.entity_from_row(row) for row in connection.execute(sql.SELECT_ENTITIES, {"prefix": id_prefix})]


def _create_child(connection: sqlite3.Connection, child: NewInstance, host_id: str, may_run: MayRun) -> bool:
    """Create a child; if an unfinished instance has its id, send the failure to its parent and return False."""
    instance = child.instance
    try:
        create_instance(connection, child, host_id if may_run(instance) else None)
    except InstanceExistsError as error:
        if instance.parent is not None:
            failed = history.child_failed(
                instance.created_at, instance.parent.task_id, str(error), instance.instance_id
            )
            parent = instance.parent
            send(connection, [Message(parent.instance_id, failed, instance.created_at, parent.execution_id)])
        return False
    return True


def _is_to_be_terminated(connection: sqlite3.Connection, instance_id: str, now: str) -> bool:
    messages = find_messages(connection, instance_id, now)
    return any(history.type_of(message.event) is EventType.EXECUTION_TERMINATED for message in messages)


def _append_history(connection: sqlite3.Connection, instance_id: str, first_seq: int, events: Sequence[str]) -> None:
    numbered = [(instance_id, first_seq + offset, event) for offset, event in enumerate(events)]
    connection.executemany(sql.INSERT_HISTORY, numbered)


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
