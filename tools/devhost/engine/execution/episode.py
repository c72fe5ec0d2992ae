"""Decides what an episode changes, given the orchestrator's answer. Pure: nothing is stored or started here."""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from tools.devhost.engine.clock import from_text, to_text
from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.actions import State
from tools.devhost.engine.execution.history import EventType
from tools.devhost.engine.execution.limits import custom_status_error
from tools.devhost.engine.execution.replay import ActivityCall, Call, ChildCall, EntityCall, Replay, TimerCall, replay
from tools.devhost.engine.execution.tracing import Span, span_of_event
from tools.devhost.engine.execution.versions import Versions
from tools.devhost.engine.invoker import Names
from tools.devhost.engine.storage.records import EntityOp, Instance, Message, RuntimeStatus, TaskRef, WorkItem


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An instance to be created, with the message that starts it."""

    instance: Instance
    start: Message


@dataclass(frozen=True, slots=True)
class Moment:
    """When an episode began, which is its orchestrator's time, and when its messages are sent."""

    began_at: str
    now: str


@dataclass(slots=True)
class Decision:
    """Everything an episode changes, to be stored in one transaction and then acted on.

    `events` are appended to the history; None: the history is cleared.
    """

    instance: Instance
    events: list[str] | None = field(default_factory=list[str])
    work_items: list[WorkItem] = field(default_factory=list[WorkItem])
    messages: list[Message] = field(default_factory=list[Message])
    children: list[NewInstance] = field(default_factory=list[NewInstance])
    entity_ops: list[EntityOp] = field(default_factory=list[EntityOp])


def decide(
    instance: Instance,
    past: Sequence[str],
    delivered: Sequence[str],
    state: State,
    moment: Moment,
    names: Names,
    versions: Versions,
) -> Decision:
    """Return what an episode changes, given `state`, the orchestrator's answer to the events `past` and `delivered`."""
    at = moment.began_at
    too_large = custom_status_error(state.custom_status)
    replayed = replay([*past, *delivered], state, names)
    if too_large is not None:
        replayed = Replay(is_over=True, failure=too_large, next_id=replayed.next_id)
    custom_status = state.custom_status if too_large is None else instance.custom_status
    running = replace(instance, status=RuntimeStatus.RUNNING, updated_at=at, custom_status=custom_status)
    if replayed.is_over and replayed.failure is None and replayed.continue_input is not None:
        return _continue_as_new(running, replayed, past, delivered, at)
    decision = Decision(running)
    new_events = _begin_calls(decision, replayed.new_calls, moment, versions, _span_of([*past, *delivered]))
    if replayed.is_over:
        decision.instance = _ended(running, state, replayed)
        new_events.append(
            history.execution_ended(at, replayed.next_id, decision.instance.status, decision.instance.output)
        )
        decision.messages += messages_to_parent(decision.instance, at)
    decision.events = [*delivered, *new_events, history.orchestrator_completed(at)]
    return decision


def decide_terminated(instance: Instance, reason: str, delivered: Sequence[str], at: str) -> Decision:
    """End an instance from outside. Work that it started continues, and the results are dropped."""
    output = history.to_json(reason)
    ended = replace(instance, status=RuntimeStatus.TERMINATED, updated_at=at, output=output)
    events = [
        *delivered,
        history.execution_ended(at, -1, ended.status, output),
        history.orchestrator_completed(at),
    ]
    return Decision(ended, events, messages=messages_to_parent(ended, at))


def decide_suspended(instance: Instance, delivered: Sequence[str], at: str, *, has_begun: bool) -> Decision:
    """Suspend or resume an instance, as the last of the events says."""
    is_suspended = history.type_of(delivered[-1]) is EventType.EXECUTION_SUSPENDED
    resumed = RuntimeStatus.RUNNING if has_begun else RuntimeStatus.PENDING
    status = RuntimeStatus.SUSPENDED if is_suspended else resumed
    changed = replace(instance, status=status, updated_at=at)
    return Decision(changed, [*delivered, history.orchestrator_completed(at)] if has_begun else [])


def new_instance(
    instance_id: str,
    name: str,
    input_text: str,
    at: str,
    *,
    version: str | None = None,
    parent: TaskRef | None = None,
    parent_event: history.Event | None = None,
    span: Span | None = None,
) -> NewInstance:
    """Return an instance that has not begun, with the message that starts it."""
    instance = Instance(
        instance_id=instance_id,
        execution_id=_new_execution_id(),
        name=name,
        input=input_text,
        status=RuntimeStatus.PENDING,
        created_at=at,
        updated_at=at,
        version=version,
        parent=parent,
    )
    return NewInstance(instance, _start_message(instance, at, parent_event, span))


