"""The listener: the app's routes, the Durable API, and the host's own addresses."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import hdrs, web

from tools.devhost.http.addresses import is_served_here, path_segments
from tools.devhost.http.admin import AdminApi
from tools.devhost.http.body import BodyError
from tools.devhost.http.callers import Handler, for_admin, for_durable_api
from tools.devhost.http.connection import HostConnection
from tools.devhost.http.keys import Keys, key_of
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.management import ManagementApi
from tools.devhost.http.proxy import HttpFunctions
from tools.devhost.http.routes import RouteTable
from tools.devhost.http.urls import WEBHOOK_PATH, DurableUrls

_SHUTDOWN_GRACE_S = 0.2
_BACKLOG = 512

_logger = logging.getLogger("devhost.http")


@dataclass(frozen=True, slots=True)
class Served:
    """Everything that a host serves."""

    routes: RouteTable
    functions: HttpFunctions
    management: ManagementApi
    own_management: ManagementApi
    """The same for the SDK within the app, at a secret address."""
    admin: AdminApi
    urls: DurableUrls
    keys: Keys


def bare_server() -> web.Application:
    """Return a server without addresses, which only checks requests."""
    return web.Application(middlewares=[_check_request])


def build_server(served: Served) -> web.Application:
    """Return a server with all addresses of the host."""
    server = bare_server()
    server.add_routes(served.management.routes(WEBHOOK_PATH, for_durable_api(served.keys)))
    # Only the app knows this path.
    server.add_routes(served.own_management.routes(served.urls.rpc_path, lambda handler: handler))
    server.add_routes(served.admin.routes(for_admin(served.keys)))
    server.router.add_route("*", r"/{path:[\s\S]*}", _function_handler(served))
    return server


@asynccontextmanager
async def running_server(
    server: web.Application, listener: socket.socket, limits: RequestLimits
) -> AsyncGenerator[Callable[[], None]]:
    """Serve on `listener` until the context is left. The yielded function closes all connections at once."""
    runner = web.AppRunner(server, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_GRACE_S)
    await runner.setup()
    connections, loop = runner.server, asyncio.get_running_loop()
    if connections is None:
        raise RuntimeError("setup() makes the server")
    # Not a site of aiohttp's: those make connections of aiohttp's own class.
    listening = await loop.create_server(
        lambda: HostConnection(connections, loop, limits), sock=listener, backlog=_BACKLOG
    )

    def abort() -> None:
        listening.close()
        for connection in connections.connections:
            if connection.transport is not None:
                connection.transport.abort()

    try:
        yield abort
    finally:
        listening.close()
        await runner.cleanup()


def _function_handler(served: Served) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path
        matched = served.routes.match(request.method, path_segments(path))
        if matched is None:
            # The host's home page is switched off (AzureWebJobsDisableHomepage), and then has no content.
            return web.Response(status=204 if path == "/" else 404)
        route, parameters = matched
        key = key_of(request.headers, request.query)
        if not served.keys.allows_function(route.auth_level, route.function.name, key):
            return web.Response(status=401)
        return await served.functions.run(route.function, parameters, request)

    return handle


@web.middleware
async def _check_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what Azure's server refuses before routing."""
    connection = request.protocol
    if not isinstance(connection, HostConnection):
        raise TypeError("running_server() makes the connections")
    connection.begin_request(request)
    try:
        if connection.has_too_large_headers(request):
            return _closing(431)
        if not _can_be_served(request):
            return web.Response(status=400)
        return await handler(request)
    except BodyError as error:
        _logger.warning("%s %s: %s", request.method, request.path, error)
        return _closing(error.status)
    finally:
        connection.end_request()


def _closing(status: int) -> web.Response:
    """Return an empty answer after which the connection is closed."""
    response = web.Response(status=status)
    response.force_close()
    return response


def _can_be_served(request: web.Request) -> bool:
    if request.method == hdrs.METH_CONNECT or not is_served_here(request.raw_path, request.headers.get(hdrs.HOST, "")):
        return False
    try:
        for _, value in request.raw_headers:
            value.decode()  # other encodings could not be forwarded unchanged
        has_host = request.url.host is not None
    except ValueError:
        return False
    return has_host
