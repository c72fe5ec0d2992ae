"""One episode, decided: what an orchestrator's answer means for its instance. Pure; nothing is stored or started here.

The SDK numbers tasks by itself and the host must arrive at the same numbers. Both count from 0 in each execution; so

1. each episode delivers one completion, or several that take no ids by themselves (see `batch`),
2. what the completion means for a task with retries is numbered first: a failed attempt takes an id for its timer (also
   the last one, whose timer fires at once), a fired retry timer takes one for the next attempt,
3. then each new action takes one in the flattened order, except waiting for an external event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice, takewhile

from devhost.engine import history
from devhost.engine.actions import Action, ActionType, ProtocolError, State
from devhost.engine.clock import from_text, to_text
from devhost.engine.invoker import Invoker
from devhost.engine.limits import custom_status_error
from devhost.engine.outcome import Ending, ending_from_text, ending_to_text
from devhost.engine.records import EntityOp, Instance, Retry, RuntimeStatus, Task, TaskKind, TaskRef
from devhost.ids import new_guid

#: The activity as which the extension runs ``context.call_http``.
HTTP_ACTIVITY = "BuiltIn::HttpActivity"


@dataclass(frozen=True, slots=True)
class Message:
    """What an episode delivers: the start of the execution (no event), or one completion."""

    event: str | None = None
    task_id: int | None = None
    failed: bool = False
    event_row: int | None = None
    """The stored external event this is, to be deleted with the episode."""


@dataclass(slots=True)
class Decision:
    """Everything an episode changes, to be stored in one transaction and then acted on."""

    instance: Instance
    new_events: list[str] = field(default_factory=list[str])
    opened: list[Task] = field(default_factory=list[Task])
    closed: list[int] = field(default_factory=list[int])
    children: list[Instance] = field(default_factory=list[Instance])
    entity_ops: list[EntityOp] = field(default_factory=list[EntityOp])
    continues_as_new: bool = False


def batch(inbox: Iterable[Message], open_tasks: Mapping[int, Task]) -> Sequence[Message]:
    """The first message, and those right behind it that the same episode may deliver: one replay serves them all.

    Results of activities and children may come together. A start, an event, a timer and a failure come alone: an
    event may be meant for the next execution, a timer be cancelled by what the message before it leads to, and a
    failure be taken back with its episode.
    """
    messages = list(takewhile(lambda message: _joins(message, open_tasks), inbox))
    return messages or list(islice(inbox, 1))


def decide(
    instance: Instance,
    open_tasks: Mapping[int, Task],
    messages: Sequence[Message],
    state: State | None,
    at: str,
    names: Invoker,
) -> Decision:
    """What follows from `state`, the orchestrator's answer to `messages` (None: it ended before and was not asked)."""
    planner = _Planner(instance, open_tasks, at, names)
    for message in messages:
        planner.close_and_retry(message)
    ending = ending_from_text(instance.outcome)
    if state is not None and ending is None:
        ending = planner.take_up(state)
    return planner.finish(ending)


