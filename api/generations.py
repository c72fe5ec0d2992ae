"""`GET /api/generations/{id}` and the images that were drawn for it."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.errors import answered
from api.requests import generation_id_of
from api.state import find_run, state_of
from shared.adapters.durable import DurableEngine
from shared.deps import Deps, ResolveDeps
from shared.errors import NotFound
from shared.names import ItemKind
from shared.ports import Engine

_KINDS: dict[str, ItemKind] = {"characters": "character", "panels": "panel"}
# A version of an image never changes: a redo makes a further version.
_FOR_EVER = "private, max-age=31536000, immutable"


def build_blueprint(resolve_deps: ResolveDeps) -> df.Blueprint:
    """Return the routes that look at a generation."""
    blueprint = df.Blueprint()

    @blueprint.function_name("generation")
    @blueprint.route(route="generations/{id}", methods=[func.HttpMethod.GET])
    @blueprint.durable_client_input(client_name="client")
    async def generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await answered(lambda: _show(DurableEngine(client), req))

    @blueprint.function_name("generation_image")
    @blueprint.route(route="generations/{id}/images/{kind}/{index}/{version}", methods=[func.HttpMethod.GET])
    async def generation_image(req: Request) -> Response:
        return await answered(lambda: _show_image(resolve_deps(), req))

    return blueprint


async def _show(engine: Engine, request: Request) -> Response:
    state = state_of(await find_run(engine, generation_id_of(request)))
    return JSONResponse(state.model_dump(mode="json", by_alias=True), headers={"Cache-Control": "no-store"})


async def _show_image(deps: Deps, request: Request) -> Response:
    kind = _KINDS.get(request.path_params["kind"])
    index, version = _number(request, "index"), _number(request, "version")
    if kind is None or index is None or version is None:
        raise NotFound("There is no image of this address.")
    blob = await deps.generations.image(generation_id_of(request), kind, index, version)
    etag = f'"{blob.etag}"'
    headers = {"Cache-Control": _FOR_EVER, "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(blob.content, media_type=blob.media_type, headers=headers)


def _number(request: Request, name: str) -> int | None:
    text = request.path_params[name]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - no blob beyond
