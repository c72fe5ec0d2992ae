"""The engine's front: everything a client or the host may ask of it."""

import asyncio
import logging
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tools.devhost.engine import commits, history
from tools.devhost.engine.activities import Activities
from tools.devhost.engine.background import Background, OnFatal
from tools.devhost.engine.clock import Clock, later, system_clock, to_text
from tools.devhost.engine.entities import Entities
from tools.devhost.engine.episode import NewInstance, new_instance
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.hosts import DeadHost
from tools.devhost.engine.invoker import Invoker
from tools.devhost.engine.limits import warn_if_large
from tools.devhost.engine.orchestrations import Orchestrations
from tools.devhost.engine.queues import QueueSettings, check_message
from tools.devhost.engine.records import Entity, EntityOp, Instance, InstanceFilter, Message, RuntimeStatus
from tools.devhost.engine.replay import UnknownFunctionError, entity_name
from tools.devhost.engine.rewind import without_failures
from tools.devhost.engine.store import Store
from tools.devhost.engine.tracing import new_span
from tools.devhost.engine.versions import Versions

_MAX_ID_LENGTH = 256
_FORBIDDEN_IN_ID = frozenset("/\\#?")
_RELEASE_TIMEOUT_S = 5.0

_logger = logging.getLogger("devhost.engine")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How the engine works, mostly from host.json.

    `is_worker` is off in a host that serves HTTP functions only: it runs no durable function.
    """

    max_activities: int = 10
    max_orchestrators: int = 10
    versions: Versions = field(default_factory=Versions)
    queues: QueueSettings = field(default_factory=QueueSettings)
    is_traced: bool = False
    is_worker: bool = True


class InvalidInstanceIdError(ValueError):
    """The id cannot be an instance's."""


class UnknownInstanceError(LookupError):
    """There is no instance with this id."""


class FinishedInstanceError(Exception):
    """The instance has ended, or is not in the state the operation needs."""


