"""The app under measurement, with the model stub in place of the model."""

import shutil
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.devstack.processes import inherited_environ, port_in, start
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

# One client sends all requests of a row, which no client of a real app would.
_NO_LIMITS = {"REQUESTS_PER_MINUTE": "0", "GENERATIONS_PER_DAY": "0", "MAX_RUNNING_GENERATIONS": "0"}
_START_TIMEOUT_S = 60


@contextmanager
def running_app(
    model_url: str, script_root: Path = REPOSITORY, settings: Mapping[str, str] | None = None
) -> Generator[Stack]:
    """Run the app with a new state, which is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        environ = {**_NO_LIMITS, "GOOGLE_GEMINI_BASE_URL": model_url, **(settings or {})}
        options = StackOptions(Path(data), settings=environ, emulator_wanted=False, script_root=script_root)
        with Stack(options) as stack:
            yield stack


@contextmanager
def running_stub(*arguments: str) -> Generator[str]:
    """Run the model stub and yield its address."""
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        ready = Path(data) / "ready.json"
        command = [sys.executable, "-m", "tools.benchmarks.model_stub", "--ready-file", ready, *arguments]
        child = start("The model stub", command, inherited_environ(), REPOSITORY, Path(data) / "log")
        try:
            child.wait_until(ready.exists, _START_TIMEOUT_S)
            yield f"http://127.0.0.1:{port_in(ready)}"
        finally:
            child.stop()


@contextmanager
def script_root_of(module: str) -> Generator[Path]:
    """Yield a folder with one of `tools/benchmarks/apps` as its function app, and the app's own host.json."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        shutil.copy(REPOSITORY / "host.json", folder)
        shutil.copy(Path(__file__).parent / "apps" / f"{module}.py", Path(folder) / "function_app.py")
        yield Path(folder)


def host_pid(stack: Stack) -> int:
    """Return the host's process id."""
    if stack.host is None:
        raise RuntimeError("The host is not running.")
    return stack.host.pid
