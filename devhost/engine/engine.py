"""The engine's front: everything a client or the host may ask of it."""

from dataclasses import dataclass

from devhost.engine import commits
from devhost.engine.activities import Activities
from devhost.engine.background import Background, OnFatal
from devhost.engine.clock import Clock, system_clock, to_text
from devhost.engine.entities import Entities
from devhost.engine.episode import UnknownFunctionError, entity_name, new_instance
from devhost.engine.faults import Faults
from devhost.engine.http_calls import HttpCalls
from devhost.engine.invoker import Invoker
from devhost.engine.limits import warn_if_large
from devhost.engine.orchestrations import Active, Orchestrations, Work
from devhost.engine.records import Entity, EntityOp, Instance, InstanceFilter, RuntimeStatus
from devhost.engine.rewind import plan_rewind
from devhost.engine.store import Store
from devhost.engine.versions import Versions
from devhost.ids import new_guid

_MAX_ID_LENGTH = 256
_FORBIDDEN_IN_ID = frozenset("/\\#?")
_ANY_VERSION = Versions()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much runs at once."""

    activities: int
    orchestrators: int


class InvalidInstanceIdError(ValueError):
    """The id cannot be an instance's."""


class UnknownInstanceError(LookupError):
    """There is no instance with this id."""


class FinishedInstanceError(Exception):
    """The instance has ended, or is not in the state the operation needs."""


