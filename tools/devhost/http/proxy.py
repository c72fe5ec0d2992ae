"""HTTP functions: requests go to the app unbuffered, and so do its answers to the client.

With the streaming extension the app has its own HTTP server, and a header matches a request to its invocation. The
invocation ends when the function returns; the stream continues, and the function timeout covers both. Without the
extension a request is one message to the function, and its answer is one message back.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Mapping
from types import SimpleNamespace

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tools.devhost.functions import Function
from tools.devhost.http.body import IncomingBody
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.trace import put_span_between
from tools.devhost.worker.protos import RpcHttp, TypedData
from tools.devhost.worker.runner import FunctionRunner
from tools.devhost.worker.worker import Invocation

_INVOCATION_HEADER = "x-ms-invocation-id"

#: RFC 9110 §7.6.1: for one connection only; Host is replaced by X-Forwarded-Host, as Azure's proxy does. Headers that
#: Connection names are passed on, as there.
_NOT_FORWARDED = frozenset(
    {
        "connection",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
#: Below the 5 s after which the app's server closes an idle connection, so that none is reused while it closes.
_KEEPALIVE_S = 4.0
#: How much of an answer is forwarded at a time: a slow client must not fill the memory.
_PIECE_BYTES = 64 * 1024

_BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_logger = logging.getLogger("devhost.http")


class HttpFunctions:
    """Runs HTTP functions for clients."""

    def __init__(self, runner: FunctionRunner, limits: RequestLimits) -> None:
        self._runner = runner
        self._worker = runner.worker
        self._timeout_s = runner.timeout_s
        self._limits = limits
        self._session: aiohttp.ClientSession | None = None
        self._invocations: set[asyncio.Task[Invocation]] = set()

    async def open(self) -> None:
        """Open the connection pool to the app; it has no timeout, decodes no body and follows no redirect."""
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_mark_sent)
        self._session = aiohttp.ClientSession(
            trace_configs=[trace],
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )

    async def close(self) -> None:
        for invocation in self._invocations:
            invocation.cancel()
        if self._session is not None:
            await self._session.close()

    async def run(self, function: Function, parameters: Mapping[str, str], request: web.Request) -> web.StreamResponse:
        """Answer `request` with `function`.

        Raises:
            BodyError: the request's body cannot be read to its end.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._worker.http_uri is None:
                    return await self._run_buffered(function, parameters, request)
                return await self._run_streamed(self._worker.http_uri, function, parameters, request)
        except TimeoutError:
            _logger.warning("function %r exceeded the function timeout of %s s", function.name, self._timeout_s)
            return web.Response(status=500, text="The function timed out.")

    async def _run_streamed(
        self, http_uri: str, function: Function, parameters: Mapping[str, str], request: web.Request
    ) -> web.StreamResponse:
        if self._session is None:
            raise RuntimeError("open() must be called before the first request")
        invocation_id = str(uuid.uuid4())
        head = RpcHttp(method=request.method, url=str(request.url), params=parameters)
        sent = asyncio.Event()
        body = IncomingBody(request, self._limits)
        forwarding = asyncio.create_task(
            _forward(self._session, http_uri + _target(request), invocation_id, request, body, sent)
        )
        invocation = asyncio.create_task(self._invoke_when_sent(sent, function, head, invocation_id))
        self._keep(function, invocation)
        try:
            await asyncio.wait({invocation, forwarding}, return_when=asyncio.FIRST_COMPLETED)
            if not forwarding.done() and invocation.exception() is not None:
                return web.Response(status=500)  # the worker failed before it looked for the request
            return await forwarding
        except aiohttp.ClientError as error:
            if body.failure is not None:
                raise body.failure from error
            _logger.warning("function %r: the app gave no answer: %s", function.name, error)
            return web.Response(status=502, text="The function gave no answer.")
        finally:
            forwarding.cancel()
            if not sent.is_set():
                invocation.cancel()

    async def _invoke_when_sent(
        self, sent: asyncio.Event, function: Function, head: RpcHttp, invocation_id: str
    ) -> Invocation:
        """Start the invocation once its request was sent: it would await that forever."""
        await sent.wait()
        async with asyncio.timeout(self._timeout_s):
            return await self._worker.invoke(
                function, self._runner.inputs(function, TypedData(http=head)), invocation_id
            )

    def _keep(self, function: Function, invocation: asyncio.Task[Invocation]) -> None:
        def ended(task: asyncio.Task[Invocation]) -> None:
            self._invocations.discard(task)
            _log_failure(function, task)

        self._invocations.add(invocation)
        invocation.add_done_callback(ended)

    async def _run_buffered(
        self, function: Function, parameters: Mapping[str, str], request: web.Request
    ) -> web.Response:
        body = await IncomingBody(request, self._limits).read()
        headers = CIMultiDict(request.headers)
        put_span_between(headers)
        message = RpcHttp(
            method=request.method,
            url=str(request.url),
            headers={name.lower(): value for name, value in headers.items()},
            params=parameters,
            query=dict(request.query),
            body=TypedData(bytes=body),
        )
        invocation = await self._worker.invoke(function, self._runner.inputs(function, TypedData(http=message)))
        if invocation.error is not None:
            _logger.error("function %r failed: %s\n%s", function.name, invocation.error, invocation.stack)
            return web.Response(status=500)
        return _buffered_response(invocation)


