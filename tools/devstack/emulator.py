"""The model emulator as a process."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.devstack.processes import Child, inherited_environ, port_in, start

_START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    child: Child
    url: str


def start_emulator(repository: Path, ready: Path, log: Path, arguments: Sequence[str] = ()) -> Emulator:
    """Start the emulator on a free loopback port."""
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tools.gemini_emulator", "--port", "0", "--ready-file", ready, *arguments]
    child = start("The model emulator", command, inherited_environ(), repository, log)
    child.wait_until(ready.exists, _START_TIMEOUT_S)
    return Emulator(child, f"http://127.0.0.1:{port_in(ready)}")
