"""Runs one command, from its arguments to its exit status."""

import asyncio
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from client.cli.arguments import UsageError, read_connection
from client.cli.call_job import CallJob
from client.cli.chapters_job import ChaptersJob
from client.cli.commands import Attach, Command, Generate, Redo, Retry
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, explain
from client.cli.parser import build_parser
from client.cli.price_check import PriceCheck
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
    if isinstance(command, Generate | Retry):
        check = PriceCheck(connection, command)
        agreed = _run(check.run, check.advice_after, connection)
        if agreed != ExitStatus.OK:
            return agreed
    with closing(_job(connection, command)) as job:
        return _run(lambda: asyncio.run(job.run()), job.advice_after, connection)


def _job(connection: Connection, command: Command) -> StreamJob | ChaptersJob | CallJob:
    match command:
        case Generate() if command.request.chapters is not None:
            return ChaptersJob(connection, command)
        case Generate() | Attach() | Retry(wait=True) | Redo(wait=True):
            return StreamJob(connection, command)
        case _:
            return CallJob(connection, command)


def _run(
    run: Callable[[], ExitStatus], advice_after: Callable[[BaseException], str], connection: Connection
) -> ExitStatus:
    try:
        return run()
    except KeyboardInterrupt as interrupt:
        _print_error(f"\nInterrupted. {advice_after(interrupt)}".rstrip())
        return ExitStatus.INTERRUPTED
    except ClientError as error:
        _print_error(f"{explain(error, connection)}\n{advice_after(error)}".rstrip())
        return ExitStatus.FAILED
    except OSError as error:
        _print_error(f"Can't write the comic: {error}. {advice_after(error)}".rstrip())
        return ExitStatus.FAILED


def _print_error(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _replace_unprintable_characters() -> None:
    """Names may be in any script: a character that the terminal's encoding lacks must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
