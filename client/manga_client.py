"""The app's HTTP interface for Python: start a generation, watch it to its end, look at it."""

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from client.answers import read_refusal
from client.errors import ProtocolBroken, Unreachable
from client.pace import Patience
from client.reader import ComingBack, GenerationReader, StartRequest
from client.state import GenerationState
from shared.models.messages import StreamMessage
from shared.models.requests import GenerateMangaRequest
from shared.models.story import ImageMode

DEFAULT_URL = "http://127.0.0.1:7071"


class MangaClient:
    """A client of one app; use it as an async context manager, or call `aclose` at the end.

    It survives lost connections, restarts of the app and the end of a stream's window by itself.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        *,
        key: str | None = None,
        patience: Patience | None = None,
        on_coming_back: Callable[[ComingBack], None] = lambda _: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`key` is a Functions key; `on_coming_back` hears of every interruption; `transport` is for tests."""
        self._patience = patience or Patience()
        self._on_coming_back = on_coming_back
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"x-functions-key": key} if key else {},
            timeout=httpx.Timeout(self._patience.idle_s, connect=self._patience.connect_s),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; generations go on."""
        await self._http.aclose()

    async def generate(
        self, request: GenerateMangaRequest, idempotency_key: str | None = None
    ) -> AsyncGenerator[StreamMessage]:
        """Start a generation and yield its messages until its end.

        The same `idempotency_key` (default: a random one) with the same request never starts a second one.

        Raises:
            Refused, ConnectionLost, ProtocolBroken: see `client.errors`.
        """
        async with aclosing(self.starting(request, idempotency_key).lines()) as lines:
            async for line in lines:
                yield line.message

    async def follow(
        self, generation_id: str, after: int = 0, images: ImageMode = "inline"
    ) -> AsyncGenerator[StreamMessage]:
        """Yield the messages that follow result `after` of a generation, until its end; raises as `generate`."""
        async with aclosing(self.following(generation_id, after, images).lines()) as lines:
            async for line in lines:
                yield line.message

    def starting(self, request: GenerateMangaRequest, idempotency_key: str | None = None) -> GenerationReader:
        """Return the reader behind `generate`: it also gives the lines as received, and the id while it runs."""
        body = request.model_dump_json(by_alias=True).encode()
        start = StartRequest(body, idempotency_key or uuid.uuid4().hex)
        return self._reader(start, 0, request.images)

    def following(self, generation_id: str, after: int = 0, images: ImageMode = "inline") -> GenerationReader:
        """Return the reader behind `follow`."""
        return self._reader(generation_id, after, images)

    async def generation(self, generation_id: str) -> GenerationState:
        """Return how a generation stands; asks once, without trying again.

        Raises:
            Refused, Unreachable, ProtocolBroken: see `client.errors`.
        """
        try:
            response = await self._http.get(f"/api/generations/{quote(generation_id, safe='')}")
        except httpx.RequestError as error:
            message = f"No answer from {self._http.base_url}: {str(error) or type(error).__name__}."
            raise Unreachable(message, generation_id=generation_id, after=0) from error
        if response.status_code != HTTPStatus.OK:
            raise await read_refusal(response)
        try:
            return GenerationState.model_validate_json(response.content)
        except ValidationError as error:
            message = f"{self._http.base_url} does not tell of a generation as this app does."
            raise ProtocolBroken(message) from error

    def _reader(self, start: StartRequest | str, after: int, images: ImageMode) -> GenerationReader:
        return GenerationReader(
            self._http,
            start,
            after=after,
            images=images,
            patience=self._patience,
            on_coming_back=self._on_coming_back,
        )
