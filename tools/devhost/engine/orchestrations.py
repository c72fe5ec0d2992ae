"""Runs orchestration instances: each takes its messages in order, runs an episode, stores it, and acts on the result.

The unfinished instances that this host owns are in memory with their history, as last stored. Their messages are in the
store. No effect of an episode (activity, child, status) is visible before its commit.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tools.devhost.engine.alarm import Alarm
from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.actions import ProtocolError, State, parse_failure, parse_state
from tools.devhost.engine.execution.context import render_context
from tools.devhost.engine.execution.episode import Decision, Moment, decide, decide_suspended, decide_terminated
from tools.devhost.engine.execution.history import EventType, History
from tools.devhost.engine.execution.limits import warn_if_large
from tools.devhost.engine.services import Services
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.commits import TakenOverError
from tools.devhost.engine.storage.queues import MessageRefusedError, backoff_s
from tools.devhost.engine.storage.records import Instance, Message, RuntimeStatus

_SUSPENDING = (EventType.EXECUTION_SUSPENDED, EventType.EXECUTION_RESUMED)

_logger = logging.getLogger("devhost.engine.orchestrations")


@dataclass(slots=True)
class Active:
    """An unfinished instance that this host owns."""

    instance: Instance
    alarm: Alarm
    history: History = field(default_factory=History)
    is_draining: bool = False
    is_woken: bool = False
    """Whether a message may have arrived since the queue was last read."""
    failed_episodes: int = 0
    """How many episodes in a row could not be stored."""


class Orchestrations:
    """All unfinished instances that this host owns."""

    def __init__(
        self, services: Services, wake_activities: Callable[[], None], wake_entities: Callable[[], None]
    ) -> None:
        self._services = services
        self._store = services.store
        self._invoker = services.invoker
        self._versions = services.settings.versions
        self._slots = asyncio.Semaphore(services.settings.max_orchestrators)
        self._active: dict[str, Active] = {}
        self._wake_activities = wake_activities
        self._wake_entities = wake_entities
        self._reported: set[str] = set()

    def may_run(self, instance: Instance) -> bool:
        """Whether this app can run the instance. One that it can't run stays in the store for an app that can."""
        can_run = self._invoker.has_orchestrator(instance.name) and self._versions.may_run(instance.version)
        if not can_run and instance.instance_id not in self._reported:
            self._reported.add(instance.instance_id)
            _logger.warning(
                "instance %s (orchestrator %r, version %s) waits for an app that can run it; this one has version %s",
                instance.instance_id,
                instance.name,
                instance.version,
                self._versions.default,
            )
        return can_run

    def load(self, instances: Iterable[Instance]) -> None:
        """Run stored instances that this host has become the owner of."""
        for instance in instances:
            instance_id = instance.instance_id
            events = self._store.read(commits.find_history, instance_id)
            self.begin(instance, History(events))

    def begin(self, instance: Instance, history: History | None = None) -> None:
        """Run an instance that this host owns."""
        instance_id = instance.instance_id
        active = Active(instance, Alarm(self._services.clock, lambda: self.wake(instance_id)), history or History())
        self._active[instance_id] = active
        self.wake(instance_id)

    def wake(self, instance_id: str) -> None:
        """Deliver the queued messages of an instance, if this host owns it."""
        active = self._active.get(instance_id)
        if active is None:
            return
        active.is_woken = True
        if not active.is_draining:
            active.is_draining = True
            self._services.background.start(self._drain(active), f"orchestration {instance_id}")

    def close(self) -> None:
        for active in self._active.values():
            active.alarm.cancel()

    async def _drain(self, active: Active) -> None:
        instance_id, now = active.instance.instance_id, ""
        try:
            while active.is_woken and self._is_kept(active):
                active.is_woken, now = False, self._services.now()
                if messages := self._deliverable(active, now):
                    await self._episode(active, messages)
                    active.is_woken = True
        finally:
            active.is_draining = False
        if self._is_kept(active):
            active.alarm.set(self._store.read(commits.next_visible, instance_id, now))

    def _deliverable(self, active: Active, now: str) -> list[Message]:
        """The messages of the next episode. Terminate, suspend and resume have an episode each."""
        instance_id = active.instance.instance_id
        messages = self._store.read(commits.find_messages, instance_id, now)
        kinds = [history.type_of(message.event) for message in messages]
        if EventType.EXECUTION_TERMINATED in kinds:
            return [messages[kinds.index(EventType.EXECUTION_TERMINATED)]]
        is_suspended = active.instance.status is RuntimeStatus.SUSPENDED
        for place, kind in enumerate(kinds):
            if kind in _SUSPENDING:
                return messages[place : place + 1] if place == 0 or is_suspended else messages[:place]
        return [] if is_suspended else messages

    async def _episode(self, active: Active, messages: Sequence[Message]) -> None:
        at = self._services.now()
        execution_id = active.instance.execution_id
        events = [message.event for message in messages if message.execution_id in (None, execution_id)]
        decision = await self._decide(active, events, at) if events else Decision(active.instance)
        try:
            self._check(decision)
        except MessageRefusedError as error:
            await self._retry_later(active, messages, error)
            return
        seq = len(active.history.events)
        try:
            children = await self._store.write(
                commits.store_episode, decision, messages, seq, self._services.host_id, self.may_run
            )
        except TakenOverError as error:
            _logger.warning("an episode is dropped: %s", error)
            self._drop(active)
            return
        self._services.faults.passing("episode-committed")
        active.failed_episodes = 0
        self._apply(active, decision, children)

    async def _decide(self, active: Active, events: Sequence[str], at: str) -> Decision:
        delivered = [history.orchestrator_started(at), *events]
        match history.type_of(events[0]):
            case EventType.EXECUTION_TERMINATED:
                return decide_terminated(active.instance, _reason(events[0]), delivered, at)
            case EventType.EXECUTION_SUSPENDED | EventType.EXECUTION_RESUMED:
                has_begun = bool(active.history.events)
                return decide_suspended(active.instance, delivered, at, has_begun=has_begun)
            case _:
                state = await self._replay(active, delivered)
                self._services.faults.passing("episode-computed")
                past = active.history.events
                moment = Moment(at, self._services.now())
                return decide(active.instance, past, delivered, state, moment, self._invoker, self._versions)

    async def _replay(self, active: Active, delivered: Sequence[str]) -> State:
        name, is_replaying = active.instance.name, bool(active.history.events)
        rendered = active.history.render_with(delivered)
        async with self._slots:
            outcome = await self._invoker.run_orchestrator(
                name, render_context(active.instance, rendered, is_replaying=is_replaying)
            )
        try:
            state = parse_state(outcome.value or "") if outcome.error is None else parse_failure(outcome.error)
        except ProtocolError as error:
            state = State(is_done=False, actions=(), error=str(error))
        if state.error is not None:
            first_line = state.error.partition("\n")[0]  # the rest is the stack of an activity, already logged
            _logger.warning("orchestrator %r failed: %s (instance %s)", name, first_line, active.instance.instance_id)
        return state

    def _check(self, decision: Decision) -> None:
        """Check that the queue accepts all messages of the episode."""
        self._services.check_message(
            decision.instance.custom_status,
            decision.instance.output,
            *(item.input for item in decision.work_items),
            *(child.start.event for child in decision.children),
            *(message.event for message in decision.messages),
            *(text for op in decision.entity_ops for text in (op.entity_id, op.name, op.input)),
        )

    async def _retry_later(self, active: Active, messages: Sequence[Message], error: MessageRefusedError) -> None:
        """Deliver the messages again later, as the platform does when an episode's own messages are refused."""
        active.failed_episodes += 1
        wait_s = backoff_s(active.failed_episodes)
        _logger.warning("instance %s is tried again in %d s: %s", active.instance.instance_id, wait_s, error)
        until = self._services.in_seconds(wait_s)
        await self._store.write(commits.hide_messages, messages, until)

    def _apply(self, active: Active, decision: Decision, children: Sequence[Instance]) -> None:
        """Update the instance in memory and start what the stored episode asked for."""
        if decision.events is None:
            active.history = History()
        else:
            active.history.append(decision.events)
        active.instance = decision.instance
        for child in children:
            if self.may_run(child):
                self.begin(child)
        for message in decision.messages:
            if message.instance_id != active.instance.instance_id:
                self.wake(message.instance_id)
        if decision.work_items:
            self._wake_activities()
        if decision.entity_ops:
            self._wake_entities()
        if active.instance.status.is_final:
            self._drop(active)
            warn_if_large(active.instance.output, f"the output of orchestrator {active.instance.name!r}")

    def _drop(self, active: Active) -> None:
        """Forget an instance that has ended or that belongs to another host."""
        active.alarm.cancel()
        if self._is_kept(active):
            del self._active[active.instance.instance_id]

    def _is_kept(self, active: Active) -> bool:
        return self._active.get(active.instance.instance_id) is active


def _reason(event: str) -> str:
    return history.text_of(str(history.parse_event(event)["Input"]))
