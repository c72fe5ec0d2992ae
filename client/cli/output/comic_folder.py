"""Saves one generation in a folder, as its results arrive.

    analysis.json  chunks.json  characters/01-name.png  panels/01.png  stream.ndjson

`stream.ndjson` holds the received lines in order, each result once, without heartbeats. Lines are appended as they
arrive, so a crash leaves a usable beginning. All other files are written atomically.
"""

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from client.images import NotAnImage, from_data_url
from client.reader import Line
from client.whole_file import whole_file
from shared.models.base import WireModel
from shared.models.messages import AnalysisMessage, CharacterMessage, ChunksMessage, PanelMessage
from shared.models.story import StoryAnalysis
from shared.ndjson import from_line
from shared.text.clean import file_name

STREAM_FILE = "stream.ndjson"


def default_folder(generation_id: str) -> Path:
    """Return the default folder of a generation."""
    return Path("out") / file_name(generation_id)


class ComicFolder:
    """Writes one generation's files below `path`.

    `panels` are the image files by 0-based index; `unreadable` are the images that can't be decoded, and why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.analysis: StoryAnalysis | None = None
        self.panels: dict[int, Path] = {}
        self.unreadable: dict[tuple[str, int], str] = {}
        self._stream: BinaryIO | None = None

    def close(self) -> None:
        """Close `stream.ndjson`."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def receive(self, line: Line) -> None:
        """Write the files of a line. The first line replaces an earlier `stream.ndjson`.

        Raises:
            OSError: the folder can't be written to.
        """
        self._append(line.raw)
        match line.message:
            case AnalysisMessage(data=analysis, outdated=outdated):
                self.analysis = analysis
                self._write_json("analysis.json", analysis)
                self._remove_outdated("character", len(analysis.characters), outdated or ())
            case ChunksMessage(data=breakdown, outdated=outdated):
                self._write_json("chunks.json", breakdown)
                self._remove_outdated("panel", len(breakdown.panels), outdated or ())
            case CharacterMessage(index=index, data=character):
                name = f"{index + 1:02d}-{_local_file_name(character.name)}"
                self._write_image("character", index, "characters", name, character.image)
            case PanelMessage(panel_number=index, data=panel):
                self._write_image("panel", index, "panels", f"{index + 1:02d}", panel.image)
            case _:
                pass

    def _remove_outdated(self, kind: str, planned: int, outdated: Collection[int]) -> None:
        """Remove the images of a kind that no longer belong to the plan."""
        for path in (self.path / f"{kind}s").glob("[0-9][0-9][-.]*"):
            index = int(path.name[:2]) - 1
            if index >= planned or index in outdated:
                path.unlink()
        for index in [index for index in self.panels if kind == "panel" and (index >= planned or index in outdated)]:
            del self.panels[index]

    def _write(self, relative: str, content: bytes) -> Path:
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
        self._write(relative, value.model_dump_json(by_alias=True, exclude_none=True, indent=2).encode() + b"\n")

    def _write_image(self, kind: str, index: int, folder: str, name: str, url: str) -> None:
        try:
            image = from_data_url(url)
        except NotAnImage as error:
            self.unreadable[kind, index] = str(error)
            return
        self.unreadable.pop((kind, index), None)
        path = self._write(f"{folder}/{name}.{image.extension}", image.content)
        for other in path.parent.glob(f"{index + 1:02d}[-.]*"):
            if other.name != path.name:  # an earlier version with another type or name
                other.unlink()
        if kind == "panel":
            self.panels[index] = path


def _local_file_name(text: str) -> str:
    """Return a file name that the file system's encoding can represent; in a C locale that is ASCII."""
    name, encoding = file_name(text), sys.getfilesystemencoding()
    encodable = name.encode(encoding, errors="ignore").decode(encoding)
    return name if encodable == name else file_name(encodable)


def generation_in(path: Path) -> str | None:
    """Return the id of the generation that is saved in a folder, or None."""
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
    """Return whether the folder, or its nearest existing parent, can be written to."""
    existing = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)


def file_path(generation_id: str, name: str, out: Path | None) -> Path:
    """Return where to save a file: `out` may be a file or an existing folder."""
    if out is None:
        return default_folder(generation_id) / name
    return out / name if out.is_dir() else out
