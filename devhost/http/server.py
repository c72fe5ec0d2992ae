"""The listener: the app's routes, the Durable API, and the host's own addresses."""

from aiohttp import web

from devhost.engine.engine import Engine
from devhost.http.admin import AdminApi
from devhost.http.keys import Keys, key_of
from devhost.http.management import Handler, ManagementApi
from devhost.http.proxy import HttpFunctions
from devhost.http.routes import RouteTable
from devhost.http.urls import WEBHOOK_PATH, DurableUrls


def build_server(
    routes: RouteTable,
    functions: HttpFunctions,
    engine: Engine,
    admin: AdminApi,
    urls: DurableUrls,
    keys: Keys,
    body_limit_bytes: int,
) -> web.Application:
    """The application aiohttp serves."""

    def check_key(handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            if not keys.allows_durable_api(key_of(request.headers, request.query)):
                return web.Response(status=401)
            return await handler(request)

        return checked

    management = ManagementApi(engine, urls)
    # aiohttp's own limit holds for bodies the host reads itself; streamed ones are counted by HttpFunctions.
    server = web.Application(client_max_size=body_limit_bytes, middlewares=[_check_headers])
    server.add_routes(management.routes(WEBHOOK_PATH, check_key))
    server.add_routes(management.routes(urls.rpc_path, lambda handler: handler))
    server.add_routes(admin.routes())
    server.router.add_route("*", r"/{path:[\s\S]*}", _function_handler(routes, functions, keys))
    return server


def _function_handler(routes: RouteTable, functions: HttpFunctions, keys: Keys) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        matched = routes.match(request.method, request.rel_url.raw_path)
        if matched is None:
            return web.Response(status=404)
        route, parameters = matched
        key = key_of(request.headers, request.query)
        if not keys.allows_function(route.auth_level, route.function.name, key):
            return web.Response(status=401)
        return await functions.run(route.function, parameters, request)

    return handle


@web.middleware
async def _check_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse header values that are no UTF-8, as Azure's server does; they could not be passed on as they are."""
    try:
        for _, value in request.raw_headers:
            value.decode()
    except UnicodeDecodeError:
        return web.Response(status=400, text="Malformed request: invalid headers.")
    return await handler(request)
