"""`OPTIONS …`: a browser asks, without a key, what a page of another site may send."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.cors import preflight_headers
from api.service import Service
from shared.deps import Deps
from shared.errors import NotFound


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the one route for all preflight requests."""
    blueprint = df.Blueprint()

    @blueprint.function_name("preflight")
    @blueprint.route(route="{*path}", methods=[func.HttpMethod.OPTIONS], auth_level=func.AuthLevel.ANONYMOUS)
    async def preflight(req: Request) -> Response:
        return await service.answer(req, lambda deps: _answer(deps, req))

    return blueprint


async def _answer(deps: Deps, request: Request) -> Response:
    headers = preflight_headers(request, deps.settings)
    if not headers:
        raise NotFound("Pages of this origin may not call this app. (For whoever runs it: CORS_ALLOWED_ORIGINS.)")
    return Response(status_code=204, headers=headers)
