"""The engine: what clients and the host can do with it."""

import asyncio
import logging
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import replace

from tools.devhost.engine.activities import Activities
from tools.devhost.engine.background import Background, OnFatal
from tools.devhost.engine.clock import Clock, later, system_clock
from tools.devhost.engine.entities import Entities
from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.episode import NewInstance, new_instance
from tools.devhost.engine.execution.limits import warn_if_large
from tools.devhost.engine.execution.replay import UnknownFunctionError, entity_name
from tools.devhost.engine.execution.rewind import without_failures
from tools.devhost.engine.execution.tracing import new_span
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.invoker import Invoker
from tools.devhost.engine.orchestrations import Orchestrations
from tools.devhost.engine.services import EngineSettings, Services
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.hosts import DeadHost
from tools.devhost.engine.storage.records import Entity, EntityOp, Instance, InstanceFilter, Message, RuntimeStatus
from tools.devhost.engine.storage.store import Store

_MAX_ID_LENGTH = 256
_FORBIDDEN_IN_ID = frozenset("/\\#?")
_RELEASE_TIMEOUT_S = 5.0

_logger = logging.getLogger("devhost.engine")


class InvalidInstanceIdError(ValueError):
    """The id cannot be an instance's."""


class UnknownInstanceError(LookupError):
    """There is no instance with this id."""


class FinishedInstanceError(Exception):
    """The instance has ended, or is not in the state the operation needs."""


