"""Explains how a generation ended: what is missing and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from client.cli.output.comic_folder import ComicFolder
from shared.models.messages import CompleteMessage, ErrorMessage, StreamMessage
from shared.text.clean import one_line

type Suggest = Callable[..., str]
"""Returns a command for this generation, such as `redo` with the words `panel` and `2`."""


@dataclass(frozen=True)
class Ending:
    """A stream's last message, the files that it left, and the failure of a redo."""

    last: StreamMessage | None
    folder: ComicFolder | None
    redo_failure: ErrorMessage | None = None


def describe_ending(ending: Ending, suggest: Suggest) -> str | None:
    """Return what is wrong with the comic and what to do next; None if it is complete."""
    match ending.last:
        case ErrorMessage(step="cancelled"):
            return (
                "The generation was cancelled. The finished images are saved; draw the others with:\n  "
                f"{suggest('retry')}"
            )
        case ErrorMessage(message=message):
            again = f"Retry it, or start with another story:\n  {suggest('retry')}"
            return f"The generation failed: {one_line(message)}\n{again}"
        case CompleteMessage() as complete:
            problems = [*_redo_problems(complete, ending.redo_failure)]
            problems += _missing_images(complete, ending.folder, suggest)
            return "\n".join(problems) or None
        case _:
            return "The stream had no new results."


def _redo_problems(complete: CompleteMessage, failure: ErrorMessage | None) -> list[str]:
    """Report a failed redo, unless the image is missing altogether."""
    if failure is None:
        return []
    missing = complete.failed_panels if failure.step == "panel" else complete.failed_characters
    if failure.index in (missing or ()):
        return []
    return [f"The image was not drawn again; its earlier version is kept: {one_line(failure.message)}"]


def _missing_images(complete: CompleteMessage, folder: ComicFolder | None, suggest: Suggest) -> list[str]:
    failed = [f"panel {index + 1}" for index in complete.failed_panels or ()]
    failed += [_character(index, folder) for index in complete.failed_characters or ()]
    unreadable = sorted(folder.unreadable.items()) if folder is not None else []
    broken = [f"{kind} {index + 1} ({reason})" for (kind, index), reason in unreadable]
    if not failed and not broken:
        return []
    commands = [suggest("retry")] if failed else []
    commands += [suggest("redo", kind, str(index + 1)) for (kind, index), _ in unreadable]
    return [
        f"The comic is not complete. Missing: {', '.join(failed + broken)}.",
        "Draw it again with:",
        *(f"  {command}" for command in commands),
    ]


def _character(index: int, folder: ComicFolder | None) -> str:
    if folder is None or folder.analysis is None or index >= len(folder.analysis.characters):
        return f"character {index + 1}"
    return f"character {one_line(folder.analysis.characters[index].name)}"
