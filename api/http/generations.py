"""`/api/generations/{id}`: look at a generation and its images, cancel it, go on with it, delete it."""

import asyncio

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.generations.changes import cancel, delete, make_again, retry
from api.generations.images import read_image
from api.generations.ledgers import find_run, whole_ledger
from api.generations.state import state_of
from api.limits.limits import Limits
from api.links import stream_path
from api.requests import generation_id_of, parse_regenerate_request
from api.service import Service
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.errors import NotFound
from shared.models.step_ref import ImageKind, StepRef
from shared.ports import Engine

_KINDS: dict[str, ImageKind] = {"characters": "character", "panels": "panel"}
# A version of an image never changes: a redo makes a further version.
_FOR_EVER = "private, max-age=31536000, immutable"


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the routes that look at a generation."""
    blueprint = df.Blueprint()

    @blueprint.function_name("generation")
    @blueprint.route(route="api/generations/{id}", methods=[func.HttpMethod.GET])
    @blueprint.durable_client_input(client_name="client")
    async def generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(req, lambda deps: _show(deps, DurableEngine(client), req))

    @blueprint.function_name("delete_generation")
    @blueprint.route(route="api/generations/{id}", methods=[func.HttpMethod.DELETE])
    @blueprint.durable_client_input(client_name="client")
    async def delete_generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req,
            lambda deps: _delete(deps, service.limits, DurableEngine(client), req),
            limited_as="delete-generation",
        )

    @blueprint.function_name("cancel_generation")
    @blueprint.route(route="api/generations/{id}/cancel", methods=[func.HttpMethod.POST])
    @blueprint.durable_client_input(client_name="client")
    async def cancel_generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req, lambda deps: _cancel(deps, DurableEngine(client), req), limited_as="cancel-generation"
        )

    @blueprint.function_name("retry_generation")
    @blueprint.route(route="api/generations/{id}/retry", methods=[func.HttpMethod.POST])
    @blueprint.durable_client_input(client_name="client")
    async def retry_generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req, lambda deps: _retry(deps, service.limits, DurableEngine(client), req), limited_as="retry-generation"
        )

    @blueprint.function_name("regenerate_image")
    @blueprint.route(route="api/generations/{id}/{kind}/{index}/regenerate", methods=[func.HttpMethod.POST])
    @blueprint.durable_client_input(client_name="client")
    async def regenerate_image(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req,
            lambda deps: _regenerate(deps, service, DurableEngine(client), req),
            limited_as="regenerate-image",
        )

    @blueprint.function_name("generation_image")
    @blueprint.route(route="api/generations/{id}/images/{kind}/{index}/{version}", methods=[func.HttpMethod.GET])
    async def generation_image(req: Request) -> Response:
        return await service.answer(req, lambda deps: _show_image(deps, req))

    return blueprint


async def _show(deps: Deps, engine: Engine, request: Request) -> Response:
    return await _state(deps, engine, generation_id_of(request), status_code=200)


async def _cancel(deps: Deps, engine: Engine, request: Request) -> Response:
    generation_id = generation_id_of(request)
    await cancel(deps, engine, generation_id)
    return await _state(deps, engine, generation_id, status_code=202)


async def _retry(deps: Deps, limits: Limits, engine: Engine, request: Request) -> Response:
    generation_id = generation_id_of(request)
    deps.settings.require_model()
    await retry(deps, limits, engine, generation_id)
    return await _state(deps, engine, generation_id, status_code=202)


async def _regenerate(deps: Deps, service: Service, engine: Engine, request: Request) -> Response:
    generation_id = generation_id_of(request)
    kind, index = _KINDS.get(request.path_params["kind"]), _number(request, "index")
    if kind is None or index is None:
        raise NotFound("There is no image of this address: it is panels/{index} or characters/{index}.")
    with service.bodies.opened() as room:
        wish = await parse_regenerate_request(request, deps.settings, room)
    deps.settings.require_model()
    await make_again(deps, service.limits, engine, generation_id, kind, index, wish.instructions)
    return await _state(deps, engine, generation_id, status_code=202)


async def _delete(deps: Deps, limits: Limits, engine: Engine, request: Request) -> Response:
    await delete(deps, limits, engine, generation_id_of(request))
    return Response(status_code=204)


async def _state(deps: Deps, engine: Engine, generation_id: str, *, status_code: int) -> Response:
    run, request = await asyncio.gather(find_run(deps, engine, generation_id), deps.generations.request(generation_id))
    ledger = await whole_ledger(deps.generations, run)
    state = state_of(run, ledger, request, await deps.generations.used(generation_id))
    headers = {"Cache-Control": "no-store", "Content-Location": stream_path(generation_id)}
    return JSONResponse(state.model_dump(mode="json", by_alias=True), status_code=status_code, headers=headers)


async def _show_image(deps: Deps, request: Request) -> Response:
    generation_id, kind = generation_id_of(request), _KINDS.get(request.path_params["kind"])
    index, version = _number(request, "index"), _number(request, "version")
    if kind is None or index is None or version is None:
        raise NotFound("There is no image of this address.")
    step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
    blob = await read_image(deps, step)
    etag = f'"{blob.etag}"'
    headers = {"Cache-Control": _FOR_EVER, "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(blob.content, media_type=blob.media_type, headers=headers)


def _number(request: Request, name: str) -> int | None:
    text = request.path_params[name]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - no blob beyond
