"""Starting our programs, waiting for what they do, and seeing what they leave behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.devstack.stack import REPOSITORY

PATIENCE_S = 60


def wait_for[T](look: Callable[[], T], what: str) -> T:
    """Return what `look` sees as soon as it is something."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not (seen := look()):
        assert time.monotonic() < give_up_at, f"waited in vain for {what}: {seen!r}"
        time.sleep(0.02)
    return seen


@contextmanager
def devstack(*arguments: str | Path, environ: Mapping[str, str], log: Path) -> Generator[subprocess.Popen[bytes]]:
    """Run `python -m tools.devstack` with its output in a file; it does not outlive the test."""
    command = [sys.executable, "-m", "tools.devstack", *map(str, arguments)]
    with log.open("wb") as output:
        program = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def processes_naming(path: Path) -> list[str]:
    """Return the command lines of all processes, but our own, that name a path."""
    lines = (_command_line(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [line for line in lines if str(path) in line]


def _command_line(pid: int) -> str:
    if pid == os.getpid():
        return ""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""  # it ended while we looked
