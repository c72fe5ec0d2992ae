"""Who may call the host's own APIs: callers with their key or, if keys are not checked, programs on this machine."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_address

from aiohttp import web

from tools.devhost.http.keys import Keys, key_of

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Guard = Callable[[Handler], Handler]


def for_admin(keys: Keys) -> Guard:
    """Guard the host's administration."""
    return _guard(keys, [keys.master])


def for_durable_api(keys: Keys) -> Guard:
    """Guard the engine's API for clients."""
    return _guard(keys, [keys.master, keys.durable_task])


def is_local(request: web.Request) -> bool:
    """Whether the connection comes from this machine. Headers are ignored: anybody can send them."""
    return request.remote is not None and ip_address(request.remote).is_loopback


def _guard(keys: Keys, accepted: list[str]) -> Guard:
    def guard(handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not keys.enforced and not is_local(request):
                return web.Response(status=HTTPStatus.FORBIDDEN)
            refusal = keys.refusal(key_of(request.headers, request.query), accepted)
            if refusal is None:
                return await handler(request)
            headers = {"WWW-Authenticate": "Bearer"} if refusal is HTTPStatus.UNAUTHORIZED else None
            return web.Response(status=refusal, headers=headers)

        return guarded

    return guard
