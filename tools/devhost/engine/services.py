"""Settings of an engine, and the objects that all its parts share."""

from dataclasses import dataclass, field

from tools.devhost.engine.background import Background
from tools.devhost.engine.clock import Clock, later, to_text
from tools.devhost.engine.execution.versions import Versions
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.invoker import Invoker
from tools.devhost.engine.storage.queues import QueueSettings, check_message
from tools.devhost.engine.storage.store import Store


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Settings of the engine, mostly from host.json.

    `is_worker` is off in a host that serves HTTP functions only: it runs no durable function.
    """

    max_activities: int = 10
    max_orchestrators: int = 10
    versions: Versions = field(default_factory=Versions)
    queues: QueueSettings = field(default_factory=QueueSettings)
    is_traced: bool = False
    is_worker: bool = True


@dataclass(frozen=True, slots=True)
class Services:
    """The objects that the parts of one engine share."""

    store: Store
    invoker: Invoker
    background: Background
    clock: Clock
    faults: Faults
    settings: EngineSettings
    host_id: str

    def now(self) -> str:
        """Return the present time as text."""
        return to_text(self.clock())

    def in_seconds(self, seconds: float) -> str:
        """Return a later time as text."""
        return later(self.clock(), seconds)

    def check_message(self, *texts: str | None) -> None:
        """Check that the queue accepts these texts.

        Raises:
            MessageRefusedError: it refuses one.
        """
        check_message(self.settings.queues, *texts)
