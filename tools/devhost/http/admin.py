"""The host's admin API: its status, its functions, and running a function by hand that has no HTTP trigger.

Source: https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence

from aiohttp import web

from tools.devhost.engine.background import Background
from tools.devhost.functions import ACTIVITY_TRIGGER, TIMER_TRIGGER, Function
from tools.devhost.http.body import IncomingBody
from tools.devhost.http.callers import Guard
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.routes import RouteTable
from tools.devhost.timers.schedule import Timer
from tools.devhost.timers.timers import timer_info
from tools.devhost.worker.protos import TypedData
from tools.devhost.worker.runner import FunctionRunner

#: The host that this one imitates.
_VERSION = "4.1037.0.0"

_logger = logging.getLogger("devhost")


class AdminApi:
    """The admin API, for callers with the master key."""

    def __init__(
        self,
        functions: Sequence[Function],
        routes: RouteTable,
        timers: Sequence[Timer],
        runner: FunctionRunner,
        background: Background,
        limits: RequestLimits,
    ) -> None:
        self._functions = {function.name.casefold(): function for function in functions}
        self._paths = {route.function.name: route.path for route in routes.routes}
        self._timers = {timer.function.name: timer for timer in timers}
        self._runner = runner
        self._background = background
        self._limits = limits
        self._started = time.monotonic()

    def routes(self, guard: Guard) -> list[web.RouteDef]:
        """Return the addresses; `guard` wraps each handler with the check of its caller."""
        return [
            web.get("/admin/host/status", guard(self._status)),
            web.get("/admin/functions", guard(self._list)),
            web.post("/admin/functions/{name}", guard(self._invoke)),
        ]

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "id": "devhost",
                "state": "Running",
                "version": _VERSION,
                "versionDetails": f"devhost, in place of {_VERSION}",
                "platformVersion": "",
                "instanceId": "",
                "computerName": "",
                "processUptime": int((time.monotonic() - self._started) * 1000),
                "functionAppContentEditingState": "Unknown",
            }
        )

    async def _list(self, request: web.Request) -> web.Response:
        origin = str(request.url.origin())
        return web.json_response([_shown(function, self._paths, origin) for function in self._functions.values()])

    async def _invoke(self, request: web.Request) -> web.Response:
        function = self._functions.get(request.match_info["name"].casefold())
        if function is None:
            return web.Response(status=404)
        try:
            given = _input_of(await IncomingBody(request, self._limits).read())
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
        result = await self._runner.run(function, value)
        if result.error is not None:
            _logger.error("function %r, run by hand, failed: %s\n%s", function.name, result.error, result.stack)


def _input_of(body: bytes) -> str | None:
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


def _shown(function: Function, paths: Mapping[str, str], origin: str) -> dict[str, object]:
    """Return a function as the admin API lists it; the links to files are empty here."""
    path = paths.get(function.name)
    return {
        "name": function.name,
        "script_root_path_href": None,
        "script_href": None,
        "config_href": None,
        "test_data_href": None,
        "href": f"{origin}/admin/functions/{function.name}",
        "invoke_url_template": None if path is None else f"{origin}/{path}",
        "language": "python",
        "config": {
            "name": function.name,
            "language": "python",
            "bindings": [binding.values for binding in function.bindings],
        },
        "files": None,
        "test_data": None,
        "isDisabled": False,
        "isDirect": True,
        "isProxy": False,
    }