class Engine:
    """Durable orchestrations, activities, timers and entities over one store, which other hosts may share.

    Once a method has committed, it also takes effect in memory, even if its caller is cancelled meanwhile.
    """

    def __init__(
        self,
        store: Store,
        invoker: Invoker,
        settings: EngineSettings,
        faults: Faults,
        on_fatal: OnFatal,
        clock: Clock = system_clock,
        host_id: str = "this",
    ) -> None:
        self._background = Background(on_fatal)
        self._services = services = Services(store, invoker, self._background, clock, faults, settings, host_id)
        self._store = store
        self._settings = settings
        self._data_version = 0
        self._activities = Activities(services, self._wake_instance)
        self._entities = Entities(services, self._wake_instance)
        self._orchestrations = Orchestrations(services, self._activities.wake, self._entities.wake)

    async def claim_work(self) -> int:
        """Claim everything that no host works on; return how many instances are unfinished."""
        if self._settings.is_worker:
            host_id, now = self._services.host_id, self._services.now()
            may_run = self._orchestrations.may_run
            owned = await self._store.write(commits.own_instances, host_id, may_run, now)
            self._orchestrations.load(owned)
            for instance_id in self._store.read(commits.instances_with_messages, host_id, now):
                self._orchestrations.wake(instance_id)
            self._activities.wake()
            self._entities.wake()
        return self._store.read(commits.count_unfinished)

    async def poll_other_hosts(self) -> None:
        """Claim what other hosts have put into the store or released since the last poll."""
        data_version = self._store.read(commits.data_version)
        if data_version != self._data_version:
            self._data_version = data_version
            await self.claim_work()

    def hosts_with_work(self) -> list[str]:
        """The ids of the hosts that own an unfinished instance or have taken work."""
        return self._store.read(commits.find_hosts_with_work)

    async def release_dead_hosts(self, dead_hosts: Sequence[DeadHost]) -> None:
        """Release the work of killed hosts. What they had taken stays hidden for the visibility timeouts."""
        queues, now = self._settings.queues, self._services.now()

        def release(connection: sqlite3.Connection) -> None:
            for host in dead_hosts:
                messages_until = later(host.last_alive, queues.control_visibility_s)
                work_items_until = later(host.last_alive, queues.work_item_visibility_s)
                commits.release_dead_host(connection, host.host_id, now, messages_until, work_items_until)

        if dead_hosts:
            await self._store.write(release)

    async def close(self) -> None:
        """Stop. Running work is abandoned; another host, or a restart, takes it up."""
        self._orchestrations.close()
        self._activities.close()
        await self._background.close()
        try:
            async with asyncio.timeout(_RELEASE_TIMEOUT_S):
                await self._store.write(commits.release_host, self._services.host_id)
        except (sqlite3.Error, TimeoutError) as error:
            _logger.warning(
                "work was not released, so other hosts take it up after the visibility timeout: %s",
                str(error) or "the state file is locked",
            )

    async def start(
        self,
        name: str,
        instance_id: str | None = None,
        input_text: str = "null",
        version: str | None = None,
        traceparent: str | None = None,
        *,
        must_exist: bool = True,
    ) -> Instance:
        """Start an orchestration; `input_text` is JSON. A finished instance of the same id is replaced.

        Raises:
            UnknownFunctionError: the app has no such orchestrator. Unless it `must_exist`, the instance stays pending.
            InvalidInstanceIdError: the id breaks the platform's rules.
            InstanceExistsError: an unfinished instance has the id.
            MessageRefusedError: the queue refuses the input.
        """
        if must_exist and not self._services.invoker.has_orchestrator(name):
            raise UnknownFunctionError("orchestrator", name)
        chosen_id = instance_id if instance_id is not None else uuid.uuid4().hex
        _check_instance_id(chosen_id)
        self._services.check_message(name, input_text, version)
        warn_if_large(input_text, f"the input of orchestrator {name!r}")
        new = new_instance(
            chosen_id,
            name,
            input_text,
            self._services.now(),
            version=version or self._settings.versions.default,
            span=new_span(traceparent) if self._settings.is_traced else None,
        )
        await self._background.finish(self._create(new), f"start of {chosen_id}")
        return new.instance

    async def _create(self, new: NewInstance) -> None:
        is_ours = self._settings.is_worker and self._orchestrations.may_run(new.instance)
        owner = self._services.host_id if is_ours else None
        await self._store.write(commits.create_instance, new, owner)
        self._services.faults.passing("start-committed")
        if is_ours:
            self._orchestrations.begin(new.instance)

    def get(self, instance_id: str) -> Instance | None:
        """The instance as last stored."""
        return self._store.read(commits.find_instance, instance_id)

    def get_history(self, instance_id: str) -> list[str]:
        """The events (JSON texts) of the instance's current execution."""
        return self._store.read(commits.find_history, instance_id)

    def find(self, wanted: InstanceFilter) -> list[Instance]:
        return self._store.read(commits.find_instances, wanted)

    async def raise_event(self, instance_id: str, name: str, input_text: str) -> None:
        """Send an external event; `input_text` is JSON.

        Raises:
            UnknownInstanceError, FinishedInstanceError: no instance can receive it.
            MessageRefusedError: the queue refuses it.
        """
        self.check_unfinished(instance_id)
        self._services.check_message(name, input_text)
        warn_if_large(input_text, f"external event {name!r}")
        at = self._services.now()
        await self._send(Message(instance_id, history.event_raised(at, name, input_text), at), "event-committed")

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance, after its current episode if one runs. Also ends one that no app can run.

        Raises:
            UnknownInstanceError, FinishedInstanceError: there is no such unfinished instance.
            MessageRefusedError: the queue refuses the reason.
        """

        async def send() -> None:
            await self._control(instance_id, history.execution_terminated(self._services.now(), reason))
            await self.claim_work()

        await self._background.finish(send(), f"termination of {instance_id}")

    async def suspend(self, instance_id: str, reason: str = "") -> None:
        await self._control(instance_id, history.execution_suspended(self._services.now(), reason))

    async def resume(self, instance_id: str, reason: str = "") -> None:
        await self._control(instance_id, history.execution_suspended(self._services.now(), reason, is_suspended=False))

    async def restart(self, instance_id: str, *, with_new_id: bool) -> Instance:
        """Start the instance's orchestrator again with the instance's input."""
        instance = self._known(instance_id)
        return await self.start(
            instance.name, None if with_new_id else instance_id, instance.input, version=instance.version
        )

    async def rewind(self, instance_id: str, reason: str = "") -> None:
        """Run the failed tasks of a failed instance again and continue from there.

        Raises:
            RewindNotSupportedError: removing the failure would renumber later tasks.
        """
        instance = self._known(instance_id)
        if instance.status is not RuntimeStatus.FAILED:
            raise FinishedInstanceError("The rewind operation is only supported on failed orchestration instances.")
        events = without_failures(self.get_history(instance_id))
        at = self._services.now()
        reopened = replace(instance, status=RuntimeStatus.RUNNING, updated_at=at, output=None)
        rewound = Message(instance_id, history.execution_rewound(at, reason), at)

        async def reopen() -> None:
            await self._store.write(commits.reopen, reopened, events, rewound)
            await self.claim_work()

        await self._background.finish(reopen(), f"rewind of {instance_id}")

    async def purge(self, instance_id: str) -> int:
        """Delete a finished instance; return how many there were.

        Raises:
            UnfinishedInstanceError: it has not ended.
        """
        return await self._store.write(commits.purge, instance_id)

    async def purge_matching(self, wanted: InstanceFilter) -> int:
        """Delete the finished instances that match; return how many there were."""
        found = self.find(wanted)
        return await self._store.write(commits.purge_finished, found)

    async def signal_entity(self, entity_id: str, operation: str, input_text: str | None) -> None:
        """Have an entity run an operation without waiting for it.

        Raises:
            UnknownFunctionError: the app has no such entity.
            MessageRefusedError: the queue refuses the operation.
        """
        if not self._services.invoker.has_entity(entity_name(entity_id)):
            raise UnknownFunctionError("entity", entity_name(entity_id))
        self._services.check_message(entity_id, operation, input_text)
        op = EntityOp(0, entity_id, operation, input_text)

        async def send() -> None:
            await self._store.write(commits.add_entity_op, op)
            self._services.faults.passing("entity-ops-committed")
            if self._settings.is_worker:
                self._entities.wake()

        await self._background.finish(send(), f"signal to {entity_id}")

    def get_entity(self, entity_id: str) -> Entity | None:
        """The entity, when it exists."""
        entity = self._store.read(commits.find_entity, entity_id)
        return entity if entity is not None and entity.exists else None

    def find_entities(self, id_prefix: str | None = None) -> list[Entity]:
        return self._store.read(commits.find_entities, id_prefix)

    def _wake_instance(self, instance_id: str) -> None:
        self._orchestrations.wake(instance_id)

    async def _control(self, instance_id: str, event: str) -> None:
        self.check_unfinished(instance_id)
        self._services.check_message(event)
        await self._send(Message(instance_id, event, self._services.now()), "control-committed")

    async def _send(self, message: Message, fault_point: str) -> None:
        """Store a message for an instance and wake the instance."""

        async def send() -> None:
            await self._store.write(commits.send, [message])
            self._services.faults.passing(fault_point)
            self._orchestrations.wake(message.instance_id)

        await self._background.finish(send(), f"message to {message.instance_id}")

    def _known(self, instance_id: str) -> Instance:
        instance = self.get(instance_id)
        if instance is None:
            raise UnknownInstanceError(f"No instance with ID '{instance_id}' found.")
        return instance

    def check_unfinished(self, instance_id: str) -> None:
        """Check that there is an unfinished instance with this id.

        Raises:
            UnknownInstanceError, FinishedInstanceError: there is none.
        """
        instance = self._known(instance_id)
        if instance.status.is_final:
            raise FinishedInstanceError(f"The instance '{instance_id}' has ended: {instance.status}.")


def _check_instance_id(instance_id: str) -> None:
    if not 0 < len(instance_id) <= _MAX_ID_LENGTH:
        raise InvalidInstanceIdError(f"Instance ids must have 1 to {_MAX_ID_LENGTH} characters.")
    if instance_id.startswith("@"):
        raise InvalidInstanceIdError("Instance ids must not start with '@'.")
    if any(char in _FORBIDDEN_IN_ID or not char.isprintable() for char in instance_id):
        raise InvalidInstanceIdError("Instance ids must not contain /, \\, #, ? or control characters.")