class _Planner:
    def __init__(self, instance: Instance, open_tasks: Mapping[int, Task], at: str, names: Invoker) -> None:
        self._instance = instance
        self._open = open_tasks
        self._at = at
        self._names = names
        self._next_id = instance.next_task_id
        self._leaves_seen = instance.leaves_seen
        self._custom_status = instance.custom_status
        self._decision = Decision(instance)

    def close_and_retry(self, message: Message) -> None:
        task = self._open.get(message.task_id) if message.task_id is not None else None
        if task is None:
            return
        self._decision.closed.append(task.ref.task_id)
        retry = task.retry
        if retry is None:
            return
        if task.kind is not TaskKind.TIMER and message.failed:
            self._open_retry_timer(task, retry)
        elif task.kind is TaskKind.TIMER and not retry.is_exhausted:
            self._open_attempt(task, retry.next_attempt())

    def take_up(self, state: State) -> Ending | None:
        """Number the new actions; tell how the orchestrator ended, if it did."""
        error = state.error or self._difference(state)
        continue_input: str | None = None
        try:
            for index in range(self._leaves_seen, len(state.leaves)):
                action = state.leaves[index]
                if action.type is ActionType.CONTINUE_AS_NEW:
                    continue_input = history.to_json(action.fields.get("input"))
                self._open_action(action, index)
        except (UnknownFunctionError, ProtocolError) as refused:
            error = str(refused)
        self._leaves_seen = max(self._leaves_seen, len(state.leaves))
        self._cancel_timers(state)
        too_large = custom_status_error(state.custom_status)
        if too_large is None:
            self._custom_status = state.custom_status
        return self._ending(state, error or too_large, continue_input)

    def finish(self, ending: Ending | None) -> Decision:
        decision = self._decision
        decision.opened = [task for task in decision.opened if task.ref.task_id not in decision.closed]
        decision.closed = [task_id for task_id in decision.closed if task_id in self._open]
        still_open = len(self._open) + len(decision.opened) > len(decision.closed)
        decision.instance = replace(
            self._instance,
            status=RuntimeStatus.RUNNING,
            updated_at=self._at,
            custom_status=self._custom_status,
            next_task_id=self._next_id,
            leaves_seen=self._leaves_seen,
            outcome=ending_to_text(ending) if ending else None,
        )
        if ending is None or still_open:
            return decision
        if ending.continue_input is not None:
            self._continue_as_new(decision, ending.continue_input)
        else:
            decision.instance = replace(decision.instance, status=ending.status, output=ending.output, outcome=None)
            decision.new_events.append(history.execution_ended(self._at, ending.status, ending.output))
        return decision

    def _difference(self, state: State) -> str | None:
        """How this replay differs from what was asked for before, as far as that can be seen."""
        found = None
        if len(state.leaves) < self._leaves_seen:
            found = f"{len(state.leaves)} actions where {self._leaves_seen} were asked for before"
        for task in self._open.values():
            if found is None and task.leaf is not None and not _is_same(task, state.leaves[task.leaf]):
                found = f"{state.leaves[task.leaf].type.name} where {task.kind} {task.name!r} was asked for before"
        if found is None:
            return None
        return (
            f"Non-Deterministic workflow detected: a replay asked for {found}. "
            "Was the orchestrator's code changed while it ran?"
        )

    def _ending(self, state: State, error: str | None, continue_input: str | None) -> Ending | None:
        if error is not None:
            text = f"Orchestrator function '{self._instance.name}' failed: {error}"
            return Ending(RuntimeStatus.FAILED, history.to_json(text))
        if continue_input is not None:
            return Ending(RuntimeStatus.CONTINUED_AS_NEW, continue_input=continue_input)
        return Ending(RuntimeStatus.COMPLETED, state.output or "null") if state.is_done else None

    def _continue_as_new(self, decision: Decision, new_input: str) -> None:
        decision.continues_as_new = True
        decision.new_events.clear()
        decision.instance = replace(
            decision.instance,
            execution_id=new_execution_id(),
            input=new_input,
            next_task_id=0,
            leaves_seen=0,
            outcome=None,
        )

    def _cancel_timers(self, state: State) -> None:
        for task in (*self._open.values(), *self._decision.opened):
            if task.kind is not TaskKind.TIMER or task.leaf is None or task.leaf >= len(state.leaves):
                continue
            if state.leaves[task.leaf].is_cancelled:
                self._decision.closed.append(task.ref.task_id)

    def _open_action(self, action: Action, leaf: int) -> None:
        match action.type:
            case ActionType.CALL_ACTIVITY | ActionType.CALL_ACTIVITY_WITH_RETRY:
                self._open_activity(action.required("functionName"), action.text("input"), _retry_of(action), leaf)
            case ActionType.CALL_CHILD | ActionType.CALL_CHILD_WITH_RETRY:
                child_id = action.text("instanceId")
                child_input = history.to_json(action.fields.get("input"))
                name, version = action.required("functionName"), action.text("version")
                self._open_child(name, child_input, child_id, _retry_of(action), leaf, version)
            case ActionType.CREATE_TIMER:
                self._open_timer(to_text(action.moment("fireAt")), leaf=leaf)
            case ActionType.CALL_ENTITY | ActionType.SIGNAL_ENTITY:
                self._open_entity_op(action, leaf)
            case ActionType.CALL_HTTP:
                self._open_http(action, leaf)
            case ActionType.CONTINUE_AS_NEW:
                self._take_id()
            case _:
                pass  # waiting for an external event takes no id: events are matched by name

    def _take_id(self) -> int:
        task_id = self._next_id
        self._next_id += 1
        return task_id

    def _ref(self) -> TaskRef:
        return TaskRef(self._instance.instance_id, self._instance.execution_id, self._take_id())

    def _add(self, task: Task, event: str) -> None:
        self._decision.opened.append(task)
        self._decision.new_events.append(event)

    def _open_activity(self, name: str, text: str | None, retry: Retry | None, leaf: int | None) -> None:
        if not self._names.has_activity(name):
            raise UnknownFunctionError("activity", name)
        ref = self._ref()
        task = Task(ref, TaskKind.ACTIVITY, name, input=text, retry=retry, leaf=leaf)
        self._add(task, history.task_scheduled(self._at, ref.task_id, name, text))

    def _open_child(
        self,
        name: str,
        text: str | None,
        child_id: str | None,
        retry: Retry | None,
        leaf: int | None,
        version: str | None = None,
    ) -> None:
        if not self._names.has_orchestrator(name):
            raise UnknownFunctionError("orchestrator", name)
        ref = self._ref()
        instance_id = child_id or f"{ref.execution_id}:{ref.task_id:08X}"
        task = Task(ref, TaskKind.CHILD, name, input=text, target_id=instance_id, retry=retry, leaf=leaf)
        self._add(task, history.child_created(self._at, ref.task_id, name, instance_id, text))
        child = new_instance(instance_id, name, text or "null", self._at, parent=ref, version=version)
        self._decision.children.append(child)

    def _open_timer(self, fire_at: str, *, leaf: int | None = None, retried: Task | None = None) -> None:
        ref = self._ref()
        name, text, retry = (retried.name, retried.input, retried.retry) if retried else ("timer", None, None)
        task = Task(ref, TaskKind.TIMER, name, input=text, fire_at=fire_at, retry=retry, leaf=leaf)
        self._add(task, history.timer_created(self._at, ref.task_id, fire_at))

    def _open_retry_timer(self, task: Task, retry: Retry) -> None:
        """The wait before the next attempt; after the last one the SDK still expects a timer, which fires at once."""
        wait = timedelta(0) if retry.is_exhausted else timedelta(milliseconds=retry.first_interval_ms)
        self._open_timer(to_text(from_text(self._at) + wait), retried=task)

    def _open_attempt(self, timer: Task, retry: Retry) -> None:
        if retry.kind is TaskKind.CHILD:
            self._open_child(timer.name, timer.input, retry.child_id, retry, None)
        else:
            self._open_activity(timer.name, timer.input, retry, None)

    def _open_entity_op(self, action: Action, leaf: int) -> None:
        entity_id = action.required("instanceId")
        if not self._names.has_entity(entity_name(entity_id)):
            raise UnknownFunctionError("entity", entity_name(entity_id))
        ref = self._ref()
        operation, text = action.required("operation"), history.to_json(action.fields.get("input"))
        is_call = action.type is ActionType.CALL_ENTITY
        request_id = str(new_guid())
        sent = history.event_sent(self._at, ref.task_id, entity_id, request_id, operation, text)
        op = EntityOp(0, entity_id, operation, text, request_id, ref if is_call else None)
        self._decision.entity_ops.append(op)
        if is_call:
            self._add(Task(ref, TaskKind.ENTITY, entity_id, target_id=request_id, leaf=leaf), sent)
        else:
            self._decision.new_events.append(sent)

    def _open_http(self, action: Action, leaf: int) -> None:
        ref = self._ref()
        request = history.to_json(action.mapping("httpRequest"))
        task = Task(ref, TaskKind.HTTP, HTTP_ACTIVITY, input=request, leaf=leaf)
        self._add(task, history.task_scheduled(self._at, ref.task_id, task.name, request))


