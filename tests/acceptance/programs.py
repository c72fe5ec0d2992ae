"""Starts our programs, and lists the processes that they leave behind."""

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.devstack.stack import REPOSITORY

PATIENCE_S = 60


@contextmanager
def devstack(
    *arguments: str | Path, environ: Mapping[str, str], log: Path, stdin: int = subprocess.DEVNULL
) -> Generator[subprocess.Popen[bytes]]:
    """Run `python -m tools.devstack` with its output in a file; it does not outlive the test."""
    command = [sys.executable, "-m", "tools.devstack", *map(str, arguments)]
    with log.open("wb") as output:
        program = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=dict(environ),
            stdin=stdin,
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
