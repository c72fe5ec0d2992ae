"""The command line, from its words to its exit status (`client.exit_status`)."""

import asyncio
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

from client.administering import Administering
from client.arguments import read_command, read_connection
from client.asking import Asking
from client.commands import AdminList, AdminMeasure, Attach, Command, Connection, Generate, Redo, Retry
from client.errors import ClientError
from client.exit_status import ExitStatus
from client.grammar import build_parser
from client.inputs import UsageError
from client.job import Job
from client.watching import Watching
from client.words import explain


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run one command and return its exit status."""
    _print_any_script()
    parser = build_parser(environ)
    arguments = parser.parse_args(argv)
    try:
        connection = read_connection(arguments)
        command = read_command(arguments)
    except UsageError as error:
        _complain(f"{parser.prog}: {error}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    with closing(_job(connection, command)) as job:
        return _run(job, connection)


def _job(connection: Connection, command: Command) -> Job:
    match command:
        case Generate() | Attach() | Retry(wait=True) | Redo(wait=True):
            return Watching(connection, command)
        case AdminList() | AdminMeasure():
            return Administering(connection, command)
        case _:
            return Asking(connection, command)


def _run(job: Job, connection: Connection) -> ExitStatus:
    try:
        return asyncio.run(job.run())
    except KeyboardInterrupt as interrupt:
        _complain(f"\nInterrupted. {job.how_to_go_on(interrupt)}".rstrip())
        return ExitStatus.INTERRUPTED
    except UsageError as error:
        _complain(str(error))
        return ExitStatus.USAGE
    except ClientError as error:
        _complain(f"{explain(error, connection)}\n{job.how_to_go_on(error)}".rstrip())
        return ExitStatus.FAILED
    except OSError as error:
        _complain(f"Can't write the comic: {error}. {job.how_to_go_on(error)}".rstrip())
        return ExitStatus.FAILED


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_any_script() -> None:
    """Names may be in any script, and a terminal's encoding may not have it: lose a letter, not the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
