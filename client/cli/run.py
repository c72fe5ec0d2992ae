"""Runs one command, from its arguments to its exit status."""

import asyncio
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

from client.cli.arguments import UsageError, read_connection
from client.cli.call_job import CallJob
from client.cli.commands import Attach, Command, Generate, Redo, Retry
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, explain
from client.cli.parser import build_parser
from client.cli.stream_job import StreamJob
from client.errors import ClientError


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run one command and return its exit status."""
    _replace_unprintable_characters()
    parser = build_parser(environ)
    arguments = parser.parse_args(argv)
    try:
        connection = read_connection(arguments)
        command: Command = arguments.read(arguments)
    except UsageError as error:
        _print_error(f"{parser.prog}: {error}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    with closing(_job(connection, command)) as job:
        return _run(job, connection)


def _job(connection: Connection, command: Command) -> StreamJob | CallJob:
    match command:
        case Generate() | Attach() | Retry(wait=True) | Redo(wait=True):
            return StreamJob(connection, command)
        case _:
            return CallJob(connection, command)


def _run(job: StreamJob | CallJob, connection: Connection) -> ExitStatus:
    try:
        return asyncio.run(job.run())
    except KeyboardInterrupt as interrupt:
        _print_error(f"\nInterrupted. {job.advice_after(interrupt)}".rstrip())
        return ExitStatus.INTERRUPTED
    except ClientError as error:
        _print_error(f"{explain(error, connection)}\n{job.advice_after(error)}".rstrip())
        return ExitStatus.FAILED
    except OSError as error:
        _print_error(f"Can't write the comic: {error}. {job.advice_after(error)}".rstrip())
        return ExitStatus.FAILED


def _print_error(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _replace_unprintable_characters() -> None:
    """Names may be in any script: a character that the terminal's encoding lacks must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
