"""The argument parser: commands, options and their help."""

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path

from client.cli.arguments import comic_folder, export_target, story_request
from client.cli.commands import (
    Attach,
    Cancel,
    Choose,
    Command,
    Delete,
    Estimate,
    Export,
    Generate,
    ListGenerations,
    PutLettering,
    PutPlan,
    Redo,
    Retry,
    SaveLettering,
    SavePlan,
    Share,
    ShowMetrics,
    Status,
    Translate,
    Unshare,
)
from client.cli.exit_status import MEANINGS
from client.cli.inputs import UsageError, read_lettering_file, read_plan_file
from client.cli.output.advice import PROGRAM
from client.export import DIRECTIONS, EXPORT_FORMATS
from client.manga_client import DEFAULT_URL
from shared.models.http.admin import GenerationStatus
from shared.models.http.requests import Origin
from shared.models.lettering import LetteringMode
from shared.models.prices import IMAGE_SIZE, IMAGE_SIZES
from shared.models.story import Aspect, Style

_STYLES: tuple[Style, ...] = ("manga", "comic")
_ASPECTS: tuple[Aspect, ...] = ("auto", "square", "portrait", "landscape", "tall")
_LETTERING: tuple[LetteringMode, ...] = ("drawn", "text")
_ORIGINS: tuple[Origin, ...] = ("nothing", "current")
_STATUSES: tuple[GenerationStatus, ...] = ("running", "completed", "failed", "cancelled")
_LARGEST_NUMBER = 9999
_HELP = {
    "generate": "start a generation and save its comic",
    "estimate": "estimate the size, time and cost of a generation without starting it",
    "attach": "save the comic of a generation that was started earlier",
    "status": "show the state of a generation",
    "cancel": "stop a generation; finished images are kept",
    "retry": "draw the missing images and save the comic",
    "redo": "draw one image again and save the comic",
    "plan": "save the plan of a comic to edit it, or replace it by an edited one",
    "lettering": "save the words of a comic to edit them, or replace them by edited ones",
    "translate": "translate the words of a comic; no picture is drawn again",
    "choose": "let an earlier version of an image count again",
    "share": "make a link that anybody can read the comic with",
    "unshare": "revoke the link of a shared comic",
    "export": "save a comic as one file",
    "delete": "delete a generation from the app; files on this computer are kept",
    "admin": "list all generations or show metrics (requires the master key)",
}

type _Read = Callable[[argparse.Namespace], Command]
type _Options = Callable[[argparse.ArgumentParser], None]


