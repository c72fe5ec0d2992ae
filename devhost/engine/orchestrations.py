"""Orchestration instances at work: each takes its messages in order, stores what follows, and then acts on it.

An unfinished instance lives in memory with its history and open tasks, always as last stored. Its messages wait in its
inbox; every one of them is backed by a row (a completed task, an armed timer, an external event), so an inbox can be
rebuilt after a crash. Nothing leaves an episode (no activity, no child, no status) before its commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from devhost.engine import commits, history
from devhost.engine.actions import ProtocolError, State, parse_failure, parse_state
from devhost.engine.background import Background
from devhost.engine.clock import Clock, to_text
from devhost.engine.commits import Stored
from devhost.engine.context import render_context
from devhost.engine.episode import Decision, Message, batch, decide
from devhost.engine.faults import Faults
from devhost.engine.history import History
from devhost.engine.invoker import Invoker
from devhost.engine.limits import warn_if_large
from devhost.engine.records import EntityOp, ExternalEvent, Instance, RuntimeStatus, Task, TaskKind, TaskRef
from devhost.engine.store import Store
from devhost.engine.timers import Timers
from devhost.engine.versions import Versions

#: Replays are pure computing in threads of one interpreter. More of them at once bring little throughput and take the
#: interpreter from the event loop, which the app's streams run on (measured: 3 is nearly as fast as 20, at a third of
#: the delay).
_REPLAYS_AT_ONCE = 3

_logger = logging.getLogger("devhost.engine.orchestrations")


@dataclass(slots=True)
class Active:
    """An unfinished instance in memory."""

    instance: Instance
    history: History = field(default_factory=History)
    open_tasks: dict[int, Task] = field(default_factory=dict[int, Task])
    inbox: deque[Message] = field(default_factory=deque[Message])
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the instance changes: by an episode, or by terminate, suspend and resume."""
    is_draining: bool = False
    is_foreign: bool = False
    """The app cannot run it (another version has to, or the orchestrator is missing); its messages wait."""

    @property
    def takes_messages(self) -> bool:
        waits = self.is_foreign or self.instance.status is RuntimeStatus.SUSPENDED
        return not self.instance.status.is_final and not waits


@dataclass(frozen=True, slots=True)
class Work:
    """Where an episode's new work goes."""

    activity: Callable[[Task], None]
    http_call: Callable[[Task], None]
    entity_op: Callable[[EntityOp], None]


