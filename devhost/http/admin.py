"""``POST /admin/functions/{name}``: runs a function that no HTTP request fires, by hand; the master key opens it.

Source: https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
"""

import json
import logging
from collections.abc import Iterable

from aiohttp import web

from devhost.engine.background import Background
from devhost.functions import ACTIVITY_TRIGGER, TIMER_TRIGGER, Function
from devhost.http.keys import Keys, key_of
from devhost.timers.schedule import Timer
from devhost.timers.timers import timer_info
from devhost.worker.protos import TypedData
from devhost.worker.triggered import TriggeredFunctions

_logger = logging.getLogger("devhost")


class AdminApi:
    """The host's own addresses for whoever holds its master key."""

    def __init__(
        self,
        functions: Iterable[Function],
        timers: Iterable[Timer],
        triggered: TriggeredFunctions,
        background: Background,
        keys: Keys,
    ) -> None:
        self._functions = {function.name.casefold(): function for function in functions}
        self._timers = {timer.function.name: timer for timer in timers}
        self._triggered = triggered
        self._background = background
        self._keys = keys

    def routes(self) -> list[web.RouteDef]:
        """The addresses; how the host stands is open to all, as its probes carry no key."""
        return [web.get("/admin/host/status", _status), web.post("/admin/functions/{name}", self._invoke)]

    async def _invoke(self, request: web.Request) -> web.Response:
        if not self._keys.allows_admin(key_of(request.headers, request.query)):
            return web.Response(status=401)
        function = self._functions.get(request.match_info["name"].casefold())
        if function is None:
            return web.Response(status=404)
        try:
            given = _input_of(await request.text())
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        value = self._value(function, given)
        if value is None:
            return web.Response(status=400, text=f"{function.name!r} ({function.trigger_type}) can't be run by hand.")
        self._background.start(self._run(function, value), name=f"admin-{function.name}")
        return web.Response(status=202)

    def _value(self, function: Function, given: str | None) -> TypedData | None:
        match function.trigger_type:
            case t if t == TIMER_TRIGGER:
                return TypedData(json=timer_info(self._timers[function.name], None, is_past_due=False))
            case t if t == ACTIVITY_TRIGGER:
                return TypedData(string=given or "")
            case _:
                return None

    async def _run(self, function: Function, value: TypedData) -> None:
        result = await self._triggered.run(function, value)
        if result.error is not None:
            _logger.error("function %r, run by hand, failed: %s\n%s", function.name, result.error, result.stack)


def _input_of(body: str) -> str | None:
    """The ``input`` of a body such as ``{"input": "text"}``; an empty body has none.

    Raises:
        ValueError: the body is something else.
    """
    if not body.strip():
        return None
    content: object = json.loads(body)
    given: object = content.get("input") if isinstance(content, dict) else content  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- JSON
    if not isinstance(content, dict) or not isinstance(given, str | None):
        raise ValueError('The body has to be a JSON object such as {"input": "text"}.')  # noqa: TRY004 -- a bad body is a bad value
    return given


async def _status(_request: web.Request) -> web.Response:
    return web.json_response({"state": "Running"})
