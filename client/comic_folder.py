"""The folder of one generation: everything that was received, as files, as soon as it is there.

    analysis.json  chunks.json  characters/01-name.png  panels/01.png  stream.ndjson

`stream.ndjson` holds the received lines in their order, each result once and no heartbeat; it is appended
to as they come, so a crash leaves a usable beginning. Every other file is written under a temporary name
and renamed: a file that is there is whole.
"""

import os
import sys
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from client.images import NotAnImage, from_data_url
from client.reader import Line
from client.whole_file import whole_file
from shared.models.base import WireModel
from shared.models.messages import AnalysisMessage, CharacterMessage, ChunksMessage, PanelMessage
from shared.models.story import StoryAnalysis, StoryBreakdown
from shared.ndjson import from_line
from shared.text.clean import file_name

STREAM_FILE = "stream.ndjson"


def default_folder(generation_id: str) -> Path:
    """Return where a generation's files go unless somebody says otherwise."""
    return Path("out") / file_name(generation_id)


class ComicFolder:
    """Writes one generation's files below `path`, and knows which are there.

    `panels` and `characters` hold the image files by 0-based index; `unreadable` says which images were
    received but are none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.analysis: StoryAnalysis | None = None
        self.breakdown: StoryBreakdown | None = None
        self.characters: dict[int, Path] = {}
        self.panels: dict[int, Path] = {}
        self.unreadable: dict[tuple[str, int], str] = {}
        self._stream: BinaryIO | None = None

    def close(self) -> None:
        """Close `stream.ndjson`."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def receive(self, line: Line) -> None:
        """Write what the line brings. `stream.ndjson` starts anew with the first one.

        Raises:
            OSError: the folder can't be written to.
        """
        self._append(line.raw)
        match line.message:
            case AnalysisMessage(data=analysis):
                self.analysis = analysis
                self._write_json("analysis.json", analysis)
            case ChunksMessage(data=breakdown):
                self.breakdown = breakdown
                self._write_json("chunks.json", breakdown)
            case CharacterMessage(index=index, data=character):
                name = f"{index + 1:02d}-{_local_file_name(character.name)}"
                self._write_image("character", index, "characters", name, character.image)
            case PanelMessage(panel_number=index, data=panel):
                self._write_image("panel", index, "panels", f"{index + 1:02d}", panel.image)
            case _:
                pass

    def write(self, relative: str, content: bytes) -> Path:
        """Write a whole file of the folder, and return its path."""
        target = self.path / relative
        with whole_file(target) as file:
            file.write(content)
        return target

    def _append(self, raw: bytes) -> None:
        if self._stream is None:
            self.path.mkdir(parents=True, exist_ok=True)
            self._stream = (self.path / STREAM_FILE).open("wb")
        self._stream.write(raw + b"\n")
        self._stream.flush()

    def _write_json(self, relative: str, value: WireModel) -> None:
        self.write(relative, value.model_dump_json(by_alias=True, exclude_none=True, indent=2).encode() + b"\n")

    def _write_image(self, kind: str, index: int, folder: str, name: str, url: str) -> None:
        written = self.characters if kind == "character" else self.panels
        try:
            image = from_data_url(url)
        except NotAnImage as error:
            self.unreadable[kind, index] = str(error)
            return
        self.unreadable.pop((kind, index), None)
        path = self.write(f"{folder}/{name}.{image.extension}", image.content)
        self._remove_others(path, index)
        written[index] = path

    def _remove_others(self, path: Path, index: int) -> None:
        """Remove an earlier version of the same image that had another type or name."""
        for other in path.parent.glob(f"{index + 1:02d}[-.]*"):
            if other.name != path.name:
                other.unlink()


def _local_file_name(text: str) -> str:
    """Return a file name in characters that the file system's encoding has; in a C locale that is ASCII."""
    name, encoding = file_name(text), sys.getfilesystemencoding()
    encodable = name.encode(encoding, errors="ignore").decode(encoding)
    return name if encodable == name else file_name(encodable)


def generation_in(path: Path) -> str | None:
    """Return the id of the generation whose files are in a folder; None for a folder without any."""
    stream = path / STREAM_FILE
    if not stream.exists():
        return None
    with stream.open("rb") as file:
        first = file.readline()
    try:
        message = from_line(first)
    except ValidationError:
        return None
    return message.generation_id if message else None


def is_writable(path: Path) -> bool:
    """Tell whether the folder, or the nearest one above it that exists, can be written to."""
    existing = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)
