"""Time until the host serves the app, beside an app with one function and the same packages."""

import sys
import tempfile
import time
from pathlib import Path

from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import script_root_of
from tools.devstack.processes import inherited_environ, start
from tools.devstack.stack import REPOSITORY

_ROUNDS = 5
_LIMIT_S = 1.5
_TIMEOUT_S = 120


def measure() -> Report:
    """Start the host with both apps in turn; the first start of each only fills the disk cache."""
    with script_root_of("empty") as empty:
        _, *rounds = [(_start_s(empty), _start_s(REPOSITORY)) for _ in range(_ROUNDS + 1)]
    return Report(
        "cold-start",
        [
            Figure("start of the app, over that of an empty app", "s", [app - none for none, app in rounds], _LIMIT_S),
            Figure("start of the app", "s", [app for _, app in rounds]),
            Figure("start of an empty app", "s", [none for none, _ in rounds]),
        ],
    )


def _start_s(script_root: Path) -> float:
    """Start a host and return how many seconds passed until it served."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data, ready = Path(folder) / "data", Path(folder) / "ready.json"
        command = [sys.executable, "-m", "tools.devhost", "--port", "0", "--script-root", script_root, "--data", data]
        began_at_s = time.monotonic()
        host = start("The host", [*command, "--ready-file", ready], inherited_environ(), REPOSITORY, data / "log")
        try:
            host.wait_until(ready.exists, _TIMEOUT_S)
            return time.monotonic() - began_at_s
        finally:
            host.stop()