class Engine:
    """Durable orchestrations, activities, timers and entities over one store."""

    def __init__(
        self,
        store: Store,
        invoker: Invoker,
        limits: Limits,
        faults: Faults,
        on_fatal: OnFatal,
        clock: Clock = system_clock,
        versions: Versions = _ANY_VERSION,
    ) -> None:
        self._store = store
        self._invoker = invoker
        self._clock = clock
        self._faults = faults
        self._background = background = Background(on_fatal)
        self._orchestrations = Orchestrations(
            store=store,
            invoker=invoker,
            background=background,
            clock=clock,
            faults=faults,
            limit=limits.orchestrators,
            versions=versions,
        )
        deliver = self._orchestrations.deliver
        activities = Activities(
            store=store,
            invoker=invoker,
            background=background,
            clock=clock,
            faults=faults,
            limit=limits.activities,
            deliver=deliver,
            is_wanted=self._orchestrations.is_open,
        )
        self._entities = Entities(
            store=store, invoker=invoker, background=background, clock=clock, faults=faults, deliver=deliver
        )
        http_calls = HttpCalls(store=store, background=background, clock=clock, deliver=deliver)
        self._orchestrations.connect(Work(activities.submit, http_calls.submit, self._entities.submit))

    def recover(self) -> int:
        """Take up everything unfinished in the store; return how many instances there are."""
        unfinished = self._store.read(commits.find_unfinished)
        for instance in unfinished:
            self._restore(instance)
        for op in self._store.read(commits.find_entity_ops):
            self._entities.submit(op)
        return len(unfinished)

    async def close(self) -> None:
        """Stop. What runs is abandoned; a restart takes it up."""
        self._orchestrations.close()
        await self._background.close()

    async def start(
        self,
        name: str,
        instance_id: str | None = None,
        input_text: str = "null",
        version: str | None = None,
        *,
        must_exist: bool = True,
    ) -> Instance:
        """Start an orchestration; `input_text` is JSON. A finished instance of the same id is replaced.

        Raises:
            UnknownFunctionError: the app has no such orchestrator. Unless it `must_exist`, the instance stays pending.
            InvalidInstanceIdError: the id breaks the platform's rules.
            InstanceExistsError: an unfinished instance has the id.
        """
        if must_exist and not self._invoker.has_orchestrator(name):
            raise UnknownFunctionError("orchestrator", name)
        chosen_id = instance_id if instance_id is not None else new_guid().hex
        _check_instance_id(chosen_id)
        warn_if_large(input_text, f"the input of orchestrator {name!r}")
        made = new_instance(chosen_id, name, input_text, to_text(self._clock()), version=version)
        instance = self._orchestrations.of_default_version(made)
        await self._store.write(lambda connection: commits.create_instance(connection, instance))
        self._faults.passing("start-committed")
        self._orchestrations.begin(instance)
        return instance

    def get(self, instance_id: str) -> Instance | None:
        """The instance as last stored."""
        if active := self._orchestrations.find(instance_id):
            return active.instance
        return self._store.read(lambda connection: commits.find_instance(connection, instance_id))

    def get_history(self, instance_id: str) -> list[str]:
        """The events (JSON texts) of the instance's current execution."""
        if active := self._orchestrations.find(instance_id):
            return list(active.history.events)
        return self._store.read(lambda connection: commits.find_history(connection, instance_id))

    def find(self, wanted: InstanceFilter) -> list[Instance]:
        return self._store.read(lambda connection: commits.find_instances(connection, wanted))

    async def raise_event(self, instance_id: str, name: str, input_text: str) -> None:
        """Send an external event; `input_text` is JSON."""
        self._unfinished(instance_id)
        warn_if_large(input_text, f"external event {name!r}")
        at = to_text(self._clock())
        event = await self._store.write(
            lambda connection: commits.add_event(connection, instance_id, name, input_text, at)
        )
        self._faults.passing("event-committed")
        self._orchestrations.raise_event(event)

    async def terminate(self, instance_id: str, reason: str) -> None:
        await self._orchestrations.terminate(self._unfinished(instance_id), reason)

    async def suspend(self, instance_id: str) -> None:
        await self._orchestrations.set_suspended(self._unfinished(instance_id), suspended=True)

    async def resume(self, instance_id: str) -> None:
        await self._orchestrations.set_suspended(self._unfinished(instance_id), suspended=False)

    async def restart(self, instance_id: str, *, with_new_id: bool) -> Instance:
        """Start the instance's orchestrator again with the instance's input."""
        instance = self._known(instance_id)
        return await self.start(
            instance.name, None if with_new_id else instance_id, instance.input, version=instance.version
        )

    async def rewind(self, instance_id: str) -> None:
        """Run the failed parts of a failed instance again and go on from there.

        Raises:
            RewindNotSupportedError: the failure cannot be taken back without renumbering later tasks.
        """
        instance = self._known(instance_id)
        if instance.status is not RuntimeStatus.FAILED:
            raise FinishedInstanceError("The rewind operation is only supported on failed orchestration instances.")
        plan = plan_rewind(instance, self.get_history(instance_id), to_text(self._clock()))
        await self._store.write(
            lambda connection: commits.reopen(connection, plan.instance, plan.events, plan.tasks, plan.children)
        )
        for child in plan.children:
            self._orchestrations.begin(child)
        self._restore(plan.instance)

    async def purge(self, instance_id: str) -> int:
        return await self._store.write(lambda connection: commits.purge(connection, [instance_id]))

    async def purge_matching(self, wanted: InstanceFilter) -> int:
        found = [instance.instance_id for instance in self.find(wanted)]
        return await self._store.write(lambda connection: commits.purge(connection, found), takes_long=True)

    async def signal_entity(self, entity_id: str, operation: str, input_text: str | None) -> None:
        """Have an entity run an operation without waiting for it.

        Raises:
            UnknownFunctionError: the app has no such entity.
        """
        if not self._invoker.has_entity(entity_name(entity_id)):
            raise UnknownFunctionError("entity", entity_name(entity_id))
        op = EntityOp(0, entity_id, operation, input_text)
        stored = await self._store.write(lambda connection: commits.add_entity_op(connection, op))
        self._faults.passing("entity-ops-committed")
        self._entities.submit(stored)

    def get_entity(self, entity_id: str) -> Entity | None:
        """The entity, when it exists."""
        entity = self._store.read(lambda connection: commits.find_entity(connection, entity_id))
        return entity if entity is not None and entity.exists else None

    def find_entities(self, id_prefix: str | None = None) -> list[Entity]:
        return self._store.read(lambda connection: commits.find_entities(connection, id_prefix))

    def _restore(self, instance: Instance) -> None:
        instance_id = instance.instance_id
        events = self._store.read(lambda connection: commits.find_history(connection, instance_id))
        tasks = self._store.read(lambda connection: commits.find_tasks(connection, instance_id))
        raised = self._store.read(lambda connection: commits.find_events(connection, instance_id))
        self._orchestrations.restore(instance, events, tasks, raised)

    def _known(self, instance_id: str) -> Instance:
        instance = self.get(instance_id)
        if instance is None:
            raise UnknownInstanceError(f"No instance with ID '{instance_id}' found.")
        return instance

    def _unfinished(self, instance_id: str) -> Active:
        active = self._orchestrations.find(instance_id)
        if active is None:
            instance = self._known(instance_id)
            raise FinishedInstanceError(f"The instance '{instance_id}' has ended: {instance.status}.")
        return active


def _check_instance_id(instance_id: str) -> None:
    if not 0 < len(instance_id) <= _MAX_ID_LENGTH:
        raise InvalidInstanceIdError(f"Instance ids must have 1 to {_MAX_ID_LENGTH} characters.")
    if instance_id.startswith("@"):
        raise InvalidInstanceIdError("Instance ids must not start with '@'.")
    if any(char in _FORBIDDEN_IN_ID or not char.isprintable() for char in instance_id):
        raise InvalidInstanceIdError("Instance ids must not contain /, \\, #, ? or control characters.")