class Orchestrations:
    """All unfinished instances of this host."""

    def __init__(
        self,
        *,
        store: Store,
        invoker: Invoker,
        background: Background,
        clock: Clock,
        faults: Faults,
        limit: int,
        versions: Versions,
    ) -> None:
        self._store = store
        self._invoker = invoker
        self._background = background
        self._clock = clock
        self._faults = faults
        self._slots = asyncio.Semaphore(min(limit, _REPLAYS_AT_ONCE))
        self._versions = versions
        self._active: dict[str, Active] = {}
        self._timers = Timers(clock, self._timer_fired)
        self._work: Work | None = None
        self._warned: set[str] = set()

    def connect(self, work: Work) -> None:
        """Say where new work goes; before anything runs."""
        self._work = work

    def find(self, instance_id: str) -> Active | None:
        return self._active.get(instance_id)

    def is_open(self, ref: TaskRef) -> bool:
        """Whether this task's instance still waits for it."""
        active = self._active.get(ref.instance_id)
        return active is not None and active.open_tasks.get(ref.task_id, _NO_TASK).ref == ref

    def begin(self, instance: Instance) -> None:
        """Run a newly stored instance."""
        active = self._activate(instance)
        self._post(active, Message())

    def restore(
        self,
        instance: Instance,
        events: Iterable[str],
        tasks: Iterable[tuple[Task, str | None]],
        raised: Iterable[ExternalEvent],
    ) -> None:
        """Take up a stored, unfinished instance where it stood."""
        active = self._activate(instance, History(events))
        if not active.history.events:
            active.inbox.append(Message())
        for task, completion in tasks:
            active.open_tasks[task.ref.task_id] = task
            if completion is not None:
                active.inbox.append(_completed(task.ref.task_id, completion))
            else:
                self._begin_task(task)
        active.inbox.extend(_raised(event) for event in raised)
        self._drain_soon(active)

    def of_default_version(self, instance: Instance) -> Instance:
        """Return the instance with a version."""
        return replace(instance, version=instance.version or self._versions.default)

    def _activate(self, instance: Instance, history: History | None = None) -> Active:
        is_of_other_version = not self._versions.may_run(instance.version)
        is_unknown = not self._invoker.has_orchestrator(instance.name)
        active = Active(instance, history or History(), is_foreign=is_of_other_version or is_unknown)
        self._active[instance.instance_id] = active
        if is_unknown:
            _logger.warning("instance %s waits: the app has no orchestrator %r", instance.instance_id, instance.name)
        elif is_of_other_version:
            _logger.warning(
                "instance %s is of version %s and is left to an app that can run it; this one is of version %s",
                instance.instance_id,
                instance.version,
                self._versions.default,
            )
        return active

    def deliver(self, ref: TaskRef, completion: str) -> None:
        """A task's completion was stored."""
        active = self._active.get(ref.instance_id)
        if active is not None and active.instance.execution_id == ref.execution_id:
            self._post(active, _completed(ref.task_id, completion))

    def raise_event(self, event: ExternalEvent) -> None:
        """A client's event was stored."""
        if active := self._active.get(event.instance_id):
            self._post(active, _raised(event))

    async def terminate(self, active: Active, reason: str) -> None:
        """End an instance at once. What it started goes on; its results are dropped."""
        async with active.lock:
            if active.instance.status.is_final:
                return
            at = to_text(self._clock())
            output = history.to_json(reason)
            ended = replace(
                active.instance, status=RuntimeStatus.TERMINATED, output=output, updated_at=at, outcome=None
            )
            event = history.execution_ended(at, ended.status, output)
            seq = len(active.history.events)
            parent_event = _parent_event(ended, at)
            tells = await self._store.write(
                lambda connection: commits.end_instance(connection, ended, seq, event, parent_event)
            )
            self._faults.passing("control-committed")
            self._retire(active, ended, parent_event if tells else None)

    async def set_suspended(self, active: Active, *, suspended: bool) -> None:
        """Hold an instance's messages back, or let them through again."""
        async with active.lock:
            status = active.instance.status
            if status.is_final or (status is RuntimeStatus.SUSPENDED) == suspended:
                return
            started = RuntimeStatus.RUNNING if active.history.events else RuntimeStatus.PENDING
            changed = replace(
                active.instance,
                status=RuntimeStatus.SUSPENDED if suspended else started,
                updated_at=to_text(self._clock()),
            )
            await self._store.write(lambda connection: commits.update_instance(connection, changed))
            self._faults.passing("control-committed")
            active.instance = changed
        self._drain_soon(active)

    def close(self) -> None:
        self._timers.close()

    def _timer_fired(self, task: Task) -> None:
        """Not stored: the timer's row brings it back after a crash."""
        event = history.timer_fired(to_text(self._clock()), task.ref.task_id, task.fire_at or "")
        self.deliver(task.ref, event)

    def _post(self, active: Active, message: Message) -> None:
        active.inbox.append(message)
        self._drain_soon(active)

    def _drain_soon(self, active: Active) -> None:
        if active.is_draining or not active.inbox or not active.takes_messages:
            return
        active.is_draining = True
        self._background.start(self._drain(active), f"orchestration {active.instance.instance_id}")

    async def _drain(self, active: Active) -> None:
        try:
            while active.inbox and active.takes_messages:
                async with active.lock:
                    if active.inbox and active.takes_messages:
                        await self._episode(active, batch(active.inbox, active.open_tasks))
        finally:
            active.is_draining = False

    async def _episode(self, active: Active, messages: Sequence[Message]) -> None:
        first = messages[0]
        if first.task_id is not None and first.task_id not in active.open_tasks:
            active.inbox.popleft()  # e.g. a timer that fired while it was being cancelled
            return
        at = to_text(self._clock())
        delivered = _delivered(active.instance, messages, at)
        state = None
        if active.instance.outcome is None:
            state = await self._replay(active, delivered)
            self._faults.passing("episode-computed")
        decision = decide(active.instance, active.open_tasks, messages, state, at, self._invoker)
        decision.children = [self.of_default_version(child) for child in decision.children]
        parent_event = _parent_event(decision.instance, at)
        seq = len(active.history.events)
        stored = await self._store.write(
            lambda connection: commits.store_episode(
                connection, decision, delivered, seq, first.event_row, parent_event
            )
        )
        self._faults.passing("episode-committed")
        for _ in messages:
            active.inbox.popleft()
        self._apply(active, decision, delivered, stored, parent_event)

    async def _replay(self, active: Active, delivered: list[str]) -> State:
        name = active.instance.name
        context = render_context(active.instance, active.history.render_with(delivered))
        async with self._slots:
            outcome = await self._invoker.run_orchestrator(name, context)
        try:
            state = parse_state(outcome.value or "") if outcome.error is None else parse_failure(outcome.error)
        except ProtocolError as error:
            state = State(is_done=False, leaves=(), error=str(error))
        if state.error is not None:
            first_line = state.error.partition("\n")[0]  # the rest is the stack of an activity, which was logged there
            _logger.warning("orchestrator %r failed: %s (instance %s)", name, first_line, active.instance.instance_id)
        if state.retries_in_any and name.casefold() not in self._warned:
            self._warned.add(name.casefold())
            _logger.warning(
                "orchestrator %r has a task with retries under task_any: on Azure it can hang for ever "
                "(azure-functions-durable-python #603); put the retries into a sub-orchestration",
                name,
            )
        return state

    def _apply(
        self, active: Active, decision: Decision, delivered: list[str], stored: Stored, parent_event: str | None
    ) -> None:
        """The episode is stored: take it over in memory and begin what it asked for."""
        for task_id in decision.closed:
            self._timers.cancel(active.open_tasks.pop(task_id).ref)
        if decision.continues_as_new:
            active.history = History()
            active.inbox.appendleft(Message())
        else:
            active.history.append([*delivered, *decision.new_events])
        active.instance = decision.instance
        for task in decision.opened:
            active.open_tasks[task.ref.task_id] = task
            if (refusal := stored.refused.get(task.ref.task_id)) is not None:
                active.inbox.append(_completed(task.ref.task_id, refusal))
            else:
                self._begin_task(task)
        for child in decision.children:
            if child.parent is None or child.parent.task_id not in stored.refused:
                self.begin(child)
        for op in stored.entity_ops:
            self._new_work.entity_op(op)
        if decision.instance.status.is_final:
            self._retire(active, decision.instance, parent_event if stored.parent_waits else None)

    @property
    def _new_work(self) -> Work:
        if self._work is None:
            raise RuntimeError("connect() must be called before anything runs")
        return self._work

    def _begin_task(self, task: Task) -> None:
        match task.kind:
            case TaskKind.ACTIVITY:
                self._new_work.activity(task)
            case TaskKind.HTTP:
                self._new_work.http_call(task)
            case TaskKind.TIMER:
                self._timers.arm(task)
            case TaskKind.CHILD | TaskKind.ENTITY:
                pass  # begun by their own rows

    def _retire(self, active: Active, ended: Instance, parent_event: str | None) -> None:
        """A stored end: forget the instance and tell its parent, when it waits."""
        active.instance = ended
        for task in active.open_tasks.values():
            self._timers.cancel(task.ref)
        active.open_tasks.clear()
        active.inbox.clear()
        if self._active.get(ended.instance_id) is active:
            del self._active[ended.instance_id]
        warn_if_large(ended.output, f"the output of orchestrator {ended.name!r}")
        if parent_event is not None and ended.parent is not None:
            self.deliver(ended.parent, parent_event)


_NO_TASK = Task(TaskRef("", "", -1), TaskKind.TIMER, "")


def _completed(task_id: int, completion: str) -> Message:
    return Message(completion, task_id=task_id, failed=history.is_failure(completion))


def _raised(event: ExternalEvent) -> Message:
    return Message(history.event_raised(event.raised_at, event.name, event.input), event_row=event.event_id)


def _delivered(instance: Instance, messages: Sequence[Message], at: str) -> list[str]:
    """An episode's first events: that it started, and what it is about."""
    started = history.execution_started(at, instance.name, instance.input, instance.version)
    return [history.orchestrator_started(at), *(message.event or started for message in messages)]


def _parent_event(instance: Instance, at: str) -> str | None:
    """What an ended child says to its parent."""
    if instance.parent is None or not instance.status.is_final:
        return None
    task_id = instance.parent.task_id
    if instance.status is RuntimeStatus.COMPLETED:
        return history.child_completed(at, task_id, instance.output)
    reason = history.text_of(instance.output)
    return history.child_failed(at, task_id, reason, f"{instance.status} sub-orchestration {instance.instance_id}")
