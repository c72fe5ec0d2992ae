"""Registers all endpoints as HTTP functions."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import Endpoint, KeyLevel
from api.http import changes, export, generations, outside, page, plan, share, shared_comic, single_steps, stream
from api.http.lettering import texts, translation
from api.http.operations import admin, health, preflight
from api.http.operations.openapi import openapi_endpoint
from api.service import Service
from shared.deps import ResolveDeps
from shared.durable_engine import DurableEngine

_OTHERS = (
    *stream.ENDPOINTS,
    *generations.ENDPOINTS,
    *changes.ENDPOINTS,
    *plan.ENDPOINTS,
    *texts.ENDPOINTS,
    *translation.ENDPOINTS,
    *export.ENDPOINTS,
    *share.ENDPOINTS,
    *shared_comic.ENDPOINTS,
    *single_steps.ENDPOINTS,
    *outside.ENDPOINTS,
    *admin.ENDPOINTS,
    *health.ENDPOINTS,
    *page.ENDPOINTS,
    *preflight.ENDPOINTS,
)
ENDPOINTS = (*_OTHERS, openapi_endpoint(_OTHERS))

# The app's own level is HTTP_AUTH_LEVEL.
_AUTH_LEVELS: dict[KeyLevel, func.AuthLevel | None] = {
    "function": None,
    "admin": func.AuthLevel.ADMIN,
    "none": func.AuthLevel.ANONYMOUS,
}


def build_blueprint(resolve_deps: ResolveDeps) -> df.Blueprint:
    """Return the HTTP functions."""
    blueprint, service = df.Blueprint(), Service(resolve_deps)
    for endpoint in ENDPOINTS:
        _register(blueprint, service, endpoint)
    return blueprint


def _register(blueprint: df.Blueprint, service: Service, endpoint: Endpoint) -> None:
    # The worker binds arguments by the names and annotations of a function's parameters.
    async def answer(req: Request) -> Response:
        return await service.answer(endpoint, req)

    async def answer_with_engine(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(endpoint, req, DurableEngine(client))

    route = blueprint.route(
        # The route of the page is "/" itself.
        route=endpoint.path.removeprefix("/") or "/",
        methods=[func.HttpMethod(endpoint.method.upper())],
        auth_level=_AUTH_LEVELS[endpoint.key],
    )
    with_client = blueprint.durable_client_input(client_name="client")
    function = route(with_client(answer_with_engine) if endpoint.uses_engine else answer)
    blueprint.function_name(endpoint.function)(function)
