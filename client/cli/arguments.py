"""Reads and checks the arguments of the commands."""

import argparse
import ntpath
import os
from pathlib import Path
from typing import cast

import httpx

from client.cli.inputs import UsageError, read_request
from client.cli.output.advice import Connection
from client.cli.output.comic_folder import generation_in, is_writable
from client.manga_client import DEFAULT_URL
from shared.models.http.requests import GenerateMangaRequest

ON_WINDOWS = os.name == "nt"


def read_connection(arguments: argparse.Namespace) -> Connection:
    """Return the app's URL and key.

    Raises:
        UsageError: the URL or the key is invalid.
    """
    url, key = str(arguments.url), cast("str | None", arguments.key)
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"--url {url!r} is not a URL: {error}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise UsageError(f"--url {url!r} is not an HTTP URL. Use one like {DEFAULT_URL}.")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise UsageError("--key (or MANGA_KEY) has characters that a function key can't have.")
    return Connection(url, key)


def story_request(arguments: argparse.Namespace) -> GenerateMangaRequest:
    """Return the request, with the files that the arguments name.

    Raises:
        UsageError: a file can't be used.
    """
    return read_request(
        arguments.story,
        arguments.style,
        no_dialogue=arguments.no_dialogue,
        characters=arguments.character,
        settings=arguments.setting,
        # An estimate is about the whole comic.
        stop_after=getattr(arguments, "stop_after", None),
        style_text=arguments.style_text,
        aspect=arguments.aspect,
        image_size=arguments.image_size,
        continues=arguments.continues,
        chapters=arguments.chapters,
        lettering=arguments.lettering,
        language=arguments.language,
    )


def comic_folder(arguments: argparse.Namespace) -> Path | None:
    """Return the folder of `--out`.

    Raises:
        UsageError: it can't be written to, or it holds another comic.
    """
    out = cast("Path | None", arguments.out)
    if out is None:
        return None
    _check_writable(out, out)
    generation_id = cast("str | None", getattr(arguments, "generation_id", None))
    if (existing := generation_in(out)) is not None and existing != generation_id:
        raise UsageError(f"--out {str(out)!r} already holds the comic {existing}. Choose another folder.")
    return out


def export_target(arguments: argparse.Namespace) -> Path | None:
    """Return the file or folder of `--out`.

    Raises:
        UsageError: it can't be written to.
    """
    out = cast("Path | None", arguments.out)
    if out is not None:
        _check_writable(out if out.is_dir() else out.parent, out)
    return out


def _check_writable(folder: Path, given: Path) -> None:
    if ON_WINDOWS and ntpath.isreserved(given):
        # https://learn.microsoft.com/windows/win32/fileio/naming-a-file
        raise UsageError(f"--out {str(given)!r} is a reserved name on Windows. Choose another one.")
    if not is_writable(folder):
        raise UsageError(f"--out {str(given)!r} can't be written to.")
