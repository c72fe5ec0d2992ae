"""The three processes of the app: Azurite, the model emulator (unless a model is given) and the host."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.devstack.azurite import ALL_SERVICES, Azurite, Service, start_azurite
from tools.devstack.emulator import Emulator, start_emulator
from tools.devstack.host_program import host_command, is_devhost
from tools.devstack.lock import locked
from tools.devstack.processes import Child, inherited_environ, port_in, start

REPOSITORY = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 180  # the real host loads its extensions
_EMULATOR_KEY = "offline"


@dataclass(frozen=True, slots=True)
class StackOptions:
    """How a stack is started.

    All state is below `data`. `port` 0 is any free port. `settings` override the environment's.
    `host_output_shown` leaves the host's output on our terminal instead of in a log. Without `emulator_wanted` the
    model is that of the settings. `script_root` is the folder of the app. With `keys_enforced` the host checks
    access keys, as Azure does.
    """

    data: Path
    port: int = 0
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    emulator_arguments: Sequence[str] = ()
    host_output_shown: bool = False
    emulator_wanted: bool = True
    script_root: Path = REPOSITORY
    keys_enforced: bool = False


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """The host's access keys: for everything, for all functions, for the engine's API, and for single functions."""

    master: str
    default: str
    durable_task: str
    functions: Mapping[str, str]


class Stack:
    """A running stack; leaving the context stops all its processes."""

    def __init__(self, options: StackOptions) -> None:
        self._options = options
        self._data = options.data.resolve()
        self.azurite: Azurite | None = None
        self.emulator: Emulator | None = None
        self.host: Child | None = None
        self.url = ""
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            on_failure.callback(self.stop)
            self._lock.enter_context(locked(self._data))
            self.start_storage()
            if self._needs_emulator():
                self.start_emulator()
            self.start_host()
            on_failure.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start_storage(self) -> None:
        """Start Azurite, or restart it on the same ports."""
        services: Sequence[Service] = ("blob",) if is_devhost() else ALL_SERVICES
        log = self._data / "logs" / "azurite.log"
        self.azurite = start_azurite(REPOSITORY, self.storage_data, log, services=services, again=self.azurite)

    def start_emulator(self) -> None:
        """Start the model emulator."""
        ready, log = self._data / "emulator.ready.json", self._data / "logs" / "emulator.log"
        self.emulator = start_emulator(REPOSITORY, ready, log, self._options.emulator_arguments)

    def start_host(self, **settings: str) -> None:
        """Start the host, or restart it on the same port; `settings` are for this start only."""
        ready = self._data / "host.ready.json"
        ready.unlink(missing_ok=True)
        port = self.url.rpartition(":")[2] or str(self._options.port)
        command = [*host_command(), "--port", port, "--script-root", self._options.script_root]
        if self._options.keys_enforced:
            command.append("--enable-auth")
        self.host = start(
            "The host",
            [*command, "--data", self.host_data, "--ready-file", ready],
            {**self.host_environ(), **settings},
            REPOSITORY,
            None if self._options.host_output_shown else self._data / "logs" / "host.log",
        )
        self.host.wait_until(ready.exists, _START_TIMEOUT_S)
        self.url = f"http://127.0.0.1:{port_in(ready)}"

    @property
    def storage_data(self) -> Path:
        """Where Azurite keeps its files."""
        return self._data / "azurite"

    @property
    def host_data(self) -> Path:
        """Where the host keeps its state: its database, and its access keys in `keys.json`."""
        return self._data / "host"

    def keys(self) -> AccessKeys:
        """Return the host's access keys, which it wrote into its folder at its first start."""
        stored = json.loads((self.host_data / "keys.json").read_text())
        return AccessKeys(stored["master"], stored["default"], stored["durableTask"], stored["functions"])

    def stop(self) -> None:
        """Stop all processes: the host first, because it uses the others."""
        for child in (self.host, self.emulator and self.emulator.child, self.azurite and self.azurite.child):
            if child is not None:
                child.stop()
        self._lock.close()

    def _needs_emulator(self) -> bool:
        environ = {**os.environ, **self._options.settings}
        return (
            self._options.emulator_wanted
            and not environ.get("GEMINI_API_KEY")
            and not environ.get("GOOGLE_GEMINI_BASE_URL")
        )

    def host_environ(self) -> dict[str, str]:
        """Return the environment of host and app: ours, the options' settings, and the addresses of the emulators."""
        environ = inherited_environ(**self._options.settings)
        if self.azurite is not None:
            environ["AzureWebJobsStorage"] = self.azurite.connection
        if self.emulator is not None:
            environ["GOOGLE_GEMINI_BASE_URL"] = self.emulator.url
            environ.setdefault("MODEL_IS_FREE", "true")
        # Only the environment selects the model: local.settings.json may name the emulator of Core Tools, which must
        # not get a real key. A variable that is set, even to "", is not read from there.
        environ.setdefault("GOOGLE_GEMINI_BASE_URL", "")
        environ.setdefault("MODEL_IS_FREE", "")
        if environ["GOOGLE_GEMINI_BASE_URL"] and not environ.get("GEMINI_API_KEY"):
            # The SDK needs some key; another server need not check it.
            environ["GEMINI_API_KEY"] = _EMULATOR_KEY
        return environ
