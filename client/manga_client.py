"""The app's HTTP API for Python: start, follow, change and export generations."""

import uuid
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Self

import httpx
from pydantic import JsonValue

from client.calls import STREAM_PATH, Calls, generation_path, read
from client.errors import ProtocolBroken
from client.export import Direction, Download, ExportedBytes, ExportedChapters, ExportedFile, ExportFormat
from client.plan import VersionedPlan
from client.reader import GenerationReader, StartRequest
from client.retries import ComingBack, Patience, Retries
from client.state import GenerationState, ImageKind
from client.whole_file import whole_file
from shared.models.http.admin import AdminGenerations, AdminMetrics, GenerationStatus
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.lettering import ComicLettering, Languages
from shared.models.http.requests import GenerateMangaRequest, Origin
from shared.models.http.share import ShareLink
from shared.models.lettering import PanelLettering
from shared.models.messages import StreamMessage
from shared.models.story import ImageMode, Plan

DEFAULT_URL = "http://127.0.0.1:7071"


class MangaClient:
    """A client of one app; use it as an async context manager, or call `aclose` at the end.

    It reconnects by itself after lost connections, restarts of the app and the end of a stream's window.
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
        """`key` is a Functions key; `on_coming_back` is called before every retry; `transport` is for tests."""
        self._patience = patience or Patience()
        self._on_coming_back = on_coming_back
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"x-functions-key": key} if key else {},
            timeout=httpx.Timeout(self._patience.idle_s, connect=self._patience.connect_s),
            transport=transport,
        )
        self._timeout = httpx.Timeout(self._patience.answer_s, connect=self._patience.connect_s)
        self._calls = Calls(self._http, self._timeout, self._retries)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; generations continue."""
        await self._http.aclose()

    async def generate(
        self, request: GenerateMangaRequest, idempotency_key: str | None = None
    ) -> AsyncGenerator[StreamMessage]:
        """Start a generation and yield its messages until its end.

        The same `idempotency_key` (default: random) with the same request never starts a second generation.

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
        """Return the reader behind `generate`, which also has the raw lines and the current id."""
        body = request.model_dump_json(by_alias=True).encode()
        start = StartRequest(body, idempotency_key or uuid.uuid4().hex)
        return GenerationReader(self._http, self._retries(), start, 0, request.images)

    def following(self, generation_id: str, after: int = 0, images: ImageMode = "inline") -> GenerationReader:
        """Return the reader behind `follow`."""
        return GenerationReader(self._http, self._retries(), generation_id, after, images)

    async def estimate(self, request: GenerateMangaRequest) -> GenerationEstimate:
        """Estimate panels, model calls, minutes and price without starting anything; raises as `generation`."""
        body = request.model_dump(mode="json", by_alias=True)
        # An older app without estimates may have started the generation: its answer is ProtocolBroken.
        answer = await self._calls.repeat("POST", STREAM_PATH, parameters={"estimate": "true"}, body=body)
        return read(answer, GenerationEstimate)

    async def generation(self, generation_id: str) -> GenerationState:
        """Return the state of a generation.

        Like all calls that change nothing, it is retried after lost connections and temporary errors like 503, within
        the patience. Calls that change a generation are sent once.

        Raises:
            Refused: the app answered with an error: 404 for an unknown id, 429 with `retry_after_s` over a rate limit.
            Unreachable: nothing answers at the URL.
            ConnectionLost: the connection broke before the answer.
            ProtocolBroken: the answer can't be understood.
        """
        path = generation_path(generation_id)
        return read(await self._calls.repeat("GET", path, generation_id=generation_id), GenerationState)

    async def cancel(self, generation_id: str) -> GenerationState:
        """Stop a generation: no model call starts after this. Repeating the call is harmless.

        Its readers get the `cancelled` end a moment later, so the state may still be `running`. Raises as
        `generation`; 409 if it had already ended.
        """
        return read(await self._calls.change("POST", generation_id, "/cancel"), GenerationState)

    async def cancel_start(self, idempotency_key: str) -> None:
        """Cancel the generation that a start with this key began; a start that arrives later begins nothing.

        Raises as `generation`; 409 if the generation had already ended.
        """
        headers = {"Idempotency-Key": idempotency_key}
        await self._calls.repeat("POST", f"{STREAM_PATH}/cancel", headers=headers, body={})

    async def retry(self, generation_id: str) -> GenerationState:
        """Make the missing parts of an ended generation; follow it from its last `seq` for the new results.

        Raises as `generation`; 409 while it runs, or if nothing is missing.
        """
        return read(await self._calls.change("POST", generation_id, "/retry"), GenerationState)

    async def estimate_retry(self, generation_id: str) -> GenerationEstimate:
        """Estimate what `retry` would draw, without starting it; raises as `retry`."""
        # An older app without such estimates may have started the retry: its answer is ProtocolBroken.
        path, parameters = f"{generation_path(generation_id)}/retry", {"estimate": "true"}
        answer = await self._calls.repeat("POST", path, parameters=parameters, generation_id=generation_id)
        return read(answer, GenerationEstimate)

    async def plan(self, generation_id: str) -> VersionedPlan:
        """Return the plan of a generation: its title, characters, setting and panels; raises as `generation`."""
        path = f"{generation_path(generation_id)}/plan"
        return VersionedPlan.of(await self._calls.repeat("GET", path, generation_id=generation_id))

    async def edit_plan(self, generation_id: str, plan: Plan | Mapping[str, JsonValue], version: str) -> VersionedPlan:
        """Replace the plan of an ended generation by an edited one; `version` is that of the plan before the edit.

        Nothing is drawn: images of what has changed no longer count, and `retry` draws them. Repeating the call is
        harmless. Raises as `generation`; 400 names every broken field, 409 while it runs, 412 if the plan has changed.
        """
        body = plan.model_dump(mode="json", by_alias=True) if isinstance(plan, Plan) else plan
        path, headers = f"{generation_path(generation_id)}/plan", {"If-Match": f'"{version}"'}
        answer = await self._calls.repeat("PUT", path, headers=headers, body=body, generation_id=generation_id)
        return VersionedPlan.of(answer)

    async def regenerate(
        self,
        generation_id: str,
        kind: ImageKind,
        index: int,
        instructions: str | None = None,
        *,
        origin: Origin = "nothing",
    ) -> GenerationState:
        """Make a new version of one image of an ended generation.

        `origin` is what it is drawn from: `"nothing"`, or the `"current"` image, in which only what the instructions
        ask for is changed.

        `index` counts from 0 in the analysis' characters or the breakdown's panels; `instructions` (up to 1000
        characters) say what should be different. Raises as `generation`; 409 while it runs; 400 for a change without
        instructions, or of an image that is not drawn.
        """
        body = {} if instructions is None else {"instructions": instructions}
        if origin != "nothing":
            body["from"] = origin
        action = f"/{kind}s/{index}/regenerate"
        return read(await self._calls.change("POST", generation_id, action, body=body or None), GenerationState)

    async def choose_version(self, generation_id: str, kind: ImageKind, index: int, version: int) -> GenerationState:
        """Let a drawn version of an image count, until a newer one is drawn. Repeating the call is harmless.

        Exports, links and shared comics have the versions that count. Raises as `generation`; 400 for a version that is
        not drawn.
        """
        action = f"/{kind}s/{index}/version"
        return read(await self._calls.change("PUT", generation_id, action, body={"version": version}), GenerationState)

    async def lettering(self, generation_id: str, language: str | None = None) -> ComicLettering:
        """Return the texts of a comic whose lettering is text, in a language that it has (None: its own).

        Raises as `generation`; 404 without texts in this language, 409 if the model has drawn the words.
        """
        path, parameters = f"{generation_path(generation_id)}/lettering", _given(lang=language)
        answer = await self._calls.repeat("GET", path, parameters=parameters, generation_id=generation_id)
        return read(answer, ComicLettering)

    async def edit_lettering(
        self, generation_id: str, panel: int, texts: JsonValue, language: str | None = None
    ) -> PanelLettering:
        """Replace the texts of a panel (counted from 0) in one language; this is free of charge.

        Each text has `kind`, `text` and, if wanted, `speaker` and `place`. Repeating the call is harmless. Raises as
        `lettering`; 400 names every broken field.
        """
        path, parameters = f"{generation_path(generation_id)}/panels/{panel}/lettering", _given(lang=language)
        answer = await self._calls.repeat(
            "PUT", path, parameters=parameters, body={"texts": texts}, generation_id=generation_id
        )
        return read(answer, PanelLettering)

    async def translate(self, generation_id: str, language: str) -> Languages:
        """Translate the texts of a comic by one call of the text model; `generation` tells when they are there.

        Repeating the call is harmless: texts that are there, or on their way, are not paid for again. Raises as
        `lettering`.
        """
        path, body = f"{generation_path(generation_id)}/lettering", {"language": language}
        return read(await self._calls.repeat("POST", path, body=body, generation_id=generation_id), Languages)

    async def share(self, generation_id: str, days: int | None = None) -> ShareLink:
        """Share a comic: everybody with the link may read it. Repeating the call gives the same link.

        The link's `url` is a path of the app. It ends after `days` (default: 30, at most the retention). Raises as
        `generation`; 409 if nothing is drawn yet.
        """
        body = {"days": days} if days is not None else None
        return read(await self._calls.change("POST", generation_id, "/share", body=body), ShareLink)

    async def unshare(self, generation_id: str) -> None:
        """Revoke the link of a comic. Repeating the call is harmless. Raises as `generation`."""
        _check_done(await self._calls.change("DELETE", generation_id, "/share"))

    async def export(
        self,
        generation_id: str,
        export_format: ExportFormat,
        direction: Direction | None = None,
        *,
        chapters: ExportedChapters = "one",
        language: str | None = None,
    ) -> ExportedBytes:
        """Return the comic as one file in memory.

        That is pages (`pdf`, `cbz`, `epub`), strips to scroll (`webtoon`), all images (`zip`), one picture to share
        (`png`), or texts, places and links (`json`).

        `direction` is the reading direction; the default is manga `rtl`, comic `ltr`. `chapters` of `all` makes one
        book of all chapters that belong with it. `language` is that of the words in a comic with lettering as text
        (None: its own). The download is retried after interruptions and temporary errors, within the patience.

        Raises:
            Refused: the app answered with an error: 404 for an unknown id, 409 if nothing is drawn yet.
            ConnectionLost: the file did not arrive complete within the patience.
            ProtocolBroken: the answer is not a file of this format.
        """
        content = BytesIO()
        media_type = await self._download(generation_id, export_format, direction, chapters, language).into(content)
        return ExportedBytes(content.getvalue(), media_type)

    async def export_to(
        self,
        path: Path,
        generation_id: str,
        export_format: ExportFormat,
        direction: Direction | None = None,
        *,
        chapters: ExportedChapters = "one",
        language: str | None = None,
    ) -> ExportedFile:
        """Save the comic as a file, replacing an earlier one only when it is complete; otherwise as `export`.

        Raises:
            OSError: the file can't be written.
        """
        with whole_file(path) as file:
            media_type = await self._download(generation_id, export_format, direction, chapters, language).into(file)
        return ExportedFile(path, media_type)

    async def delete(self, generation_id: str) -> None:
        """Delete a generation with its images, inputs and history, stopping it first; raises as `generation`."""
        _check_done(await self._calls.change("DELETE", generation_id))

    async def admin_generations(
        self, status: GenerationStatus | None = None, limit: int = 50, token: str | None = None
    ) -> AdminGenerations:
        """Return a page of the app's generations, without their stories; requires the master key.

        A page has at most `limit` (up to 100) of them and starts at `token`, the `next_token` of the page before. It
        may have fewer even if more follow. Raises as `generation`; 401 or 403 with another key.
        """
        given = _given(status=status, limit=str(limit), token=token)
        return read(await self._calls.repeat("GET", "/api/admin/generations", parameters=given), AdminGenerations)

    async def admin_metrics(self, hours: int = 24) -> AdminMetrics:
        """Return metrics of the last hours (up to 744); raises as `admin_generations`."""
        parameters = {"hours": str(hours)}
        return read(await self._calls.repeat("GET", "/api/admin/metrics", parameters=parameters), AdminMetrics)

    def _download(
        self,
        generation_id: str,
        export_format: ExportFormat,
        direction: Direction | None,
        chapters: ExportedChapters,
        language: str | None,
    ) -> Download:
        retries, timeout = self._retries(), self._timeout
        return Download(self._http, retries, timeout, generation_id, export_format, direction, chapters, language)

    def _retries(self) -> Retries:
        return Retries(str(self._http.base_url), self._patience, self._on_coming_back)


def _given(**parameters: str | None) -> dict[str, str]:
    """Return the parameters that have a value."""
    return {name: value for name, value in parameters.items() if value is not None}


def _check_done(response: httpx.Response) -> None:
    if response.status_code != HTTPStatus.NO_CONTENT:
        raise ProtocolBroken(f"{response.request.url} does not confirm the change as this app does.")
