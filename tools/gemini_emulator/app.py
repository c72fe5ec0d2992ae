"""The HTTP application: Gemini's calls under `/v1beta` (and `/v1`), and the emulator's own under `/emulator`."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from tools.gemini_emulator.control.calls import Call, CallRecord
from tools.gemini_emulator.control.damage import damaged, needs_no_answer
from tools.gemini_emulator.control.faults import FAULT_RULES, CallFacts, FaultPlan, FaultRule
from tools.gemini_emulator.control.latency import Latency
from tools.gemini_emulator.control.rates import RATE_LIMITS, RateLimits
from tools.gemini_emulator.models import ModelCatalogue
from tools.gemini_emulator.prompt import Prompt, read_prompt
from tools.gemini_emulator.wire.answer import Answer, answer_body, count_tokens, with_thoughts
from tools.gemini_emulator.wire.errors import GoogleError, invalid_argument, plain_error
from tools.gemini_emulator.wire.refusals import quota_exceeded, refusal
from tools.gemini_emulator.wire.request import GenerateContentRequest, parse_request
from tools.gemini_emulator.wire.thinking import Thinking, thinking_of
from tools.gemini_emulator.writer import Writer

LOGGER = logging.getLogger("gemini_emulator")
INVALID_KEY = "invalid"
CLIENT_CLOSED_REQUEST = 499
# https://ai.google.dev/gemini-api/docs/image-generation: 10 of objects and 4 of characters. The message of the
# real API for more is not known.
MAX_REFERENCES = 14
# https://ai.google.dev/gemini-api/docs/image-understanding: 20 MB a request.
MAX_REQUEST_BYTES = 20 * 1024 * 1024
# The same calls under each; google-genai's default differs from version to version.
API_VERSIONS = ("v1beta", "v1", "v1alpha")


@dataclass
class Emulator:
    """The state of the server. Used on its event loop only."""

    writer: Writer = field(default_factory=Writer)
    catalogue: ModelCatalogue = field(default_factory=ModelCatalogue)
    faults: FaultPlan = field(default_factory=FaultPlan)
    latency: Latency = field(default_factory=Latency)
    rates: RateLimits = field(default_factory=RateLimits)
    calls: CallRecord = field(default_factory=CallRecord)
    closing: asyncio.Event = field(default_factory=asyncio.Event)


def build_app(emulator: Emulator) -> Starlette:

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        yield
        emulator.writer.close()

    app = Starlette(
        routes=[
            *(Mount(f"/{version}", routes=_GEMINI_ROUTES, name=version) for version in API_VERSIONS),
            Route("/emulator/health", _health),
            Route("/emulator/calls", _show_calls, methods=["GET"]),
            Route("/emulator/calls", _clear_calls, methods=["DELETE"]),
            Route("/emulator/faults", _show_faults, methods=["GET"]),
            Route("/emulator/faults", _set_faults, methods=["PUT"]),
            Route("/emulator/latency", _set_latency, methods=["PUT"]),
            Route("/emulator/rates", _set_rates, methods=["PUT"]),
        ],
        exception_handlers={
            GoogleError: _google_error,
            404: _no_such_path,
            405: _no_such_path,
            Exception: _own_fault,
        },
        lifespan=lifespan,
    )
    app.state.emulator = emulator
    return app


def _emulator(request: Request) -> Emulator:
    return cast(Emulator, request.app.state.emulator)


# --- Gemini's calls -------------------------------------------------------------------------------------------------


async def _list_models(request: Request) -> Response:
    _check_key(request)
    return JSONResponse({"models": _emulator(request).catalogue.describe_all(_version(request))})


async def _get_model(request: Request) -> Response:
    _check_key(request)
    return JSONResponse(_emulator(request).catalogue.describe(request.path_params["call"], _version(request)))


async def _call_model(request: Request) -> Response:
    _check_key(request)
    emulator = _emulator(request)
    model, _, method = str(request.path_params["call"]).partition(":")
    version = _version(request)
    emulator.catalogue.check(model, version)
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    if len(body) > MAX_REQUEST_BYTES:
        raise invalid_argument(f"Request payload size exceeds the limit: {MAX_REQUEST_BYTES} bytes.")
    content = parse_request(body, version)
    match method:
        case "generateContent":
            return await _generate_content(emulator, model, content, request)
        case "countTokens":
            return JSONResponse({"totalTokens": count_tokens(content)})
        case _:
            raise plain_error(404)


def _check_key(request: Request) -> None:
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if not key:
        raise refusal("key-missing", "")
    if key == INVALID_KEY:
        raise refusal("key-not-valid", "")


def _version(request: Request) -> str:
    """Return the version of the API under which the call came: the first part of its path."""
    return request.url.path.split("/")[1]


async def _generate_content(
    emulator: Emulator, model: str, content: GenerateContentRequest, request: Request
) -> Response:
    arrived = time.monotonic()
    thinking = thinking_of(model, content.generation_config.thinking_config)
    _check_references(content, model)
    prompt = read_prompt(content, model)
    call = emulator.calls.start(prompt.kind, model, prompt.subject, content)
    status: int | str = "gone"
    try:
        _check_rate(emulator, call, arrived)
        rule = emulator.faults.decide(CallFacts(prompt.kind, model, prompt.subject, "\n".join(content.texts)))
        call.fault = rule.fault if rule else None
        answer = await _answer(emulator, prompt, content, rule)
        if not await _wait(emulator, _ready_at(emulator, model, content, rule, arrived), request):
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        if rule is not None:
            answer = damaged(answer, rule, model)
        response, status = _response(answer, content, call, thinking, rule)
    except GoogleError as error:
        status = error.code
        raise
    finally:
        emulator.calls.finish(call, status)
    return response


def _check_references(content: GenerateContentRequest, model: str) -> None:
    if content.wants_image(model) and len(content.images) > MAX_REFERENCES:
        raise invalid_argument(
            f"The request has {len(content.images)} images, but the model supports at most {MAX_REFERENCES}."
        )


def _check_rate(emulator: Emulator, call: Call, now_s: float) -> None:
    wait_s = emulator.rates.admit(call.model, now_s)
    if wait_s > 0:
        call.fault = "rate"
        raise quota_exceeded(call.model, "Minute", emulator.rates.limits[call.model].calls, wait_s)


async def _answer(
    emulator: Emulator, prompt: Prompt, content: GenerateContentRequest, rule: FaultRule | None
) -> Answer:
    if rule is not None and needs_no_answer(rule):
        return Answer()
    return await emulator.writer.answer(prompt, content.generation_config)


def _ready_at(
    emulator: Emulator, model: str, content: GenerateContentRequest, rule: FaultRule | None, arrived: float
) -> float | None:
    """Return when the answer may be sent (monotonic clock); None means never."""
    if rule is not None and rule.fault == "hang":
        return None
    if rule is not None and rule.fault == "slow":
        return arrived + rule.seconds
    return arrived + emulator.latency.seconds(model, is_image=content.wants_image(model))


async def _wait(emulator: Emulator, until: float | None, request: Request) -> bool:
    """Wait until a time, and return whether the caller is still connected.

    Raises:
        GoogleError: the server stops while waiting.
    """
    remaining = None if until is None else until - time.monotonic()
    if remaining is not None and remaining <= 0:
        return True
    closing = asyncio.ensure_future(emulator.closing.wait())
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        done, _ = await asyncio.wait({closing, gone}, timeout=remaining, return_when=asyncio.FIRST_COMPLETED)
    finally:
        closing.cancel()
        gone.cancel()
    if closing in done:
        raise plain_error(503)
    return gone not in done


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _response(
    answer: Answer, content: GenerateContentRequest, call: Call, thinking: Thinking, rule: FaultRule | None
) -> tuple[Response, int | str]:
    if rule is not None and rule.fault == "raw":
        return Response(rule.body, rule.status, rule.headers), rule.status
    shown = with_thoughts(answer) if thinking.is_shown else answer
    body = answer_body(shown, content, call.model, call.number, thinking)
    if call.fault == "cut":
        return CutResponse(body), "cut"
    return JSONResponse(body), 200


class CutResponse(Response):
    """An answer that is cut off: it declares its full length and sends half."""

    def __init__(self, body: JsonValue) -> None:
        super().__init__(json.dumps(body).encode(), media_type="application/json")

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the first half and return; the server then closes the connection."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})


async def _google_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, GoogleError)  # noqa: S101 - what Starlette registered this handler for
    return JSONResponse(error.body(), status_code=error.code, headers=error.headers())


async def _own_fault(request: Request, error: Exception) -> Response:
    LOGGER.error("The emulator failed on %s %s", request.method, request.url.path, exc_info=error)
    return JSONResponse(plain_error(500).body(), status_code=500)


async def _no_such_path(_request: Request, _error: Exception) -> Response:
    return JSONResponse(plain_error(404).body(), status_code=404)


_GEMINI_ROUTES = (
    Route("/models", _list_models),
    Route("/models/{call:path}", _get_model, methods=["GET"]),
    Route("/models/{call:path}", _call_model, methods=["POST"]),
)


# --- the emulator's own calls ---------------------------------------------------------------------------------------


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _show_calls(request: Request) -> Response:
    full = request.query_params.get("full") in {"1", "true"}
    return JSONResponse(_emulator(request).calls.report(full=full))


async def _clear_calls(request: Request) -> Response:
    _emulator(request).calls.clear()
    return Response(status_code=204)


async def _show_faults(request: Request) -> Response:
    rules = _emulator(request).faults.rules
    return JSONResponse([rule.model_dump(mode="json", by_alias=True, exclude_defaults=True) for rule in rules])


async def _set_faults(request: Request) -> Response:
    _emulator(request).faults.replace(await _parsed(request, FAULT_RULES, "fault rules"))
    return Response(status_code=204)


async def _set_rates(request: Request) -> Response:
    _emulator(request).rates.replace(await _parsed(request, RATE_LIMITS, "rates"))
    return Response(status_code=204)


async def _set_latency(request: Request) -> Response:
    _emulator(request).latency = await _parsed(request, TypeAdapter(Latency), "latency")
    return Response(status_code=204)


async def _parsed[Value](request: Request, shape: TypeAdapter[Value], name: str) -> Value:
    try:
        return shape.validate_json(await request.body())
    except ValidationError as error:
        raise invalid_argument(f"Invalid {name}: {error}") from error