class UnknownFunctionError(Exception):
    """An orchestrator or a client named a function the app does not have."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The function '{name}' doesn't exist, is disabled, or is not an {kind} function.")


def _joins(message: Message, open_tasks: Mapping[int, Task]) -> bool:
    task = open_tasks.get(message.task_id) if message.task_id is not None else None
    return task is not None and task.kind is not TaskKind.TIMER and task.retry is None and not message.failed


def new_execution_id() -> str:
    return new_guid().hex


def new_instance(
    instance_id: str, name: str, input_text: str, at: str, *, parent: TaskRef | None = None, version: str | None = None
) -> Instance:
    return Instance(
        instance_id=instance_id,
        execution_id=new_execution_id(),
        name=name,
        input=input_text,
        status=RuntimeStatus.PENDING,
        created_at=at,
        updated_at=at,
        version=version,
        parent=parent,
    )


def entity_name(entity_id: str) -> str:
    """``@counter@key`` → ``counter``."""
    return entity_id.removeprefix("@").partition("@")[0]


_KINDS = {
    ActionType.CALL_ACTIVITY: TaskKind.ACTIVITY,
    ActionType.CALL_ACTIVITY_WITH_RETRY: TaskKind.ACTIVITY,
    ActionType.CALL_CHILD: TaskKind.CHILD,
    ActionType.CALL_CHILD_WITH_RETRY: TaskKind.CHILD,
    ActionType.CREATE_TIMER: TaskKind.TIMER,
    ActionType.CALL_ENTITY: TaskKind.ENTITY,
    ActionType.CALL_HTTP: TaskKind.HTTP,
}


def _is_same(task: Task, action: Action) -> bool:
    return _KINDS.get(action.type) is task.kind and action.text("functionName") in (None, task.name)


def _retry_of(action: Action) -> Retry | None:
    if action.type not in (ActionType.CALL_ACTIVITY_WITH_RETRY, ActionType.CALL_CHILD_WITH_RETRY):
        return None
    options = action.mapping("retryOptions")
    interval_ms, attempts = options.get("firstRetryIntervalInMilliseconds"), options.get("maxNumberOfAttempts")
    if not isinstance(interval_ms, int) or not isinstance(attempts, int):
        raise ProtocolError(f"the action {action.type.name} has no usable retryOptions: {options!r}")
    is_child = action.type is ActionType.CALL_CHILD_WITH_RETRY
    return Retry(
        kind=TaskKind.CHILD if is_child else TaskKind.ACTIVITY,
        first_interval_ms=interval_ms,
        max_attempts=attempts,
        child_id=action.text("instanceId") if is_child else None,
    )
