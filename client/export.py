"""Downloading a comic as one file; incomplete downloads are retried within the client's patience."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Literal

import httpx

from client.answers import read_refusal
from client.calls import generation_path
from client.errors import ProtocolBroken
from client.retries import ComingBack, Patience, Retries

type ExportFormat = Literal["zip", "cbz", "pdf", "png"]
type Direction = Literal["rtl", "ltr"]

EXPORT_FORMATS: tuple[ExportFormat, ...] = ("pdf", "cbz", "zip", "png")
DIRECTIONS: tuple[Direction, ...] = ("rtl", "ltr")

_SIGNATURES: dict[ExportFormat, bytes] = {"zip": b"PK", "cbz": b"PK", "pdf": b"%PDF-", "png": b"\x89PNG"}


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
class ExportRequest:
    """Which comic to export, in which format; without a direction, the one of its style."""

    generation_id: str
    format: ExportFormat
    direction: Direction | None

    @property
    def query(self) -> dict[str, str]:
        """The query parameters."""
        query: dict[str, str] = {"format": self.format}
        return query if self.direction is None else query | {"direction": self.direction}


class Download:
    """Downloads one export into a file."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        request: ExportRequest,
        patience: Patience,
        on_coming_back: Callable[[ComingBack], None],
    ) -> None:
        self._http = http
        self._request = request
        self._timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)
        self._retries = Retries(str(http.base_url), patience, on_coming_back)

    async def into(self, file: BinaryIO) -> str:
        """Write the file's content and return its media type.

        Raises:
            Refused: the app answered with an error.
            ConnectionLost: the file did not arrive complete within the patience.
            ProtocolBroken: the answer is not a file of the requested format.
        """
        return await self._retries.until_answered(lambda: self._try(file), self._request.generation_id)

    async def _try(self, file: BinaryIO) -> str:
        file.seek(0)
        file.truncate()
        path = f"{generation_path(self._request.generation_id)}/export"
        async with self._http.stream("GET", path, params=self._request.query, timeout=self._timeout) as response:
            if response.status_code != HTTPStatus.OK:
                raise await read_refusal(response)
            self._retries.note_answer()
            async for piece in response.aiter_bytes():
                file.write(piece)
            self._check(file)
            return response.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip()

    def _check(self, file: BinaryIO) -> None:
        signature = _SIGNATURES[self._request.format]
        file.seek(0)
        if file.read(len(signature)) != signature:
            raise ProtocolBroken(f"{self._http.base_url} did not send a {self._request.format} file.")
