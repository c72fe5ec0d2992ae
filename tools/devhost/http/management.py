"""The Durable extension's HTTP API, for clients (webhooks) and for the SDK in the app (RPC): one set of handlers."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC

from aiohttp import web

from tools.devhost.engine.clock import from_text, to_text
from tools.devhost.engine.engine import Engine, FinishedInstanceError, InvalidInstanceIdError, UnknownInstanceError
from tools.devhost.engine.entities import entity_id
from tools.devhost.engine.execution.history import to_json
from tools.devhost.engine.execution.replay import UnknownFunctionError
from tools.devhost.engine.execution.rewind import RewindNotSupportedError
from tools.devhost.engine.storage.commits import InstanceExistsError, UnfinishedInstanceError
from tools.devhost.engine.storage.queues import MessageRefusedError
from tools.devhost.engine.storage.records import InstanceFilter, RuntimeStatus
from tools.devhost.http.body import IncomingBody
from tools.devhost.http.callers import Guard, Handler
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.status import render_history, render_status
from tools.devhost.http.urls import DurableUrls

_CONTINUATION_HEADER = "x-ms-continuation-token"
_POLL_INTERVAL_S = 0.05
#: The extension reads a 32-bit number.
_MAX_TOP = 2**31 - 1


class ManagementApi:
    """Handlers over one engine.

    With `knows_app`, as for the SDK's client, a start of an orchestrator that the app lacks is refused. A client of the
    webhooks may start anything; what the app lacks stays pending.
    """

    def __init__(self, engine: Engine, urls: DurableUrls, limits: RequestLimits, *, knows_app: bool) -> None:
        self._engine = engine
        self._urls = urls
        self._limits = limits
        self._knows_app = knows_app

    def routes(self, base: str, guard: Guard) -> list[web.RouteDef]:
        """The API under `base`; `guard` wraps each handler with the check of its caller."""
        table: list[tuple[str, str, Handler]] = [
            ("POST", "/orchestrators/{name}", self._start),
            ("POST", "/orchestrators/{name}/{instance_id}", self._start),
            ("GET", "/instances", self._list),
            ("GET", "/instances/", self._list),
            ("DELETE", "/instances", self._purge_matching),
            ("DELETE", "/instances/", self._purge_matching),
            ("GET", "/instances/{instance_id}", self._status),
            ("DELETE", "/instances/{instance_id}", self._purge),
            ("POST", "/instances/{instance_id}/raiseEvent/{event}", self._raise_event),
            ("POST", "/instances/{instance_id}/terminate", self._controls(self._engine.terminate)),
            ("POST", "/instances/{instance_id}/suspend", self._controls(self._engine.suspend)),
            ("POST", "/instances/{instance_id}/resume", self._controls(self._engine.resume)),
            ("POST", "/instances/{instance_id}/rewind", self._rewind),
            ("POST", "/instances/{instance_id}/restart", self._restart),
            ("GET", "/entities", self._list_entities),
            ("GET", "/entities/", self._list_entities),
            ("GET", "/entities/{entity}", self._list_entities),
            ("GET", "/entities/{entity}/{key}", self._read_entity),
            ("POST", "/entities/{entity}/{key}", self._signal_entity),
            ("*", "/{nothing:.*}", _nothing),
        ]
        return [web.route(method, base + path, guard(_answering_errors(handler))) for method, path, handler in table]

    async def _start(self, request: web.Request) -> web.Response:
        instance = await self._engine.start(
            request.match_info["name"],
            request.match_info.get("instance_id"),
            await self._json_body(request),
            request.query.get("version"),
            request.headers.get("traceparent"),
            must_exist=self._knows_app,
        )
        if (timeout_s := _number(request.query.get("timeout", ""))) is not None:
            return await self._wait(request, instance.instance_id, timeout_s)
        return self._accepted(request, instance.instance_id)

    async def _wait(self, request: web.Request, instance_id: str, timeout_s: float) -> web.Response:
        """Wait for the end: return the output, or the management addresses if it takes too long."""
        interval_s = min(_number(request.query.get("pollingInterval", "")) or 1, timeout_s) or _POLL_INTERVAL_S
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while loop.time() < deadline:
            instance = self._engine.get(instance_id)
            if instance is not None and instance.status.is_final:
                if instance.status is RuntimeStatus.COMPLETED:
                    return _json_response(instance.output or "null")
                failed = instance.status is RuntimeStatus.FAILED
                return _json_response(render_status(instance), status=500 if failed else 200)
            await asyncio.sleep(interval_s)
        return self._accepted(request, instance_id)

    async def _status(self, request: web.Request) -> web.Response:
        instance = self._engine.get(request.match_info["instance_id"])
        if instance is None:
            return _empty(404)
        show_input = _flag(request.query, "showInput", default=True)
        history = None
        if _flag(request.query, "showHistory"):
            show_output = _flag(request.query, "showHistoryOutput")
            events = self._engine.get_history(instance.instance_id)
            history = render_history(events, show_output=show_output, show_input=show_input)
        body = render_status(instance, show_input=show_input, history=history)
        if not instance.status.is_final:
            headers = {"Location": str(request.url), "Retry-After": "5"}
            return _json_response(body, status=202, headers=headers)
        reports_failure = _flag(request.query, "returnInternalServerErrorOnFailure")
        failed = instance.status is RuntimeStatus.FAILED and reports_failure
        return _json_response(body, status=500 if failed else 200)

    async def _list(self, request: web.Request) -> web.Response:
        after_id = _last_id(request.headers.get(_CONTINUATION_HEADER, ""))
        top = _top(request.query)
        found = [] if after_id is None else self._engine.find(_filter(request.query, after_id, top and top + 1))
        headers: dict[str, str] = {}
        if top is not None and len(found) > top:
            found = found[:top]
            headers[_CONTINUATION_HEADER] = base64.b64encode(found[-1].instance_id.encode()).decode()
        show_input = _flag(request.query, "showInput", default=True)
        body = "[" + ",".join(render_status(instance, show_input=show_input) for instance in found) + "]"
        return _json_response(body, headers=headers)

    async def _raise_event(self, request: web.Request) -> web.Response:
        self._engine.check_unfinished(request.match_info["instance_id"])
        if request.content_type != "application/json":
            raise _BadRequestError("Only application/json request content is supported")
        body = await self._json_body(request)
        await self._engine.raise_event(request.match_info["instance_id"], request.match_info["event"], body)
        return _empty(202)

    def _controls(self, operation: Callable[[str, str], Awaitable[None]]) -> Handler:
        """Return the handler of an operation that takes an instance id and a reason."""

        async def handle(request: web.Request) -> web.Response:
            await operation(request.match_info["instance_id"], request.query.get("reason", ""))
            return _empty(202)

        return handle

    async def _rewind(self, request: web.Request) -> web.Response:
        instance_id = request.match_info["instance_id"]
        try:
            await self._engine.rewind(instance_id, request.query.get("reason", ""))
        except UnknownInstanceError:
            # Verbatim, with the extension's stray dollar sign.
            return _text_error(404, f'No orchestration with instance ID "${instance_id}" found.')
        return _empty(202)

    async def _restart(self, request: web.Request) -> web.Response:
        with_new_id = _flag(request.query, "restartWithNewInstanceId", default=True)
        instance = await self._engine.restart(request.match_info["instance_id"], with_new_id=with_new_id)
        return self._accepted(request, instance.instance_id)

    async def _purge(self, request: web.Request) -> web.Response:
        try:
            return _purged(await self._engine.purge(request.match_info["instance_id"]))
        except UnfinishedInstanceError as error:
            return _text_error(412, str(error))

    async def _purge_matching(self, request: web.Request) -> web.Response:
        wanted = _filter({**request.query, "instanceIdPrefix": ""})  # the extension purges by time and status only
        if wanted.created_from is None:
            return _text_error(400, "Please provide value for 'createdTimeFrom' parameter.")
        return _purged(await self._engine.purge_matching(wanted))

    async def _signal_entity(self, request: web.Request) -> web.Response:
        body = await self._json_body(request)
        await self._engine.signal_entity(_entity_of(request), request.query.get("op", ""), body)
        return _empty(202)

    async def _read_entity(self, request: web.Request) -> web.Response:
        entity = self._engine.get_entity(_entity_of(request))
        return _json_response(entity.state or "null") if entity else _empty(404)

    async def _list_entities(self, request: web.Request) -> web.Response:
        name = request.match_info.get("entity")
        fetch_state = _flag(request.query, "fetchState")
        listed: list[dict[str, object]] = []
        for entity in self._engine.find_entities(entity_id(name, "") if name else None):
            entity_name, _, key = entity.entity_id.removeprefix("@").partition("@")
            item: dict[str, object] = {
                "entityId": {"name": entity_name, "key": key},
                "lastOperationTime": entity.updated_at,
            }
            if fetch_state:
                item["state"] = json.loads(entity.state or "null")
            listed.append(item)
        return _json_response(json.dumps(listed))

    def _accepted(self, request: web.Request, instance_id: str) -> web.Response:
        payload = self._urls.for_caller(instance_id, str(request.url.origin()))
        headers = {"Location": payload["statusQueryGetUri"], "Retry-After": "10"}
        return _json_response(_compact(payload), status=202, headers=headers)

    async def _json_body(self, request: web.Request) -> str:
        """Return the body as compact JSON text; an empty one is null."""
        body = await IncomingBody(request, self._limits).read()
        if not body.strip():
            return "null"
        try:
            value: object = json.loads(body)
        except ValueError as error:
            raise _BadRequestError(f"The request body is not JSON: {error}") from error
        return to_json(value)


def _answering_errors(handler: Handler) -> Handler:
    """Turn the engine's errors into the extension's answers."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (UnknownFunctionError, InvalidInstanceIdError, _BadRequestError) as error:
            return _exception_body(400, error)
        except UnknownInstanceError:
            return _empty(404)
        except FinishedInstanceError:
            return _empty(410)
        except RewindNotSupportedError as error:
            return _text_error(501, str(error))
        except (InstanceExistsError, MessageRefusedError) as error:
            return _exception_body(500, error)

    return answer


