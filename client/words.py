"""What the command line says of errors, and the commands that it suggests."""

import math
import shlex
from pathlib import Path

from client.commands import Connection
from client.errors import ClientError, ConnectionLost, Refused, Unreachable
from client.grammar import PROGRAM
from client.safe_text import one_line

_FORBIDDEN = frozenset({401, 403})
_UNITS = ((7200, 3600, "h"), (120, 60, "min"), (0, 1, "s"))
"""From how many seconds on a duration is told in units of how many."""


def suggest(connection: Connection, *words: str, out: Path | None = None) -> str:
    """Return a further command to the same app. The key is left out: it is a secret."""
    command = [*PROGRAM.split(), *words, "--url", connection.url]
    if out is not None:
        command += ["--out", str(out)]
    return shlex.join(command)


def explain(error: ClientError, connection: Connection) -> str:
    """Return an error's sentence and what to do about it."""
    match error:
        case Unreachable():
            return f"{error}\nIs the app running at {connection.url}? Start it with: make run"
        case ConnectionLost():
            return str(error)
        case Refused():
            return _explain_refusal(error)
        case _:
            return f"{error}\nIs this app's address {connection.url}? If it is, update this client."


def _explain_refusal(error: Refused) -> str:
    lines = [f"The app refused ({error.status}, {one_line(error.code)}): {one_line(error.message)}"]
    lines += [f"  {one_line(problem.field)}: {one_line(problem.message)}" for problem in error.details]
    if error.retry_after_s is not None:
        lines.append(f"It asks to wait for {_duration(error.retry_after_s)}.")
    if error.status in _FORBIDDEN:
        lines.append("Give the app's function key with --key, or set MANGA_KEY.")
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    """Round up: who comes back too early is refused again."""
    unit_s, name = next((unit_s, name) for from_s, unit_s, name in _UNITS if seconds >= from_s)
    return f"{math.ceil(seconds / unit_s)} {name}"
