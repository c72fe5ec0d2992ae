"""The command line's grammar: its commands and options, and the help that they show."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from client.exit_status import MEANINGS
from client.export import DIRECTIONS, EXPORT_FORMATS
from client.manga_client import DEFAULT_URL
from shared.models.http.admin import GenerationStatus
from shared.models.story import Style

PROGRAM = "python -m client"

_STYLES: tuple[Style, ...] = ("manga", "comic")
_STATUSES: tuple[GenerationStatus, ...] = ("running", "completed", "failed", "cancelled")
_LARGEST_NUMBER = 9999


type _Part = Callable[[argparse.ArgumentParser], None]


def build_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the grammar; `environ` gives the defaults of `--url` and `--key`."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Turn a story into a comic, and keep it.",
        epilog=MEANINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, does: str, *parts: _Part) -> None:
        command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        for add_part in parts:
            add_part(command)
        _choose_app(command, environ)

    add("generate", "start a generation and receive its comic", _give_story, _choose_folder)
    add("estimate", "tell what a generation would take and cost, and start nothing", _give_story)
    add("attach", "receive a generation that was started before", _name_generation, _choose_folder)
    add("status", "tell how a generation stands", _name_generation)
    add("cancel", "stop a generation; what is finished stays", _name_generation)
    add("retry", "have what is missing drawn, and receive the comic", _name_generation, _choose_folder, _choose_to_wait)
    redo = "have one image drawn again, and receive the comic"
    add("redo", redo, _name_generation, _name_image, _choose_folder, _choose_to_wait)
    add("export", "save a comic as one file", _name_generation, _choose_file)
    add("delete", "remove a generation from the app; files that were received stay", _name_generation)
    add("admin", "show all generations, or how the app is doing; needs the master key", _choose_view)
    return parser


def _give_story(command: argparse.ArgumentParser) -> None:
    story = "a text file (UTF-8, UTF-16 or Windows-1252), or - for standard input"
    command.add_argument("story", metavar="STORY", help=story)
    command.add_argument("--style", choices=_STYLES, default="manga", help="how it is drawn (default: %(default)s)")
    command.add_argument("--no-dialogue", action="store_true", help="no speech in the panels")
    for kind in ("character", "setting"):
        text = f"a PNG, JPEG or WebP image of a {kind}; can be given several times"
        command.add_argument(f"--{kind}", action="append", default=[], metavar="NAME=FILE", help=text)


def _name_image(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", choices=("panel", "character"), help="what is drawn again")
    number = "which one: the number that its file's name begins with"
    command.add_argument("number", type=_read_number, metavar="NUMBER", help=number)
    command.add_argument("--instructions", metavar="TEXT", help="what should be different this time")


def _choose_file(command: argparse.ArgumentParser) -> None:
    formats = "pdf and cbz: comic pages; zip: all images; png: one image to share (default: %(default)s)"
    command.add_argument("--format", choices=EXPORT_FORMATS, default="pdf", help=formats)
    direction = "which way its pages are read (default: manga from right to left, comic from left to right)"
    command.add_argument("--direction", choices=DIRECTIONS, help=direction)
    out = "the file, or a folder that is there (default: out/<id>/comic.<format>)"
    command.add_argument("--out", type=Path, metavar="PATH", help=out)


def _name_generation(command: argparse.ArgumentParser) -> None:
    command.add_argument("generation_id", metavar="ID", help="the generation's id")


def _choose_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="DIR", help="folder for the comic (default: out/<id>)")


def _choose_view(command: argparse.ArgumentParser) -> None:
    command.add_argument("view", choices=("generations", "metrics"), help="what is shown")
    command.add_argument("--status", choices=_STATUSES, help="of generations: only those that stand so")
    limit = "of generations: how many at most (default: %(default)s, up to 100)"
    command.add_argument("--limit", type=_read_number, default=50, metavar="N", help=limit)
    command.add_argument("--token", metavar="TOKEN", help="of generations: go on behind the page that told it")
    hours = "of metrics: how many hours back (default: %(default)s, up to 744)"
    command.add_argument("--hours", type=_read_number, default=24, metavar="N", help=hours)


def _choose_to_wait(command: argparse.ArgumentParser) -> None:
    command.add_argument("--no-wait", action="store_true", help="only start it, and receive nothing")


def _choose_app(command: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    url = environ.get("MANGA_URL") or DEFAULT_URL
    command.add_argument("--url", default=url, help="where the app runs (default: MANGA_URL, or %(default)s)")
    key = environ.get("MANGA_KEY") or None
    command.add_argument("--key", default=key, help="the app's function key (default: MANGA_KEY)")


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= _LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_LARGEST_NUMBER}")
    return int(text)