class _BadRequestError(Exception):
    """The request cannot be understood."""


async def _nothing(_request: web.Request) -> web.Response:
    return _empty(404)


def _filter(query: Mapping[str, str], after_id: str = "", limit: int | None = None) -> InstanceFilter:
    """Read a list's or a purge's filter; as in the extension, an invalid value is ignored."""
    return InstanceFilter(
        created_from=_time(query.get("createdTimeFrom", "")),
        created_to=_time(query.get("createdTimeTo", "")),
        statuses=tuple(status for status in RuntimeStatus if status in query.get("runtimeStatus", "").split(",")),
        id_prefix=query.get("instanceIdPrefix") or None,
        after_id=after_id or None,
        limit=limit,
    )


def _time(text: str) -> str | None:
    try:
        return to_text(from_text(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _top(query: Mapping[str, str]) -> int | None:
    try:
        top = int(query.get("top", ""))
    except ValueError:
        return None
    return top if 0 < top <= _MAX_TOP else None


def _last_id(token: str) -> str | None:
    """Return the id after which a list continues: "" for its start, None if the token is invalid."""
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        return None


def _flag(query: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    return {"true": True, "false": False}.get(query.get(name, "").casefold(), default)


def _entity_of(request: web.Request) -> str:
    return entity_id(request.match_info["entity"], request.match_info["key"])


def _json_response(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(text=body, status=status, headers=headers, content_type="application/json")


def _purged(count: int) -> web.Response:
    return _json_response(_compact({"instancesDeleted": count})) if count else _empty(404)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _empty(status: int) -> web.Response:
    return web.Response(status=status)


def _text_error(status: int, message: str) -> web.Response:
    """A JSON string, because the SDK parses every body it gets."""
    return _json_response(json.dumps(message), status=status)


def _exception_body(status: int, error: Exception) -> web.Response:
    body = {
        "Message": "Something went wrong while processing your request",
        "ExceptionMessage": str(error),
        "ExceptionType": type(error).__name__,
        "StackTrace": "",
    }
    return _json_response(json.dumps(body), status=status)
