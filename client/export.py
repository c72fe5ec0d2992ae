"""Downloading a comic as one file; incomplete downloads are retried within the client's patience."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Literal

import httpx

from client.answers import read_refusal
from client.calls import generation_path
from client.errors import ProtocolBroken
from client.retries import Retries

type ExportFormat = Literal["zip", "cbz", "pdf", "png", "epub", "webtoon", "json"]
type Direction = Literal["rtl", "ltr"]
type ExportedChapters = Literal["one", "all"]

EXPORT_FORMATS: tuple[ExportFormat, ...] = ("pdf", "cbz", "epub", "webtoon", "zip", "png", "json")
DIRECTIONS: tuple[Direction, ...] = ("rtl", "ltr")

_SIGNATURES: dict[ExportFormat, bytes] = {
    "pdf": b"%PDF-",
    "cbz": b"PK",
    "epub": b"PK",
    "webtoon": b"PK",
    "zip": b"PK",
    "png": b"\x89PNG",
    "json": b"{",
}


def file_ending(export_format: ExportFormat) -> str:
    """Return the end of an exported file's name, such as `.pdf`."""
    return "-webtoon.zip" if export_format == "webtoon" else f".{export_format}"


@dataclass(frozen=True)
class ExportedBytes:
    """An exported comic in memory, and its media type, such as `application/pdf`."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class ExportedFile:
    """An exported comic on disk, and its media type, such as `application/pdf`."""

    path: Path
    media_type: str


@dataclass(frozen=True)
class Download:
    """Downloads one export; without a direction, in the one of its style. `chapters`: of this one, or of all.

    `language` is that of the words in a comic with lettering as text (None: the comic's own).
    """

    http: httpx.AsyncClient
    retries: Retries
    timeout: httpx.Timeout
    generation_id: str
    format: ExportFormat
    direction: Direction | None
    chapters: ExportedChapters
    language: str | None

    async def into(self, file: BinaryIO) -> str:
        """Write the file's content and return its media type.

        Raises:
            Refused: the app answered with an error.
            ConnectionLost: the file did not arrive complete within the patience.
            ProtocolBroken: the answer is not a file of the requested format.
        """
        return await self.retries.until_answered(lambda: self._try(file), self.generation_id)

    async def _try(self, file: BinaryIO) -> str:
        file.seek(0)
        file.truncate()
        path = f"{generation_path(self.generation_id)}/export"
        chosen = {
            "direction": self.direction,
            "chapters": None if self.chapters == "one" else self.chapters,
            "lang": self.language,
        }
        query = {"format": self.format} | {name: value for name, value in chosen.items() if value is not None}
        async with self.http.stream("GET", path, params=query, timeout=self.timeout) as response:
            if response.status_code != HTTPStatus.OK:
                raise await read_refusal(response)
            self.retries.note_answer()
            async for piece in response.aiter_bytes():
                file.write(piece)
        signature = _SIGNATURES[self.format]
        file.seek(0)
        if file.read(len(signature)) != signature:
            raise ProtocolBroken(f"{self.http.base_url} did not send a {self.format} file.")
        return response.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip()
