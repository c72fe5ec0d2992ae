"""What the command line says of errors, and the commands that it suggests."""

import math
import shlex
from http import HTTPStatus
from pathlib import Path

from client.commands import Connection
from client.errors import ClientError, ConnectionLost, Refused, Unreachable
from client.grammar import PROGRAM
from shared.text.clean import one_line

_FUNCTION_KEY = "Give the app's function key (for admin its master key) with --key, or set MANGA_KEY."
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
            return _explain_refusal(error, connection.key)
        case _:
            return f"{error}\nIs this app's address {connection.url}? If it is, update this client."


def _explain_refusal(error: Refused, key: str | None) -> str:
    lines = [f"The app refused ({error.status}, {one_line(error.code)}): {one_line(error.message)}"]
    lines += [f"  {one_line(problem.field)}: {one_line(problem.message)}" for problem in error.details]
    if error.retry_after_s is not None:
        lines.append(f"It asks to wait for {_duration(error.retry_after_s)}.")
    lines += _key_advice(error.status, key)
    return "\n".join(lines)


def _key_advice(status: int, key: str | None) -> list[str]:
    """Return what to do about the key.

    On the platform 401 means no key or a wrong one, 403 a valid key of a lower level. The app's own addresses answer
    401 to that one, too.
    """
    if status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return []
    if key is None:
        return [f"No key was given. {_FUNCTION_KEY}"]
    if status == HTTPStatus.FORBIDDEN:
        return ["This key is valid, but it does not open this. Give the app's master key with --key, or set MANGA_KEY."]
    return [f"This key is wrong, or it does not open this. {_FUNCTION_KEY}"]


def _duration(seconds: float) -> str:
    """Round up: who comes back too early is refused again."""
    unit_s, name = next((unit_s, name) for from_s, unit_s, name in _UNITS if seconds >= from_s)
    return f"{math.ceil(seconds / unit_s)} {name}"
