"""Records to rows and back."""

from typing import cast

from tools.devhost.engine.records import Entity, EntityOp, Instance, Message, RuntimeStatus, TaskRef, WorkItem

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
        instance.owner,
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
        owner=text[13],
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
        instance.instance_id,
    )


def message_to_row(message: Message) -> Row:
    """The row, and the instance that has to be unfinished for it to be stored."""
    return (message.instance_id, message.execution_id, message.event, message.visible_at, message.instance_id)


def message_from_row(row: Row) -> Message:
    return Message(*cast("tuple[str, str, str, str | None, int]", row))


def work_item_to_row(item: WorkItem) -> Row:
    ref = item.ref
    return (ref.instance_id, ref.execution_id, ref.task_id, item.name, item.input, item.visible_at)


def work_item_from_row(row: Row) -> WorkItem:
    *ref, name, item_input, visible_at, item_id, dequeues = row
    rest = cast("tuple[str, str | None, str, int, int]", (name, item_input, visible_at, item_id, dequeues))
    return WorkItem(TaskRef(*cast("tuple[str, str, int]", tuple(ref))), *rest)


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