class Engine:
    """Durable orchestrations, activities, timers and entities over one store, which other hosts may share.

    What a method has committed also takes effect in memory, even if its caller is cancelled in between.
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
        self._store = store
        self._invoker = invoker
        self._settings = settings
        self._clock = clock
        self._faults = faults
        self._host_id = host_id
        self._data_version = 0
        self._background = background = Background(on_fatal)
        self._activities = Activities(
            store=store,
            invoker=invoker,
            background=background,
            clock=clock,
            faults=faults,
            limit=settings.max_activities,
            queues=settings.queues,
            host_id=host_id,
            wake_instance=self._wake_instance,
        )
        self._entities = Entities(
            store=store,
            invoker=invoker,
            background=background,
            clock=clock,
            faults=faults,
            queues=settings.queues,
            host_id=host_id,
            wake_instance=self._wake_instance,
        )
        self._orchestrations = Orchestrations(
            store=store,
            invoker=invoker,
            background=background,
            clock=clock,
            faults=faults,
            limit=settings.max_orchestrators,
            versions=settings.versions,
            queues=settings.queues,
            host_id=host_id,
            wake_activities=self._activities.wake,
            wake_entities=self._entities.wake,
        )

    async def take_up_work(self) -> int:
        """Take up everything that no host works on; return how many instances are unfinished."""
        if self._settings.is_worker:
            now = to_text(self._clock())
            owned = await self._store.write(
                lambda connection: commits.own_instances(connection, self._host_id, self._orchestrations.may_run, now)
            )
            self._orchestrations.take_up(owned)
            for instance_id in self._store.read(
                lambda connection: commits.instances_with_messages(connection, self._host_id, now)
            ):
                self._orchestrations.wake(instance_id)
            self._activities.wake()
            self._entities.wake()
        return self._store.read(commits.count_unfinished)

    async def poll_other_hosts(self) -> None:
        """Take up what other hosts have left in the store since the last poll."""
        data_version = self._store.read(commits.data_version)
        if data_version != self._data_version:
            self._data_version = data_version
            await self.take_up_work()

    def holders(self) -> list[str]:
        """The ids of the hosts that own an unfinished instance or hold work."""
        return self._store.read(commits.find_holders)

    async def bury(self, dead_hosts: Sequence[DeadHost]) -> None:
        """Leave the work of killed hosts to others. What they had taken stays hidden for the visibility timeouts."""
        for host in dead_hosts:
            await self._bury(host)

    async def _bury(self, host: DeadHost) -> None:
        queues, now = self._settings.queues, to_text(self._clock())
        messages_until = later(host.last_alive, queues.control_visibility_s)
        work_items_until = later(host.last_alive, queues.work_item_visibility_s)
        await self._store.write(
            lambda connection: commits.release_dead_host(
                connection, host.host_id, now, messages_until, work_items_until
            )
        )

    async def close(self) -> None:
        """Stop. What runs is abandoned; another host, or a restart, takes it up."""
        self._orchestrations.close()
        self._activities.close()
        await self._background.close()
        try:
            async with asyncio.timeout(_RELEASE_TIMEOUT_S):
                await self._store.write(lambda connection: commits.release_host(connection, self._host_id))
        except (sqlite3.Error, TimeoutError) as error:
            _logger.warning(
                "work was not released, others take it up after the visibility timeout: %s",
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
        if must_exist and not self._invoker.has_orchestrator(name):
            raise UnknownFunctionError("orchestrator", name)
        chosen_id = instance_id if instance_id is not None else uuid.uuid4().hex
        _check_instance_id(chosen_id)
        check_message(self._settings.queues, name, input_text, version)
        warn_if_large(input_text, f"the input of orchestrator {name!r}")
        new = new_instance(
            chosen_id,
            name,
            input_text,
            to_text(self._clock()),
            version=version or self._settings.versions.default,
            span=new_span(traceparent) if self._settings.is_traced else None,
        )
        await self._background.finish(self._create(new), f"start of {chosen_id}")
        return new.instance

    async def _create(self, new: NewInstance) -> None:
        is_ours = self._settings.is_worker and self._orchestrations.may_run(new.instance)
        owner = self._host_id if is_ours else None
        await self._store.write(lambda connection: commits.create_instance(connection, new, owner))
        self._faults.passing("start-committed")
        if is_ours:
            self._orchestrations.begin(new.instance)

    def get(self, instance_id: str) -> Instance | None:
        """The instance as last stored."""
        return self._store.read(lambda connection: commits.find_instance(connection, instance_id))

    def get_history(self, instance_id: str) -> list[str]:
        """The events (JSON texts) of the instance's current execution."""
        return self._store.read(lambda connection: commits.find_history(connection, instance_id))

    def find(self, wanted: InstanceFilter) -> list[Instance]:
        return self._store.read(lambda connection: commits.find_instances(connection, wanted))

    async def raise_event(self, instance_id: str, name: str, input_text: str) -> None:
        """Send an external event; `input_text` is JSON.

        Raises:
            UnknownInstanceError, FinishedInstanceError: nobody is there to take it.
            MessageRefusedError: the queue refuses it.
        """
        self._unfinished(instance_id)
        check_message(self._settings.queues, name, input_text)
        warn_if_large(input_text, f"external event {name!r}")
        at = to_text(self._clock())
        await self._send(Message(instance_id, history.event_raised(at, name, input_text), at), "event-committed")

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance after its current episode, if one runs; also an instance that no app can run.

        Raises:
            UnknownInstanceError, FinishedInstanceError: there is nothing to terminate.
            MessageRefusedError: the queue refuses the reason.
        """

        async def send() -> None:
            await self._control(instance_id, history.execution_terminated(to_text(self._clock()), reason))
            await self.take_up_work()

        await self._background.finish(send(), f"termination of {instance_id}")

    async def suspend(self, instance_id: str, reason: str = "") -> None:
        await self._control(instance_id, history.execution_suspended(to_text(self._clock()), reason))

    async def resume(self, instance_id: str, reason: str = "") -> None:
        await self._control(instance_id, history.execution_resumed(to_text(self._clock()), reason))

    async def restart(self, instance_id: str, *, with_new_id: bool) -> Instance:
        """Start the instance's orchestrator again with the instance's input."""
        instance = self._known(instance_id)
        return await self.start(
            instance.name, None if with_new_id else instance_id, instance.input, version=instance.version
        )

    async def rewind(self, instance_id: str, reason: str = "") -> None:
        """Run the failed parts of a failed instance again and go on from there.

        Raises:
            RewindNotSupportedError: the failure cannot be taken back without renumbering later tasks.
        """
        instance = self._known(instance_id)
        if instance.status is not RuntimeStatus.FAILED:
            raise FinishedInstanceError("The rewind operation is only supported on failed orchestration instances.")
        events = without_failures(self.get_history(instance_id))
        at = to_text(self._clock())
        reopened = replace(instance, status=RuntimeStatus.RUNNING, updated_at=at, output=None)
        rewound = Message(instance_id, history.execution_rewound(at, reason), at)

        async def reopen() -> None:
            await self._store.write(lambda connection: commits.reopen(connection, reopened, events, rewound))
            await self.take_up_work()

        await self._background.finish(reopen(), f"rewind of {instance_id}")

    async def purge(self, instance_id: str) -> int:
        """Delete a finished instance; return how many there were.

        Raises:
            UnfinishedInstanceError: it has not ended.
        """
        return await self._store.write(lambda connection: commits.purge(connection, instance_id))

    async def purge_matching(self, wanted: InstanceFilter) -> int:
        """Delete the finished ones among the instances that match; return how many there were."""
        found = self.find(wanted)
        return await self._store.write(lambda connection: commits.purge_finished(connection, found))

    async def signal_entity(self, entity_id: str, operation: str, input_text: str | None) -> None:
        """Have an entity run an operation without waiting for it.

        Raises:
            UnknownFunctionError: the app has no such entity.
            MessageRefusedError: the queue refuses the operation.
        """
        if not self._invoker.has_entity(entity_name(entity_id)):
            raise UnknownFunctionError("entity", entity_name(entity_id))
        check_message(self._settings.queues, entity_id, operation, input_text)
        op = EntityOp(0, entity_id, operation, input_text)

        async def send() -> None:
            await self._store.write(lambda connection: commits.add_entity_op(connection, op))
            self._faults.passing("entity-ops-committed")
            if self._settings.is_worker:
                self._entities.wake()

        await self._background.finish(send(), f"signal to {entity_id}")

    def get_entity(self, entity_id: str) -> Entity | None:
        """The entity, when it exists."""
        entity = self._store.read(lambda connection: commits.find_entity(connection, entity_id))
        return entity if entity is not None and entity.exists else None

    def find_entities(self, id_prefix: str | None = None) -> list[Entity]:
        return self._store.read(lambda connection: commits.find_entities(connection, id_prefix))

    def _wake_instance(self, instance_id: str) -> None:
        self._orchestrations.wake(instance_id)

    async def _control(self, instance_id: str, event: str) -> None:
        self._unfinished(instance_id)
        check_message(self._settings.queues, event)
        await self._send(Message(instance_id, event, to_text(self._clock())), "control-committed")

    async def _send(self, message: Message, fault_point: str) -> None:
        """Store a message for an instance and wake the instance."""

        async def send() -> None:
            await self._store.write(lambda connection: commits.send(connection, [message]))
            self._faults.passing(fault_point)
            self._orchestrations.wake(message.instance_id)

        await self._background.finish(send(), f"message to {message.instance_id}")

    def _known(self, instance_id: str) -> Instance:
        instance = self.get(instance_id)
        if instance is None:
            raise UnknownInstanceError(f"No instance with ID '{instance_id}' found.")
        return instance

    def _unfinished(self, instance_id: str) -> None:
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
