"""`POST /api/generate-manga-stream` starts a generation and streams it; `GET …/{id}` comes back to it.

With `?estimate=true` the first only tells what the generation would take.
"""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse

from api.generations.cancelled_start import CancelledStart, cancel_start
from api.generations.estimate import estimate
from api.generations.ledgers import find_run, full_ledger
from api.generations.start import Starter
from api.limits.client_address import client_address
from api.limits.limits import Limits
from api.links import stream_path
from api.requests import (
    generation_id_of,
    need_idempotency_key,
    parse_after,
    parse_estimate,
    parse_idempotency_key,
    parse_images,
)
from api.service import Sent, Service
from api.streaming.poller import Pollers
from api.streaming.stream import StreamRequest, stream_lines
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.models.http.requests import GenerateMangaRequest
from shared.models.prices import utc_day
from shared.ndjson import MEDIA_TYPE
from shared.ports import Engine
from shared.telemetry.port import GENERATION_ID


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the two routes of the stream."""
    blueprint = df.Blueprint()
    pollers = Pollers()

    @blueprint.function_name("generate_manga_stream")
    @blueprint.route(route="api/generate-manga-stream", methods=[func.HttpMethod.POST])
    @blueprint.durable_client_input(client_name="client")
    async def generate_manga_stream(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer_json(
            req,
            GenerateMangaRequest,
            lambda deps, sent: _start_or_estimate(deps, service.limits, DurableEngine(client), pollers, req, sent),
            # Asking what it would take must not use up what may be started.
            limited_as="estimate" if "estimate" in req.query_params else "generate-manga-stream",
        )

    @blueprint.function_name("cancel_start")
    @blueprint.route(route="api/generate-manga-stream/cancel", methods=[func.HttpMethod.POST])
    @blueprint.durable_client_input(client_name="client")
    async def cancel_by_key(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req, lambda deps: _cancel_start(deps, DurableEngine(client), req), limited_as="cancel-generation"
        )

    @blueprint.function_name("follow_manga_stream")
    @blueprint.route(route="api/generate-manga-stream/{id}", methods=[func.HttpMethod.GET])
    @blueprint.durable_client_input(client_name="client")
    async def follow_manga_stream(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(req, lambda deps: _follow(deps, DurableEngine(client), pollers, req))

    return blueprint


async def _start_or_estimate(
    deps: Deps, limits: Limits, engine: Engine, pollers: Pollers, request: Request, sent: Sent[GenerateMangaRequest]
) -> Response:
    key = parse_idempotency_key(request)
    if not parse_estimate(request):
        return await _start(deps, limits, engine, pollers, request, sent, key)
    estimated = estimate(sent.body, deps.settings, utc_day(deps.now())).model_dump(mode="json", by_alias=True)
    return JSONResponse(estimated, headers={"Cache-Control": "no-store"})


async def _start(
    deps: Deps,
    limits: Limits,
    engine: Engine,
    pollers: Pollers,
    request: Request,
    sent: Sent[GenerateMangaRequest],
    key: str | None,
) -> Response:
    deps.settings.require_model()
    starter = Starter(deps, limits, engine, client_address(request, deps.settings))
    generation_id = await starter.start(sent.body, sent.digest, key)
    deps.telemetry.note({GENERATION_ID: generation_id})
    return _stream(deps, engine, pollers, StreamRequest(generation_id, images=sent.body.images))


async def _cancel_start(deps: Deps, engine: Engine, request: Request) -> Response:
    generation_id = await cancel_start(deps, engine, need_idempotency_key(request))
    answer = CancelledStart(id=generation_id).model_dump(mode="json", by_alias=True)
    return JSONResponse(answer, status_code=202, headers={"Cache-Control": "no-store"})


async def _follow(deps: Deps, engine: Engine, pollers: Pollers, request: Request) -> Response:
    generation_id = generation_id_of(request)
    after, images = parse_after(request), parse_images(request)
    ledger = await full_ledger(deps.generations, await find_run(deps, engine, generation_id))
    return _stream(deps, engine, pollers, StreamRequest(generation_id, after, images, ledger.phase))


def _stream(deps: Deps, engine: Engine, pollers: Pollers, wanted: StreamRequest) -> StreamingResponse:
    return StreamingResponse(
        stream_lines(deps, engine, pollers, wanted),
        media_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Generation-Id": wanted.generation_id,
            "Content-Location": stream_path(wanted.generation_id),
        },
    )
