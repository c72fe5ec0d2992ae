"""Runs the command line as a process."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[3]


class Ran(NamedTuple):
    status: int | None
    out: str
    err: str


type Command = Callable[..., Awaitable[Ran]]
"""Runs a command in this process."""


async def start(folder: Path, *arguments: str, **environ: str) -> Process:
    """Start a command with a story as its input."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MANGA_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "client",
        *arguments,
        cwd=folder,
        env=kept | {"PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "error"} | environ,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(b"The lamp went out.")
    process.stdin.write_eof()
    return process


async def run(folder: Path, *arguments: str, **environ: str) -> Ran:
    """Run a command to its end."""
    process = await start(folder, *arguments, **environ)
    out, err = await process.communicate()
    return Ran(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
