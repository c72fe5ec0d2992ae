"""Fetching a comic as one file: asked for again until it came whole, within the client's patience."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Literal

import httpx

from client.answers import read_refusal
from client.calls import generation_path
from client.errors import ConnectionLost, ProtocolBroken, Unreachable
from client.pace import Pace, Patience
from client.repeating import ComingBack, fault_of, until_answered

type ExportFormat = Literal["zip", "cbz", "pdf", "png"]
type Direction = Literal["rtl", "ltr"]

EXPORT_FORMATS: tuple[ExportFormat, ...] = ("pdf", "cbz", "zip", "png")
DIRECTIONS: tuple[Direction, ...] = ("rtl", "ltr")

_BEGINNINGS: dict[ExportFormat, bytes] = {"zip": b"PK", "cbz": b"PK", "pdf": b"%PDF-", "png": b"\x89PNG"}


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
    """Which comic is wanted, in which form; no direction means the one of its style."""

    generation_id: str
    format: ExportFormat
    direction: Direction | None

    @property
    def path(self) -> str:
        """Where it is asked for."""
        return f"{generation_path(self.generation_id)}/export"

    @property
    def query(self) -> dict[str, str]:
        """How it is asked for."""
        query: dict[str, str] = {"format": self.format}
        return query if self.direction is None else query | {"direction": self.direction}


class Download:
    """Fetches one export into a file; a torn or refused answer is asked for again."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        request: ExportRequest,
        patience: Patience,
        on_coming_back: Callable[[ComingBack], None],
    ) -> None:
        self._http = http
        self._request = request
        self._patience = patience
        self._pace = Pace(patience, time.monotonic)
        self._on_coming_back = on_coming_back

    async def into(self, file: BinaryIO) -> str:
        """Write the file's content and return its media type.

        Raises:
            Refused: the app said no, or stayed too busy.
            ConnectionLost: the file did not come whole within the patience.
            ProtocolBroken: what came is no such file.
        """
        try:
            return await until_answered(lambda: self._try(file), self._pace, self._on_coming_back)
        except httpx.RequestError as error:
            raise self._lost(error) from error

    async def _try(self, file: BinaryIO) -> str:
        file.seek(0)
        file.truncate()
        timeout = httpx.Timeout(self._patience.answer_s, connect=self._patience.connect_s)
        request = self._request
        async with self._http.stream("GET", request.path, params=request.query, timeout=timeout) as response:
            if response.status_code != HTTPStatus.OK:
                raise await read_refusal(response)
            self._pace.meet()
            async for piece in response.aiter_bytes():
                file.write(piece)
            self._check(file)
            return response.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip()

    def _check(self, file: BinaryIO) -> None:
        beginning = _BEGINNINGS[self._request.format]
        file.seek(0)
        if file.read(len(beginning)) != beginning:
            raise ProtocolBroken(f"{self._http.base_url} sent something else than a {self._request.format} file.")

    def _lost(self, error: httpx.RequestError) -> ConnectionLost:
        error_type = ConnectionLost if self._pace.ever_heard else Unreachable
        message = f"Gave up on {self._http.base_url}: the {self._request.format} file did not come ({fault_of(error)})."
        return error_type(message, generation_id=self._request.generation_id, after=0)
