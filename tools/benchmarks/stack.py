"""The app under measurement: storage, host, and the model of the row's choice."""

import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.devstack.processes import inherited_environ, port_in, start
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

APPS = REPOSITORY / "tools" / "benchmarks" / "apps"
# One client sends all of a row's requests, which no client of a real app would.
NO_LIMITS = {"REQUESTS_PER_MINUTE": "0", "GENERATIONS_PER_DAY": "0", "MAX_RUNNING_GENERATIONS": "0"}
_START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class AppOptions:
    """How the app is started. `model_url` is where its model is; without one the emulator is started for it."""

    script_root: Path = REPOSITORY
    model_url: str | None = None
    emulator_arguments: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    host_output_shown: bool = False


@contextmanager
def running_app(options: AppOptions) -> Generator[Stack]:
    """Run the app with fresh state, which is removed afterwards."""
    settings = {**NO_LIMITS, **options.settings}
    if options.model_url is not None:
        settings["GOOGLE_GEMINI_BASE_URL"] = options.model_url
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        stack_options = StackOptions(
            Path(data),
            settings=settings,
            emulator_arguments=options.emulator_arguments,
            emulator_wanted=options.model_url is None,
            script_root=options.script_root,
            host_output_shown=options.host_output_shown,
        )
        with Stack(stack_options) as stack:
            yield stack


@dataclass(frozen=True, slots=True)
class Program:
    """A running program of the suite's own."""

    url: str
    pid: int


@contextmanager
def running_stub(*arguments: str) -> Generator[str]:
    """Run a model stub (see `benchmarks.model_stub`) and give its address."""
    with running_program("The model stub", "tools.benchmarks.model_stub", *arguments) as stub:
        yield stub.url


@contextmanager
def running_program(
    name: str, module: str, *arguments: str, environ: Mapping[str, str] | None = None
) -> Generator[Program]:
    """Run a module that serves and says on which port in its `--ready-file`.

    Its environment is ours unless one is given.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        ready = Path(data) / "ready.json"
        command = [sys.executable, "-m", module, "--ready-file", ready, *arguments]
        child = start(name, command, environ or inherited_environ(), REPOSITORY, Path(data) / "log")
        try:
            child.wait_until(ready.exists, _START_TIMEOUT_S)
            yield Program(f"http://127.0.0.1:{port_in(ready)}", child.pid)
        finally:
            child.stop()


def host_pid(stack: Stack) -> int:
    """Return the host's process id."""
    if stack.host is None:
        raise RuntimeError("The host does not run.")
    return stack.host.pid