def build_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the parser; `environ` has the defaults of `--url` and `--key`.

    `read` of the parsed arguments makes the command of them, or raises UsageError.
    """
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Turn a story into a comic and save it.",
        epilog=MEANINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, read: _Read, *options: _Options) -> None:
        does = _HELP[name]
        command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        command.set_defaults(read=read)
        for add_options in options:
            add_options(command)
        _add_connection(command, environ)

    add("generate", _read_generate, _add_story, _add_stop, _add_folder, _add_agreement)
    add("estimate", lambda given: Estimate(story_request(given)), _add_story)
    add("attach", lambda given: Attach(given.generation_id, comic_folder(given)), _add_id, _add_folder)
    add("status", lambda given: Status(given.generation_id), _add_id)
    add("cancel", lambda given: Cancel(given.generation_id), _add_id)
    add("retry", _read_retry, _add_id, _add_folder, _add_no_wait, _add_agreement)
    add("redo", _read_redo, _add_id, _add_image, _add_instructions, _add_folder, _add_no_wait)
    add("plan", _read_plan, _add_id, _add_plan)
    add("lettering", _read_lettering, _add_id, _add_lettering)
    add("translate", lambda given: Translate(given.generation_id, given.language), _add_id, _add_language)
    add("choose", _read_choose, _add_id, _add_image, _add_version)
    add("share", lambda given: Share(given.generation_id, given.days), _add_id, _add_days)
    add("unshare", lambda given: Unshare(given.generation_id), _add_id)
    add("export", _read_export, _add_id, _add_file)
    add("delete", lambda given: Delete(given.generation_id), _add_id)
    add("admin", _read_admin, _add_view)
    return parser


def _read_generate(given: argparse.Namespace) -> Generate:
    return Generate(story_request(given), comic_folder(given), max_price=given.max_price, is_agreed=given.yes)


def _read_retry(given: argparse.Namespace) -> Retry:
    return Retry(
        given.generation_id,
        comic_folder(given),
        wait=not given.no_wait,
        max_price=given.max_price,
        is_agreed=given.yes,
    )


def _read_plan(given: argparse.Namespace) -> SavePlan | PutPlan:
    if given.put is not None:
        return PutPlan(given.generation_id, read_plan_file(given.put))
    return SavePlan(given.generation_id, export_target(given))


def _read_lettering(given: argparse.Namespace) -> SaveLettering | PutLettering:
    if given.put is not None:
        return PutLettering(given.generation_id, read_lettering_file(given.put))
    return SaveLettering(given.generation_id, given.language, export_target(given))


def _read_export(given: argparse.Namespace) -> Export:
    return Export(
        given.generation_id, given.format, given.direction, given.chapters, given.language, export_target(given)
    )


def _read_redo(given: argparse.Namespace) -> Redo:
    if given.origin == "current" and not given.instructions:
        raise UsageError("--from current needs --instructions: say what to change in the current image.")
    return Redo(
        given.generation_id,
        given.kind,
        given.number - 1,
        given.instructions,
        given.origin,
        comic_folder(given),
        wait=not given.no_wait,
    )


def _read_choose(given: argparse.Namespace) -> Choose:
    return Choose(given.generation_id, given.kind, given.number - 1, given.version)


def _read_admin(given: argparse.Namespace) -> ListGenerations | ShowMetrics:
    if given.view == "metrics":
        return ShowMetrics(given.hours)
    return ListGenerations(given.status, given.limit, given.token)


def _add_story(command: argparse.ArgumentParser) -> None:
    story = "a text file (UTF-8, UTF-16 or Windows-1252), or - for standard input"
    command.add_argument("story", metavar="STORY", help=story)
    command.add_argument("--style", choices=_STYLES, default="manga", help="drawing style (default: %(default)s)")
    style_text = "how it is to be drawn, in up to 300 characters, such as 'ink wash, soft light'"
    command.add_argument("--style-text", metavar="TEXT", help=style_text)
    aspect = "shape of the panels (default: auto, by the camera angle of each)"
    command.add_argument("--aspect", choices=_ASPECTS, default="auto", help=aspect)
    size = "size of the images; larger ones cost more (default: %(default)s)"
    command.add_argument("--image-size", choices=IMAGE_SIZES, default=IMAGE_SIZE, help=size)
    command.add_argument("--no-dialogue", action="store_true", help="draw no speech bubbles")
    lettering = "text: the app sets the words, so that they can be edited and translated (default: %(default)s)"
    command.add_argument("--lettering", choices=_LETTERING, default="drawn", help=lettering)
    language = "language of the title and the words, as a BCP 47 tag such as ja or pt-BR (default: the story's)"
    command.add_argument("--language", metavar="TAG", help=language)
    command.add_argument("--continues", metavar="ID", help="draw the next chapter of this generation")
    chapters = "auto: cut a text of up to 3,000 words into chapters, which are drawn one after another"
    command.add_argument("--chapters", choices=("auto",), help=chapters)
    for kind in ("character", "setting"):
        text = f"a PNG, JPEG or WebP image of a {kind}; can be repeated"
        command.add_argument(f"--{kind}", action="append", default=[], metavar="NAME=FILE", help=text)


def _add_stop(command: argparse.ArgumentParser) -> None:
    stop = "stop after the plan; read and edit it with plan, and draw it with retry"
    command.add_argument("--stop-after", choices=("plan",), help=stop)


def _add_plan(command: argparse.ArgumentParser) -> None:
    way = command.add_mutually_exclusive_group()
    way.add_argument("--out", type=Path, metavar="FILE", help="the file for the plan (default: out/<id>/plan.json)")
    way.add_argument("--put", type=Path, metavar="FILE", help="replace the plan by the one in this file")


def _add_lettering(command: argparse.ArgumentParser) -> None:
    language = "language of the words, as status lists it (default: the comic's own)"
    command.add_argument("--lang", dest="language", metavar="TAG", help=language)
    way = command.add_mutually_exclusive_group()
    saved = "the file for the words (default: out/<id>/lettering-<language>.json)"
    way.add_argument("--out", type=Path, metavar="FILE", help=saved)
    way.add_argument("--put", type=Path, metavar="FILE", help="replace the words by those in this file")


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("language", metavar="LANGUAGE", help="the language, as a BCP 47 tag such as ja or pt-BR")


def _add_image(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", choices=("panel", "character"), help="the kind of image")
    command.add_argument(
        "number", type=_read_number, metavar="NUMBER", help="the number at the start of the image's file name"
    )


def _add_instructions(command: argparse.ArgumentParser) -> None:
    command.add_argument("--instructions", metavar="TEXT", help="what should be different")
    origin = "current: change only that in the current image; nothing: draw it afresh (default: %(default)s)"
    command.add_argument("--from", dest="origin", choices=_ORIGINS, default="nothing", help=origin)


def _add_version(command: argparse.ArgumentParser) -> None:
    version = "the version that counts from now on (status lists the versions)"
    command.add_argument("--version", type=_read_number, required=True, metavar="N", help=version)


def _add_days(command: argparse.ArgumentParser) -> None:
    days = "for how many days the link works (default: 30, or as long as the app keeps the comic)"
    command.add_argument("--days", type=_read_number, metavar="N", help=days)


def _add_file(command: argparse.ArgumentParser) -> None:
    formats = (
        "pdf, cbz and epub: comic pages; webtoon: strips to scroll; zip: all images; png: one image to share; "
        "json: texts, places and links (default: %(default)s)"
    )
    command.add_argument("--format", choices=EXPORT_FORMATS, default="pdf", help=formats)
    direction = "reading direction (default: manga right to left, comic left to right)"
    command.add_argument("--direction", choices=DIRECTIONS, help=direction)
    chapters = "all: one book of all chapters that belong with this one (default: %(default)s)"
    command.add_argument("--chapters", choices=("one", "all"), default="one", help=chapters)
    language = "language of the words, as status lists it (default: the comic's own)"
    command.add_argument("--lang", dest="language", metavar="TAG", help=language)
    out = "the file, or an existing folder (default: out/<id>/comic.<format>, or book.<format>)"
    command.add_argument("--out", type=Path, metavar="PATH", help=out)


def _add_id(command: argparse.ArgumentParser) -> None:
    command.add_argument("generation_id", metavar="ID", help="the generation's id")


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="DIR", help="folder for the comic (default: out/<id>)")


def _add_view(command: argparse.ArgumentParser) -> None:
    command.add_argument("view", choices=("generations", "metrics"), help="what to show")
    command.add_argument("--status", choices=_STATUSES, help="generations: only those with this status")
    limit = "generations: how many at most (default: %(default)s, up to 100)"
    command.add_argument("--limit", type=_read_number, default=50, metavar="N", help=limit)
    command.add_argument(
        "--token", metavar="TOKEN", help="generations: continue after the page that printed this token"
    )
    hours = "metrics: how many hours back (default: %(default)s, up to 744)"
    command.add_argument("--hours", type=_read_number, default=24, metavar="N", help=hours)


def _add_agreement(command: argparse.ArgumentParser) -> None:
    limit = "go on without asking if the comic costs at most so many US dollars"
    command.add_argument("--max-price", type=_read_price, metavar="USD", help=limit)
    command.add_argument("--yes", action="store_true", help="go on without asking, whatever the comic costs")


def _add_no_wait(command: argparse.ArgumentParser) -> None:
    command.add_argument("--no-wait", action="store_true", help="start it without waiting for the comic")


def _add_connection(command: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    url = environ.get("MANGA_URL") or DEFAULT_URL
    command.add_argument("--url", default=url, help="the app's URL (default: MANGA_URL, or %(default)s)")
    key = environ.get("MANGA_KEY") or None
    command.add_argument("--key", default=key, help="the app's function key (default: MANGA_KEY)")


def _read_price(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = math.nan
    if not 0 <= price < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a price in US dollars, such as 1.50")
    return price


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= _LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_LARGEST_NUMBER}")
    return int(text)
