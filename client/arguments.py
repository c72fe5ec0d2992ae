"""From the words of the command line to a checked command."""

import argparse
import ntpath
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import httpx

from client.comic_folder import generation_in, is_writable
from client.commands import (
    Administered,
    AdminList,
    AdminMeasure,
    Attach,
    Cancel,
    Command,
    Connection,
    Delete,
    Estimate,
    Export,
    Generate,
    Redo,
    Retry,
    Status,
)
from client.inputs import UsageError, read_request
from client.manga_client import DEFAULT_URL
from shared.models.http.requests import GenerateMangaRequest

ON_WINDOWS = os.name == "nt"


def read_connection(arguments: argparse.Namespace) -> Connection:
    """Return where the app is.

    Raises:
        UsageError: the URL or the key can't be one.
    """
    url, key = str(arguments.url), cast("str | None", arguments.key)
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"--url {url!r} is no URL: {error}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise UsageError(f"--url {url!r} is no URL of an app: give it like {DEFAULT_URL}.")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise UsageError("--key (or MANGA_KEY) holds characters that no function key has.")
    return Connection(url, key)


def read_command(arguments: argparse.Namespace) -> Command:
    """Return what is to be done, with the files that it names read.

    Raises:
        UsageError: a file or a folder that it names can't be used.
    """
    return _READERS[arguments.command](arguments)


def _read_generate(arguments: argparse.Namespace) -> Generate:
    return Generate(_read_request(arguments), _folder(arguments))


def _read_estimate(arguments: argparse.Namespace) -> Estimate:
    return Estimate(_read_request(arguments))


def _read_request(arguments: argparse.Namespace) -> GenerateMangaRequest:
    return read_request(
        arguments.story,
        arguments.style,
        no_dialogue=arguments.no_dialogue,
        characters=arguments.character,
        settings=arguments.setting,
    )


def _read_attach(arguments: argparse.Namespace) -> Attach:
    return Attach(arguments.generation_id, _folder(arguments))


def _read_status(arguments: argparse.Namespace) -> Status:
    return Status(arguments.generation_id)


def _read_cancel(arguments: argparse.Namespace) -> Cancel:
    return Cancel(arguments.generation_id)


def _read_retry(arguments: argparse.Namespace) -> Retry:
    return Retry(arguments.generation_id, _folder(arguments), wait=not arguments.no_wait)


def _read_redo(arguments: argparse.Namespace) -> Redo:
    return Redo(
        arguments.generation_id,
        arguments.kind,
        arguments.number - 1,
        arguments.instructions,
        _folder(arguments),
        wait=not arguments.no_wait,
    )


def _read_export(arguments: argparse.Namespace) -> Export:
    out = cast("Path | None", arguments.out)
    if out is not None:
        _check_writable(out if out.is_dir() else out.parent, out)
    return Export(arguments.generation_id, arguments.format, arguments.direction, out)


def _read_delete(arguments: argparse.Namespace) -> Delete:
    return Delete(arguments.generation_id)


def _read_admin(arguments: argparse.Namespace) -> Administered:
    if arguments.view == "metrics":
        return AdminMeasure(arguments.hours)
    return AdminList(arguments.status, arguments.limit, arguments.token)


_READERS: dict[str, Callable[[argparse.Namespace], Command]] = {
    "generate": _read_generate,
    "estimate": _read_estimate,
    "attach": _read_attach,
    "status": _read_status,
    "cancel": _read_cancel,
    "retry": _read_retry,
    "redo": _read_redo,
    "export": _read_export,
    "delete": _read_delete,
    "admin": _read_admin,
}


def _folder(arguments: argparse.Namespace) -> Path | None:
    """Return the folder that was asked for, unless another generation's comic is in it."""
    out = cast("Path | None", arguments.out)
    if out is None:
        return None
    _check_writable(out, out)
    generation_id = cast("str | None", getattr(arguments, "generation_id", None))
    if (there := generation_in(out)) is not None and there != generation_id:
        raise UsageError(f"--out {str(out)!r} already holds the comic {there}: choose another folder.")
    return out


def _check_writable(folder: Path, given: Path) -> None:
    if ON_WINDOWS and ntpath.isreserved(given):
        # https://learn.microsoft.com/windows/win32/fileio/naming-a-file
        raise UsageError(f"--out {str(given)!r} has a name that Windows reserves: choose another one.")
    if not is_writable(folder):
        raise UsageError(f"--out {str(given)!r} is no place that can be written to.")
