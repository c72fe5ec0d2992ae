"""What every request goes through: limits, reading of its body, its handler, and the answer to errors."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from functools import cached_property

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import BaseModel

from api.cors import cors_headers
from api.endpoint import Endpoint
from api.errors import log_fault, log_refusal, rate_headers
from api.limits.body_budget import BODIES_AT_ONCE, BodyBudget, Room
from api.limits.client_address import client_address
from api.limits.limits import Limits
from api.requests.body import check_body_headers, digest_of, has_body, read_json, validate_body
from api.requests.call import Call
from api.streaming.poller import Pollers
from api.tracing import RequestTrace
from shared.deps import ResolveDeps
from shared.errors import Allowance, MangaError, NotFound
from shared.names import is_generation_id
from shared.ports import Engine
from shared.telemetry.port import NO_TELEMETRY, Telemetry


class Service:
    """Answers the requests of this process. There is one for the whole app, since its requests share the limits."""

    def __init__(self, resolve_deps: ResolveDeps) -> None:
        self._resolve_deps = resolve_deps
        self._pollers = Pollers()
        self._counting: set[asyncio.Task[Allowance | None]] = set()

    @cached_property
    def _limits(self) -> Limits:
        deps = self._resolve_deps()
        return Limits(deps.settings, deps.blobs)

    @cached_property
    def _bodies(self) -> BodyBudget:
        return BodyBudget(BODIES_AT_ONCE * self._resolve_deps().settings.max_request_bytes)

    async def answer(self, endpoint: Endpoint, request: Request, engine: Engine | None = None) -> Response:
        """Return the handler's answer, or the answer to its error."""
        limit = endpoint.limit_of(request)
        trace = RequestTrace(self._telemetry, request, limit)
        with trace.span() as span:
            try:
                response = await self._limited_answer(endpoint, request, engine, limit)
            except MangaError as exc:
                response = trace.refused(span, await self._refuse(request, exc))
            except Exception as exc:  # noqa: BLE001 - the last boundary: a fault in this app gets an answer too
                response = trace.refused(span, log_fault(exc))
            span.note({"http.response.status_code": response.status_code})
        self._add_headers(request, response)
        return response

    async def _limited_answer(
        self, endpoint: Endpoint, request: Request, engine: Engine | None, limit: str | None
    ) -> Response:
        deps = self._resolve_deps()
        call = Call(deps, request, self._limits, self._pollers, engine)
        if endpoint.body is not None:
            if endpoint.is_body_required or has_body(request):
                return await self._answer_with_body(endpoint, endpoint.body, call, limit)
            call = replace(call, body=endpoint.body())
        allowance = await self._count(limit, call)
        return _with_allowance(await endpoint.answer(call), allowance)

    async def _answer_with_body(
        self, endpoint: Endpoint, model: type[BaseModel], call: Call, limit: str | None
    ) -> Response:
        """Read the body and answer.

        What can be refused at once is: by the headers, or by what this process knows about the client's limit. The
        request is counted while its body is read and checked, so that an invalid body does not wait for the storage.
        """
        check_body_headers(call.request, call.deps.settings)
        if limit is not None:
            self._limits.check_request(limit, _client(call))
        with self._bodies.opened() as room:
            counting = self._in_background(self._count(limit, call))
            call = await _with_body(call, model, room)
            allowance = await counting
            return _with_allowance(await endpoint.answer(call), allowance)

    async def _count(self, limit: str | None, call: Call) -> Allowance | None:
        return None if limit is None else await self._limits.take_request(limit, _client(call))

    def _in_background(self, counting: Coroutine[None, None, Allowance | None]) -> asyncio.Task[Allowance | None]:
        task = asyncio.create_task(counting)
        self._counting.add(task)
        task.add_done_callback(self._counted)
        return task

    def _counted(self, task: asyncio.Task[Allowance | None]) -> None:
        self._counting.discard(task)
        if not task.cancelled():
            # Marks its error as seen: nobody awaits the task if the request was refused before.
            task.exception()

    @property
    def _telemetry(self) -> Telemetry:
        try:
            return self._resolve_deps().telemetry
        except MangaError:
            # The settings are invalid; the handler gets this error too.
            return NO_TELEMETRY

    async def _refuse(self, request: Request, error: MangaError) -> MangaError:
        """Return the error to answer with: a generation may not be found because its retention has passed."""
        generation_id = request.path_params.get("id", "")
        if isinstance(error, NotFound) and is_generation_id(generation_id):
            try:
                await self._resolve_deps().lifecycles.refuse_gone(generation_id)
            except MangaError as exc:
                error = exc
        log_refusal(error)
        return error

    def _add_headers(self, request: Request, response: Response) -> None:
        response.headers["X-Content-Type-Options"] = "nosniff"
        try:
            settings = self._resolve_deps().settings
        except MangaError:
            # The settings are invalid, and the answer says so.
            return
        response.headers.update(cors_headers(request, settings))


async def _with_body(call: Call, model: type[BaseModel], room: Room) -> Call:
    json = await read_json(call.request, call.deps.settings, room)
    digest = await digest_of(json) if "idempotency-key" in call.request.headers else ""
    return replace(call, body=await validate_body(model, json, call.deps.settings), body_digest=digest)


def _client(call: Call) -> str:
    return client_address(call.request, call.deps.settings)


def _with_allowance(response: Response, allowance: Allowance | None) -> Response:
    if allowance is not None:
        response.headers.update(rate_headers(allowance))
    return response
