"""The app's HTTP interface for Python: start a generation, watch it to its end, change it, take it away."""

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from client.calls import Calls
from client.export import Direction, Download, ExportedBytes, ExportedFile, ExportFormat, ExportRequest
from client.pace import Patience
from client.reader import GenerationReader, StartRequest
from client.repeating import ComingBack
from client.state import GenerationState, ImageKind
from client.whole_file import whole_file
from shared.models.http.admin import AdminGenerations, AdminMetrics, GenerationStatus
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest
from shared.models.messages import StreamMessage
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
        self._calls = Calls(self._http, self._patience, on_coming_back)

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

    async def estimate(self, request: GenerateMangaRequest) -> GenerationEstimate:
        """Return what a generation would take: panels, calls of the model, minutes and price. Nothing is started.

        Raises as `generation`.
        """
        return await self._calls.estimate(request)

    async def generation(self, generation_id: str) -> GenerationState:
        """Return how a generation stands.

        Like all calls that change nothing it comes back after lost connections and refusals that pass (503 above all),
        within the patience. Calls that change a generation are sent once.

        Raises:
            Refused: the app said no: 404 for an unknown id, 429 with `retry_after_s` over a rate limit.
            Unreachable: nothing answers at the URL.
            ConnectionLost: the connection broke before the answer.
            ProtocolBroken: the answer can't be understood.
        """
        return await self._calls.state(generation_id)

    async def cancel(self, generation_id: str) -> GenerationState:
        """Stop a generation: no call of the model starts after this; asked again, the answer is the same.

        Its readers get the `cancelled` end a moment later, so the state may still be `running`. Raises as
        `generation`; 409 when it has ended by itself.
        """
        return await self._calls.change_state("POST", generation_id, "/cancel")

    async def cancel_start(self, idempotency_key: str) -> None:
        """Cancel what a start with this key has begun; a start that arrives later begins nothing.

        Raises as `generation`; 409 when the generation has ended by itself.
        """
        await self._calls.cancel_start(idempotency_key)

    async def retry(self, generation_id: str) -> GenerationState:
        """Have what is missing of an ended generation made; follow it from its last `seq` for what is new.

        Raises as `generation`; 409 while it runs, or when nothing is missing.
        """
        return await self._calls.change_state("POST", generation_id, "/retry")

    async def regenerate(
        self, generation_id: str, kind: ImageKind, index: int, instructions: str | None = None
    ) -> GenerationState:
        """Have one image of an ended generation made again, as a further version.

        `index` is 0-based, into the analysis' characters or the breakdown's panels; `instructions` (up to
        1000 characters) say what should be different. Raises as `generation`; 409 while it runs.
        """
        body = {"instructions": instructions} if instructions is not None else None
        return await self._calls.change_state("POST", generation_id, f"/{kind}s/{index}/regenerate", body=body)

    async def export(
        self, generation_id: str, export_format: ExportFormat, direction: Direction | None = None
    ) -> ExportedBytes:
        """Return the comic as one file in memory: `zip` (all images), `cbz`, `pdf` (pages) or `png` (to share).

        `direction` is how pages are read; by default as the style is: manga `rtl`, comic `ltr`. It comes back
        after interruptions and refusals that pass, within the patience.

        Raises:
            Refused: the app said no: 404 for an unknown id, 409 when nothing is drawn yet.
            ConnectionLost: the file did not come whole within the patience.
            ProtocolBroken: what came is no such file.
        """
        content = BytesIO()
        media_type = await self._download(generation_id, export_format, direction).into(content)
        return ExportedBytes(content.getvalue(), media_type)

    async def export_to(
        self, path: Path, generation_id: str, export_format: ExportFormat, direction: Direction | None = None
    ) -> ExportedFile:
        """Save the comic as a file, which replaces one of that name as a whole; everything else as `export`.

        Raises:
            OSError: the file can't be written.
        """
        with whole_file(path) as file:
            media_type = await self._download(generation_id, export_format, direction).into(file)
        return ExportedFile(path, media_type)

    async def delete(self, generation_id: str) -> None:
        """Remove a generation with its images, its inputs and its history; a running one is stopped first.

        Raises as `generation`.
        """
        await self._calls.remove(generation_id)

    async def admin_generations(
        self, status: GenerationStatus | None = None, limit: int = 50, token: str | None = None
    ) -> AdminGenerations:
        """Return some of the app's generations, without anything of their stories; the key is the master key.

        At most `limit` (up to 100), from where `token`, the `next_token` of the page before, points to. A page may
        have fewer although there are more. Raises as `generation`; 401 or 403 with another key.
        """
        parameters = {"status": status, "limit": str(limit), "token": token}
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self._calls.look("/api/admin/generations", AdminGenerations, given)

    async def admin_metrics(self, hours: int = 24) -> AdminMetrics:
        """Return how the generations of the last hours did (up to 744); raises as `admin_generations`."""
        return await self._calls.look("/api/admin/metrics", AdminMetrics, {"hours": str(hours)})

    def _download(self, generation_id: str, export_format: ExportFormat, direction: Direction | None) -> Download:
        request = ExportRequest(generation_id, export_format, direction)
        return Download(self._http, request, self._patience, self._on_coming_back)

    def _reader(self, start: StartRequest | str, after: int, images: ImageMode) -> GenerationReader:
        return GenerationReader(
            self._http,
            start,
            after=after,
            images=images,
            patience=self._patience,
            on_coming_back=self._on_coming_back,
        )
