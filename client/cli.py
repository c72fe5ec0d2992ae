"""The command line: `python -m client generate STORY` and `python -m client attach ID`.

Exit status: 0 the comic is complete; 1 something of it is missing, or nothing came of it; 2 wrong usage;
130 interrupted by Ctrl-C, and the generation goes on without its reader.
"""

import argparse
import asyncio
import io
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from client.comic_folder import ComicFolder, generation_in, is_writable
from client.ending import Ending, describe
from client.errors import ClientError, ConnectionLost, Refused, Unreachable
from client.inputs import UsageError, read_request
from client.manga_client import DEFAULT_URL, MangaClient
from client.pdf import write_comic
from client.reader import ComingBack, GenerationReader
from client.safe_text import file_name, one_line
from client.show import Show, coming_back_line, open_show
from shared.models.messages import StreamMessage, is_last
from shared.models.requests import GenerateMangaRequest
from shared.models.story import Style

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Options:
    """What was asked for. Either `request` or `generation_id` is set."""

    url: str
    key: str | None
    out: Path | None
    style: Style
    request: GenerateMangaRequest | None
    generation_id: str | None


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run one command and return its exit status."""
    _print_any_script()
    parser = build_parser(environ)
    arguments = parser.parse_args(argv)
    try:
        options = _read_options(arguments)
    except UsageError as error:
        _complain(f"{parser.prog}: {error}")
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return Watching(options).run()


def build_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = argparse.ArgumentParser(prog="python -m client", description="Turn a story into a comic, and keep it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--out", type=Path, metavar="DIR", help="folder for the comic (default: out/<id>)")
    url = environ.get("MANGA_URL") or DEFAULT_URL
    shared.add_argument("--url", default=url, help="where the app runs (default: MANGA_URL, or %(default)s)")
    key = environ.get("MANGA_KEY") or None
    shared.add_argument("--key", default=key, help="the app's function key (default: MANGA_KEY)")
    styles: tuple[Style, ...] = ("manga", "comic")

    generate = commands.add_parser("generate", parents=[shared], help="start a generation and receive its comic")
    generate.add_argument("story", metavar="STORY", help="a UTF-8 text file, or - for standard input")
    generate.add_argument("--style", choices=styles, default="manga")
    generate.add_argument("--no-dialogue", action="store_true", help="no speech in the panels")
    for kind in ("character", "setting"):
        text = f"a PNG, JPEG or WebP image of a {kind}; can be given several times"
        generate.add_argument(f"--{kind}", action="append", default=[], metavar="NAME=FILE", help=text)

    attach = commands.add_parser("attach", parents=[shared], help="receive a generation that was started before")
    attach.add_argument("generation_id", metavar="ID", help="the generation's id")
    reading = "which way the pages of comic.pdf are read: manga (default) from right to left"
    attach.add_argument("--style", choices=styles, default="manga", help=reading)
    return parser


def _read_options(arguments: argparse.Namespace) -> Options:
    _check_connection(arguments.url, arguments.key)
    generation_id: str | None = None
    request: GenerateMangaRequest | None = None
    if arguments.command == "attach":
        generation_id = arguments.generation_id
    else:
        request = read_request(
            arguments.story,
            arguments.style,
            no_dialogue=arguments.no_dialogue,
            characters=arguments.character,
            settings=arguments.setting,
        )
    if arguments.out is not None:
        _check_folder(arguments.out, generation_id)
    return Options(arguments.url, arguments.key, arguments.out, arguments.style, request, generation_id)


def _check_connection(url: str, key: str | None) -> None:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"--url {url!r} is no URL: {error}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise UsageError(f"--url {url!r} is no URL of an app: give it like {DEFAULT_URL}.")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise UsageError("--key (or MANGA_KEY) holds characters that no function key has.")


def _check_folder(out: Path, generation_id: str | None) -> None:
    if not is_writable(out):
        raise UsageError(f"--out {str(out)!r} is no folder that can be written to.")
    if (there := generation_in(out)) is not None and there != generation_id:
        raise UsageError(f"--out {str(out)!r} already holds the comic {there}: choose another folder.")


class Watching:
    """One run of a command: receives a generation into its folder, and says how it went."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._reader: GenerationReader | None = None
        self._folder: ComicFolder | None = None

    def run(self) -> int:
        """Return the exit status."""
        try:
            return asyncio.run(self._run())
        except KeyboardInterrupt:
            _complain(f"\nInterrupted. {self._how_to_come_back()}")
            return INTERRUPTED
        except UsageError as error:
            _complain(str(error))
            return USAGE
        except ClientError as error:
            _complain(self._explain(error))
            return FAILED
        except OSError as error:
            _complain(f"Can't write the comic: {error}. {self._how_to_come_back()}")
            return FAILED
        finally:
            if self._folder is not None:
                self._folder.close()

    async def _run(self) -> int:
        options = self._options
        with open_show(Console()) as show:

            def tell_of_interruption(news: ComingBack) -> None:
                if news.delay_s > 0:
                    show.say(coming_back_line(news))

            async with MangaClient(options.url, key=options.key, on_coming_back=tell_of_interruption) as client:
                if options.request is not None:
                    self._reader = client.starting(options.request)
                else:
                    self._reader = client.following(str(options.generation_id))
                ending = await self._receive(self._reader, show)
        return self._finish(ending)

    async def _receive(self, reader: GenerationReader, show: Show) -> Ending:
        last: StreamMessage | None = None
        async with aclosing(reader.lines()) as lines:
            async for line in lines:
                folder = self._folder or self._open_folder(line.message.generation_id, show)
                folder.receive(line)
                show.tell(line.message)
                if is_last(line.message):
                    last = line.message
        return Ending(last, self._folder)

    def _open_folder(self, generation_id: str, show: Show) -> ComicFolder:
        path = self._options.out or Path("out") / file_name(generation_id)
        self._folder = ComicFolder(path)
        show.say(f"generation {one_line(generation_id)}, into {path}")
        return self._folder

    def _finish(self, ending: Ending) -> int:
        folder = self._folder
        if folder is not None and folder.panels:
            print(f"comic: {write_comic(folder, self._options.style)}")
        trouble = describe(ending, f"  {self._retry_command()}\n  {self._attach_command()}")
        if trouble is None:
            return OK
        _complain(trouble)
        return FAILED

    def _explain(self, error: ClientError) -> str:
        url = self._options.url
        match error:
            case Unreachable():
                return f"{error}\nIs the app running at {url}? Start it with: make run"
            case ConnectionLost():
                return f"{error}\n{self._how_to_come_back()}"
            case Refused():
                return _explain_refusal(error)
            case _:
                return f"{error}\nIs this app's address {url}? If it is, update this client."

    def _how_to_come_back(self) -> str:
        if self._generation_id is None:
            return "The app had not told the generation's id yet: if the story reached it, it is drawn unseen."
        return f"The generation goes on. Come back with:\n  {self._attach_command()}"

    @property
    def _generation_id(self) -> str | None:
        return self._reader.generation_id if self._reader else None

    def _attach_command(self) -> str:
        options = self._options
        command = ["python", "-m", "client", "attach", str(self._generation_id), "--url", options.url]
        if options.out is not None:
            command += ["--out", str(options.out)]
        if options.style != "manga":
            command += ["--style", options.style]
        return shlex.join(command)

    def _retry_command(self) -> str:
        address = f"{self._options.url.rstrip('/')}/api/generations/{self._generation_id}/retry"
        key = ' -H "x-functions-key: $MANGA_KEY"' if self._options.key else ""
        return f"curl -X POST{key} {shlex.quote(address)}"


def _explain_refusal(error: Refused) -> str:
    lines = [f"The app refused ({error.status}, {error.code}): {one_line(error.message)}"]
    lines += [f"  {one_line(problem.field)}: {one_line(problem.message)}" for problem in error.details]
    if error.status in {401, 403}:
        lines.append("Give the app's function key with --key, or set MANGA_KEY.")
    return "\n".join(lines)


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_any_script() -> None:
    """Names may be in any script, and a terminal's encoding may not have it: lose a letter, not the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
