"""How a generation ended, in words: what is missing and what to do about it."""

from dataclasses import dataclass
from typing import Protocol

from client.comic_folder import ComicFolder
from shared.models.messages import CompleteMessage, ErrorMessage, StreamMessage
from shared.text.clean import one_line


@dataclass(frozen=True)
class Ending:
    """A stream's last message, the files that it left, and the failure of the image that was to be drawn again."""

    last: StreamMessage | None
    folder: ComicFolder | None
    redo_failure: ErrorMessage | None = None


class Suggest(Protocol):
    """Writes a command that goes on with the generation."""

    def __call__(self, command: str, *words: str) -> str:
        """Return the command, such as `redo` with the words `panel` and `2`."""
        ...


def describe(ending: Ending, suggest: Suggest) -> str | None:
    """Return what is wrong with the comic and what to do next; None when all is well."""
    match ending.last:
        case ErrorMessage(step="cancelled"):
            return (
                f"The generation was cancelled. What had come is kept; have the rest drawn with:\n  {suggest('retry')}"
            )
        case ErrorMessage(message=message):
            again = f"Try again from where it stopped, or start with another story:\n  {suggest('retry')}"
            return f"The generation failed: {one_line(message)}\n{again}"
        case CompleteMessage() as complete:
            trouble = [*_redo_trouble(complete, ending.redo_failure)]
            trouble += _missing_trouble(complete, ending.folder, suggest)
            return "\n".join(trouble) or None
        case _:
            return "The stream had nothing to tell."


def _redo_trouble(complete: CompleteMessage, failure: ErrorMessage | None) -> list[str]:
    """Tell of a redo that failed, unless it is one of those that are missing altogether."""
    if failure is None:
        return []
    missing = complete.failed_panels if failure.step == "panel" else complete.failed_characters
    if failure.index in (missing or ()):
        return []
    return [f"It was not drawn again; the version before stays: {one_line(failure.message)}"]


def _missing_trouble(complete: CompleteMessage, folder: ComicFolder | None, suggest: Suggest) -> list[str]:
    failed = [f"panel {index + 1}" for index in complete.failed_panels or ()]
    failed += [_character(index, folder) for index in complete.failed_characters or ()]
    unreadable = sorted(folder.unreadable.items()) if folder is not None else []
    broken = [f"{kind} {index + 1} ({reason})" for (kind, index), reason in unreadable]
    if not failed and not broken:
        return []
    commands = [suggest("retry")] if failed else []
    commands += [suggest("redo", kind, str(index + 1)) for (kind, index), _ in unreadable]
    return [
        f"The comic is not complete: {', '.join(failed + broken)}.",
        "Have it drawn again:",
        *(f"  {command}" for command in commands),
    ]


def _character(index: int, folder: ComicFolder | None) -> str:
    if folder is None or folder.analysis is None or index >= len(folder.analysis.characters):
        return f"character {index + 1}"
    return f"character {one_line(folder.analysis.characters[index].name)}"
