"""Explanations of errors, and commands to run next."""

import math
import shlex
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from client.errors import ClientError, ConnectionLost, Refused, TranslationFailed, Unreachable
from shared.text.clean import one_line

PROGRAM = "python -m client"
_FUNCTION_KEY = "Pass the app's function key (for admin its master key) with --key, or set MANGA_KEY."
_UNITS = ((7200, 3600, "h"), (120, 60, "min"), (0, 1, "s"))
"""Shortest duration in seconds, length in seconds and name of each unit."""


@dataclass(frozen=True)
class Connection:
    """The app's URL, and the function key if it needs one."""

    url: str
    key: str | None


def suggest(connection: Connection, *words: str, out: Path | None = None) -> str:
    """Return another command for the same app. The key is left out, because it is a secret."""
    command = [*PROGRAM.split(), *words, "--url", connection.url]
    if out is not None:
        command += ["--out", str(out)]
    return shlex.join(command)


def suggest_status(connection: Connection, generation_id: str) -> str:
    """Return what to do after a change whose answer was lost."""
    command = suggest(connection, "status", generation_id)
    return f"It is unknown whether the app received the request. Check with:\n  {command}"


def explain(error: ClientError, connection: Connection) -> str:
    """Return an error's message and what to do about it."""
    match error:
        case Unreachable():
            return f"{error}\nIs the app running at {connection.url}? Start it with: make run"
        case ConnectionLost() | TranslationFailed():
            return str(error)
        case Refused():
            return _explain_refusal(error, connection.key)
        case _:
            return f"{error}\nIs {connection.url} the app's URL? If it is, update this client."


def _explain_refusal(error: Refused, key: str | None) -> str:
    lines = [f"The app refused the request ({error.status}, {one_line(error.code)}): {one_line(error.message)}"]
    lines += [f"  {one_line(problem.field)}: {one_line(problem.message)}" for problem in error.details]
    if error.retry_after_s is not None:
        lines.append(f"Try again in {_duration(error.retry_after_s)}.")
    lines += _key_advice(error.status, key)
    return "\n".join(lines)


def _key_advice(status: int, key: str | None) -> list[str]:
    """Return what to do about the key.

    On the platform, 401 means no key or a wrong one, and 403 a valid key of a lower level. The app's own admin routes
    answer both with 401.
    """
    if status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return []
    if key is None:
        return [f"No key was given. {_FUNCTION_KEY}"]
    if status == HTTPStatus.FORBIDDEN:
        return ["This key is valid, but its level is too low. Pass the app's master key with --key, or set MANGA_KEY."]
    return [f"This key is wrong, or its level is too low. {_FUNCTION_KEY}"]


def _duration(seconds: float) -> str:
    """Round up, because a request that is sent too early is refused again."""
    unit_s, name = next((unit_s, name) for from_s, unit_s, name in _UNITS if seconds >= from_s)
    return f"{math.ceil(seconds / unit_s)} {name}"