async def _forward(
    session: aiohttp.ClientSession,
    url: str,
    invocation_id: str,
    request: web.Request,
    body: IncomingBody,
    sent: asyncio.Event,
) -> web.StreamResponse:
    async with session.request(
        request.method,
        URL(url, encoded=True),
        headers=_forwarded_headers(request, invocation_id),
        trace_request_ctx=sent,
        data=body if _has_body(request) else None,
        allow_redirects=False,
    ) as upstream:
        return await _copy(upstream, request)


async def _mark_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx.set()


def _target(request: web.Request) -> str:
    """Path and query as they were sent; the target may be a whole URL (RFC 9112 §3.2.2)."""
    return request.raw_path if request.raw_path.startswith("/") else request.rel_url.raw_path_qs


def _has_body(request: web.Request) -> bool:
    return request.body_exists or request.method not in _BODILESS_METHODS


def _forwarded_headers(request: web.Request, invocation_id: str) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    put_span_between(headers)
    headers[_INVOCATION_HEADER] = invocation_id
    headers.add("X-Forwarded-For", request.remote or "")
    headers.setdefault("X-Forwarded-Proto", request.scheme)
    headers.setdefault("X-Forwarded-Host", request.host)
    return headers


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.casefold() not in _NOT_FORWARDED)


async def _copy(upstream: aiohttp.ClientResponse, request: web.Request) -> web.StreamResponse:
    """Forward the app's answer piece by piece."""
    response = web.StreamResponse(status=upstream.status, reason=upstream.reason, headers=_end_to_end(upstream.headers))
    await response.prepare(request)
    try:
        async for chunk in upstream.content.iter_chunked(_PIECE_BYTES):
            await response.write(chunk)
        await response.write_eof()
    except aiohttp.ClientError as error:
        _logger.warning("%s %s: the app's answer broke off: %s", request.method, request.path, error)
        if request.transport is not None:
            request.transport.abort()  # so that the client does not take half an answer for a complete one
    except ConnectionResetError:
        _logger.debug("%s %s: the client went away", request.method, request.path)
    return response


def _buffered_response(invocation: Invocation) -> web.Response:
    outputs = [binding.data for binding in invocation.outputs if binding.data.kind == "http"]
    value = invocation.value or (outputs[0] if outputs else None)
    if value is None:
        return web.Response(status=204)
    if value.kind != "http" or not isinstance(value.value, RpcHttp):
        text = value.value if isinstance(value.value, str) else json.dumps(value.value)
        return web.Response(text=text)
    answer = value.value
    body = answer.body.value or b""
    content = body.encode() if isinstance(body, str) else body
    return web.Response(
        status=int(answer.status_code or 200),
        headers=dict(answer.headers),
        body=content if isinstance(content, bytes) else json.dumps(content).encode(),
    )


def _log_failure(function: Function, ended: asyncio.Task[Invocation]) -> None:
    if ended.cancelled():
        return
    if (error := ended.exception()) is not None:
        _logger.error("function %r could not be run: %s: %s", function.name, type(error).__name__, error)
    elif (invocation := ended.result()).error is not None:
        _logger.error("function %r failed: %s", function.name, invocation.error)  # the app's server logs the stack
