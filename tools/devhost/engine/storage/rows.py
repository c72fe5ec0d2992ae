"""Converts records to database rows and back."""

from dataclasses import astuple
from typing import cast

from tools.devhost.engine.storage.records import Entity, EntityOp, Instance, Message, RuntimeStatus, TaskRef, WorkItem

type Row = tuple[object, ...]


def instance_to_row(instance: Instance) -> Row:
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
        *_ref_to_row(instance.parent),
        instance.owner,
    )


def instance_from_row(row: Row) -> Instance:
    instance_id, execution_id, name, input_text, status, created_at, updated_at = cast("tuple[str, ...]", row[:7])
    version, output, custom_status = cast("tuple[str | None, ...]", row[7:10])
    return Instance(
        instance_id,
        execution_id,
        name,
        input_text,
        RuntimeStatus(status),
        created_at,
        updated_at,
        version,
        output,
        custom_status,
        parent=_ref_from_row(row[10:13]),
        owner=cast("str | None", row[13]),
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
    """The row, and the id of the instance that has to be unfinished for the message to be stored."""
    return (message.instance_id, message.execution_id, message.event, message.visible_at, message.instance_id)


def message_from_row(row: Row) -> Message:
    return Message(*cast("tuple[str, str, str, str | None, int]", row))


def work_item_to_row(item: WorkItem) -> Row:
    return (*_ref_to_row(item.ref), item.name, item.input, item.visible_at)


def work_item_from_row(row: Row) -> WorkItem:
    ref = TaskRef(*cast("tuple[str, str, int]", row[:3]))
    return WorkItem(ref, *cast("tuple[str, str | None, str, int, int]", row[3:]))


def entity_from_row(row: Row) -> Entity:
    entity_id, state, exists, updated_at = cast("tuple[str, str | None, int, str]", row)
    return Entity(entity_id, state, bool(exists), updated_at)


def entity_op_to_row(op: EntityOp) -> Row:
    return (op.entity_id, op.name, op.input, op.request_id, *_ref_to_row(op.caller))


def entity_op_from_row(row: Row) -> EntityOp:
    return EntityOp(*cast("tuple[int, str, str, str | None, str | None]", row[:5]), caller=_ref_from_row(row[5:]))


def _ref_to_row(ref: TaskRef | None) -> Row:
    return (None, None, None) if ref is None else astuple(ref)


def _ref_from_row(row: Row) -> TaskRef | None:
    return None if row[0] is None else TaskRef(*cast("tuple[str, str, int]", row))
