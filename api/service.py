"""What every route goes through: its dependencies, the limits, and its errors' answers."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import cached_property

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import BaseModel

from api.cors import cors_headers
from api.errors import log_fault, log_refusal, rate_headers
from api.limits.body_budget import BODIES_AT_ONCE, BodyBudget, Room
from api.limits.client_address import client_address
from api.limits.limits import Limits
from api.requests import check_body_headers, digest_of, parse_body, read_json
from api.tracing import RequestTrace
from shared.deps import Deps, ResolveDeps
from shared.errors import Allowance, MangaError, NotFound
from shared.names import is_generation_id
from shared.settings import Settings
from shared.telemetry.port import NO_TELEMETRY, Telemetry


@dataclass(frozen=True, slots=True)
class Sent[Body: BaseModel]:
    """What a client has sent: its body as the route's shape, and a digest of the JSON that it was.

    Only a request with an Idempotency-Key needs a digest; for others it is empty.
    """

    body: Body
    digest: str


class Service:
    """The routes' common ground; one for the whole app, so that limits are counted over all of them."""

    def __init__(self, resolve_deps: ResolveDeps) -> None:
        self._resolve_deps = resolve_deps
        self._counting: set[asyncio.Task[Allowance | None]] = set()

    @cached_property
    def limits(self) -> Limits:
        """The limits of this app's clients."""
        deps = self._resolve_deps()
        return Limits(deps.settings, deps.blobs)

    @cached_property
    def bodies(self) -> BodyBudget:
        """The memory for request bodies."""
        return BodyBudget(BODIES_AT_ONCE * self._resolve_deps().settings.max_request_bytes)

    async def answer(
        self, request: Request, handle: Callable[[Deps], Awaitable[Response]], *, limited_as: str | None = None
    ) -> Response:
        """Return the handler's answer, or the answer that its error becomes.

        `limited_as` is the endpoint whose rate limit counts the request before it is handled.
        """

        async def counted(deps: Deps) -> Response:
            allowance = await self._count(deps, request, limited_as) if limited_as is not None else None
            return _with_allowance(await handle(deps), allowance)

        return await self._answer(request, counted, limited_as)

    async def answer_json[Body: BaseModel](
        self,
        request: Request,
        shape: type[Body],
        handle: Callable[[Deps, Sent[Body]], Awaitable[Response]],
        *,
        limited_as: str,
    ) -> Response:
        """Return the answer to a request with a JSON body of the given shape.

        The memory for its body is bounded before anything else. The request is counted while the body is read and
        checked, so that a broken one is refused without waiting for the storage; one that is known to be too many, or
        whose headers tell enough, is refused before that.
        """

        async def read_and_counted(deps: Deps) -> Response:
            check_body_headers(request, deps.settings)
            self.limits.check_request(limited_as, client_address(request, deps.settings))
            with self.bodies.opened() as room:
                counting = self._in_background(self._count(deps, request, limited_as))
                sent = await _read(request, shape, deps.settings, room)
                allowance = await counting
                return _with_allowance(await handle(deps, sent), allowance)

        return await self._answer(request, read_and_counted, limited_as)

    async def _answer(
        self, request: Request, handle: Callable[[Deps], Awaitable[Response]], endpoint: str | None
    ) -> Response:
        trace = RequestTrace(self._telemetry, request, endpoint)
        with trace.span() as span:
            try:
                response = await handle(self._resolve_deps())
            except MangaError as exc:
                response = trace.refused(span, await self._refuse(request, exc))
            except Exception as exc:  # noqa: BLE001 - the last boundary: a fault of ours becomes an answer in our words
                response = trace.refused(span, log_fault(exc))
            span.note({"http.response.status_code": response.status_code})
        self._add_headers(request, response)
        return response

    @property
    def _telemetry(self) -> Telemetry:
        try:
            return self._resolve_deps().telemetry
        except MangaError:
            # The settings can't be read, which is about to be answered.
            return NO_TELEMETRY

    async def _refuse(self, request: Request, error: MangaError) -> MangaError:
        """Return what to answer with; a generation may be not found because its retention has passed."""
        generation_id = request.path_params.get("id", "")
        if isinstance(error, NotFound) and is_generation_id(generation_id):
            try:
                await self._resolve_deps().lifecycles.refuse_gone(generation_id)
            except MangaError as exc:
                error = exc
        log_refusal(error)
        return error

    async def _count(self, deps: Deps, request: Request, endpoint: str) -> Allowance | None:
        return await self.limits.take_request(endpoint, client_address(request, deps.settings))

    def _in_background(self, counting: Coroutine[None, None, Allowance | None]) -> asyncio.Task[Allowance | None]:
        task = asyncio.create_task(counting)
        self._counting.add(task)
        task.add_done_callback(self._counted)
        return task

    def _counted(self, task: asyncio.Task[Allowance | None]) -> None:
        self._counting.discard(task)
        if not task.cancelled():
            # Whoever waits for it gets the error; a request that was refused before does not wait.
            task.exception()

    def _add_headers(self, request: Request, response: Response) -> None:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        try:
            settings = self._resolve_deps().settings
        except MangaError:
            # Already answered: the settings can't be read.
            return
        response.headers.update(cors_headers(request, settings))


async def _read[Body: BaseModel](request: Request, shape: type[Body], settings: Settings, room: Room) -> Sent[Body]:
    json = await read_json(request, settings, room)
    digest = await digest_of(json) if "idempotency-key" in request.headers else ""
    return Sent(await parse_body(shape, json, settings), digest)


def _with_allowance(response: Response, allowance: Allowance | None) -> Response:
    if allowance is not None:
        response.headers.update(rate_headers(allowance))
    return response
