"""How long the host takes until it serves the app, beside an app that does nothing, with the same packages."""

import sys
import tempfile
import time
from pathlib import Path

from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import APPS
from tools.devstack.processes import inherited_environ, start
from tools.devstack.stack import REPOSITORY

_ROUNDS = 5
_LIMIT_S = 1.5
_TIMEOUT_S = 120


def measure() -> Report:
    """Start the host with both apps in turn."""
    ours_s: list[float] = []
    empty_s: list[float] = []
    for number in range(_ROUNDS + 1):
        empty, ours = _start_s(APPS / "empty"), _start_s(REPOSITORY)
        if number:  # the first of each fills the caches: of the disk, and of Python
            empty_s.append(empty)
            ours_s.append(ours)
    more_s = [ours - empty for ours, empty in zip(ours_s, empty_s, strict=True)]
    return Report(
        row="cold-start",
        figures=[
            Figure("start of the app, over that of an empty app", "s", more_s, _LIMIT_S),
            Figure("start of the app", "s", ours_s),
            Figure("start of an empty app", "s", empty_s),
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