def messages_to_parent(instance: Instance, at: str) -> list[Message]:
    """Return the message with a finished child's result for its parent, if it has one."""
    if instance.parent is None:
        return []
    task_id = instance.parent.task_id
    if instance.status is RuntimeStatus.COMPLETED:
        event = history.child_completed(at, task_id, instance.output)
    else:
        reason = history.text_of(instance.output)
        details = f"{instance.status} sub-orchestration {instance.instance_id}"
        event = history.child_failed(at, task_id, reason, details)
    return [Message(instance.parent.instance_id, event, at, instance.parent.execution_id)]


def _begin_calls(
    decision: Decision, calls: Sequence[Call], moment: Moment, versions: Versions, span: Span | None
) -> list[str]:
    """Add the calls to the decision; return their events."""
    return [_begin_call(decision, call, moment, versions, span.child() if span else None) for call in calls]


def _begin_call(decision: Decision, call: Call, moment: Moment, versions: Versions, span: Span | None) -> str:
    at = moment.began_at
    instance = decision.instance
    ref = TaskRef(instance.instance_id, instance.execution_id, call.task_id)
    match call:
        case ActivityCall():
            decision.work_items.append(WorkItem(ref, call.name, call.input, at))
            return history.task_scheduled(at, call.task_id, call.name, span)
        case ChildCall():
            child = _child(instance, ref, call, at, versions, span)
            decision.children.append(child)
            child_id, version = child.instance.instance_id, child.instance.version
            return history.child_created(at, call.task_id, call.name, child_id, version, span)
        case TimerCall():
            fired = history.timer_fired(at, call.task_id, call.fire_at)
            visible_at = _whole_seconds_later(moment.now, call.fire_at)
            decision.messages.append(Message(ref.instance_id, fired, visible_at, ref.execution_id))
            return history.timer_created(at, call.task_id, call.fire_at)
        case EntityCall():
            caller = None if call.is_signal else ref
            op = EntityOp(0, call.entity_id, call.operation, call.input, call.request_id, caller)
            decision.entity_ops.append(op)
            return history.event_sent(at, call.task_id, call.entity_id, call.request_id, call.operation, call.input)


def _child(
    parent: Instance, ref: TaskRef, call: ChildCall, at: str, versions: Versions, span: Span | None
) -> NewInstance:
    return new_instance(
        call.instance_id or f"{ref.execution_id}:{call.task_id:08X}",
        call.name,
        call.input,
        at,
        version=call.version or versions.default,
        parent=ref,
        parent_event=history.parent_instance(parent, ref),
        span=span.child() if span else None,
    )


def _whole_seconds_later(now: str, fire_at: str) -> str:
    """A queue's delay has whole seconds, rounded down."""
    delay_s = math.floor((from_text(fire_at) - from_text(now)).total_seconds())
    return to_text(from_text(now) + timedelta(seconds=max(delay_s, 0)))


def _ended(instance: Instance, state: State, replayed: Replay) -> Instance:
    if replayed.failure is None:
        return replace(instance, status=RuntimeStatus.COMPLETED, output=state.output or "null")
    prefix = f"Orchestrator function '{instance.name}' failed: " if replayed.is_deterministic else ""
    text = f"{prefix}{replayed.failure}"
    return replace(instance, status=RuntimeStatus.FAILED, output=history.to_json(text))


def _continue_as_new(
    instance: Instance, replayed: Replay, past: Sequence[str], delivered: Sequence[str], at: str
) -> Decision:
    """The same instance in a new execution, with an empty history."""
    continued = replace(instance, execution_id=_new_execution_id(), input=replayed.continue_input or "null")
    started = history.parse_event([*past, *delivered][1])
    parent = cast("history.Event | None", started["ParentInstance"])
    start = _start_message(continued, at, parent, _span_of([*past, *delivered]))
    carried = [Message(instance.instance_id, event, at) for event in replayed.carried_over]
    return Decision(continued, None, messages=[start, *carried])


def _start_message(instance: Instance, at: str, parent: history.Event | None, span: Span | None) -> Message:
    started = history.execution_started(at, instance, parent, span)
    return Message(instance.instance_id, started, at, instance.execution_id)


def _span_of(events: Sequence[str]) -> Span | None:
    """The span of an execution: its second event is that it started."""
    return span_of_event(history.parse_event(events[1]).get("ParentTraceContext"))


def _new_execution_id() -> str:
    return uuid.uuid4().hex
