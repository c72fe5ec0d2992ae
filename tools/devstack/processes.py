"""Child processes: started, waited for until they are ready, and ended with this process."""

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
    """A running process. `log` is where its output goes; None if it shares ours."""

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
        """Send SIGTERM, and SIGKILL after a timeout; return the process's status."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self._ended()

    def kill(self) -> int:
        """Kill the process and its children, as a crash would; return its status."""
        return self._ended()

    def _ended(self) -> int:
        """Kill the rest of the process's session, and return the process's status."""
        if not self._is_cleared:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            # From now on the system may reuse the number.
            self._is_cleared = True
        return self.process.wait()

    def _log_tail(self) -> str:
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return "\n".join(["", f"The end of {self.log}:", *lines])


def start(
    name: str,
    command: Sequence[str | Path],
    environ: Mapping[str, str],
    cwd: Path,
    log: Path | None,
    *,
    may_ask: bool = False,
) -> Child:
    """Start a process in its own session, so that Ctrl-C does not reach it directly.

    Its input is empty, unless it `may_ask` the user.
    """
    with ExitStack() as ours:
        output = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            # The child inherits the handle; ours is closed.
            output = ours.enter_context(log.open("ab"))
        process = subprocess.Popen(  # noqa: S603 - our own programs, from this repository
            [str(part) for part in command],
            cwd=cwd,
            env=dict(environ),
            stdin=None if may_ask else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads run yet
        )
    return Child(name, process, log)


def _end_with_parent() -> None:
    """Get SIGTERM from the kernel when the parent dies, so that the storage still saves its state."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """Return a TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers_on(port: int) -> bool:
    """Whether something listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_in(ready_file: Path) -> int | None:
    """Return the port that a process has written into its ready file, or None if it has not yet."""
    return int(json.loads(ready_file.read_text())["port"]) if ready_file.exists() else None


def inherited_environ(**changes: str) -> dict[str, str]:
    """Return our environment with changes; Python programs do not buffer their output."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **changes}
