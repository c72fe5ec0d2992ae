"""How a generation ended, in words: what is missing and what to do about it."""

from dataclasses import dataclass

from client.comic_folder import ComicFolder
from client.safe_text import one_line
from shared.models.messages import CompleteMessage, ErrorMessage, StreamMessage


@dataclass(frozen=True)
class Ending:
    """A stream's last message and the files that it left."""

    last: StreamMessage | None
    folder: ComicFolder | None


def describe(ending: Ending, how_to_retry: str) -> str | None:
    """Return what is wrong with the comic and what to do next; None when it is complete.

    `how_to_retry` are the commands that have what is missing drawn again.
    """
    match ending.last:
        case ErrorMessage(step="cancelled"):
            return "The generation was cancelled. What had come is kept; start the story again for the rest."
        case ErrorMessage(message=message):
            return f"The generation failed: {one_line(message)}\nChange the story if that helps, and start it again."
        case CompleteMessage() as complete:
            missing = _missing(complete, ending.folder)
            if not missing:
                return None
            named = ", ".join(missing)
            return (
                f"The comic is not complete: {named}.\nHave it drawn again, and fetch the comic anew:\n{how_to_retry}"
            )
        case _:
            return "The stream had nothing to tell."


def _missing(complete: CompleteMessage, folder: ComicFolder | None) -> list[str]:
    missing = [f"panel {index + 1}" for index in complete.failed_panels or ()]
    missing += [_character(index, folder) for index in complete.failed_characters or ()]
    if folder is not None:
        for (kind, index), reason in sorted(folder.unreadable.items()):
            missing.append(f"{kind} {index + 1} ({reason})")
    return missing


def _character(index: int, folder: ComicFolder | None) -> str:
    if folder is None or folder.analysis is None or index >= len(folder.analysis.characters):
        return f"character {index + 1}"
    return f"character {one_line(folder.analysis.characters[index].name)}"
