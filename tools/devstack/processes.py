"""Child processes that are ready when they say so, and never outlive the one that started them."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.02
_LOG_TAIL_LINES = 20


class StartFailed(RuntimeError):
    """A process did not become ready; the message has the end of its log."""


@dataclass(slots=True)
class Child:
    """A process under way. `log` is where its output goes; None when it shares ours."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None = None
    _is_cleared: bool = False

    @property
    def pid(self) -> int:
        """The process's id."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def wait_until(self, is_ready: Callable[[], bool], timeout_s: float) -> None:
        """Return when the process is ready.

        Raises:
            StartFailed: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            if not self.is_running:
                raise StartFailed(f"{self.name} ended with status {self.process.returncode}.{self._log_tail()}")
            if time.monotonic() > deadline:
                self.stop()
                raise StartFailed(f"{self.name} was not ready within {timeout_s:g} s.{self._log_tail()}")
            time.sleep(_POLL_S)

    def stop(self, timeout_s: float = 10) -> int:
        """Ask the process to end, make it end if it does not, and return its status."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self._ended()

    def kill(self) -> int:
        """End the process and those that it has started as a crash would, without any notice."""
        return self._ended()

    def _ended(self) -> int:
        """End all that is left of the process's session, and return the process's own status."""
        if not self._is_cleared:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            # The system may give the number to another process from now on.
            self._is_cleared = True
        return self.process.wait()

    def _log_tail(self) -> str:
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return "\n".join(["", f"The end of {self.log}:", *lines])


def start(name: str, command: Sequence[str | Path], environ: Mapping[str, str], cwd: Path, log: Path | None) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches it only through us."""
    with ExitStack() as ours:
        output = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            # The child has its own handle of the log from its start on; ours is not kept.
            output = ours.enter_context(log.open("ab"))
        process = subprocess.Popen(  # noqa: S603 - our own programs, from this repository
            [str(part) for part in command],
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads run yet
        )
    return Child(name, process, log)


def _end_with_parent() -> None:
    """Ask the kernel for SIGTERM when our parent dies, however it dies: the storage then still saves its state."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """Return a TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers_on(port: int) -> bool:
    """Tell whether something listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_in(ready_file: Path) -> int | None:
    """Return the port that a process has written into its ready file, or None if it has not yet."""
    return int(json.loads(ready_file.read_text())["port"]) if ready_file.exists() else None


def inherited_environ(**changes: str) -> dict[str, str]:
    """Return our environment with changes; output of Python programs is not held back."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **changes}
