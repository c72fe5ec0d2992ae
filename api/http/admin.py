"""`/api/admin/…`: the generations, and how the app is doing. The master key opens it, whatever HTTP_AUTH_LEVEL says."""

import re
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response
from pydantic import BaseModel

from api.admin.metrics import measure
from api.admin.overview import list_generations
from api.service import Service
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.errors import FieldProblem, InvalidInput
from shared.models.http.admin import GenerationStatus
from shared.ports import Engine

STATUSES: tuple[GenerationStatus, ...] = ("running", "completed", "failed", "cancelled")
LIMIT, MAX_LIMIT = 50, 100
HOURS, MAX_HOURS = 24, 31 * 24
MAX_TOKEN_LENGTH = 2000
_TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN_LENGTH}}}")
_NOT_KEPT = {"Cache-Control": "no-store"}


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the administrator's routes."""
    blueprint = df.Blueprint()

    @blueprint.function_name("admin_generations")
    @blueprint.route(route="api/admin/generations", methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ADMIN)
    @blueprint.durable_client_input(client_name="client")
    async def admin_generations(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(req, lambda deps: _list(deps, DurableEngine(client), req))

    @blueprint.function_name("admin_metrics")
    @blueprint.route(route="api/admin/metrics", methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ADMIN)
    @blueprint.durable_client_input(client_name="client")
    async def admin_metrics(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(req, lambda deps: _measure(deps, DurableEngine(client), req))

    return blueprint


async def _list(deps: Deps, engine: Engine, request: Request) -> Response:
    status, token = request.query_params.get("status"), request.query_params.get("token")
    limit = _number(request, "limit", LIMIT, MAX_LIMIT)
    if status is not None and status not in STATUSES:
        raise _invalid("status", f"It has to be one of {', '.join(STATUSES)}, or be left out.")
    if token is not None and not _TOKEN.fullmatch(token):
        raise _invalid("token", "It has to be a nextToken that this list gave out, or be left out.")
    return _json(await list_generations(deps, engine, status, limit, token))


async def _measure(deps: Deps, engine: Engine, request: Request) -> Response:
    hours = _number(request, "hours", HOURS, MAX_HOURS)
    return _json(await measure(deps, engine, deps.utc_now(), timedelta(hours=hours)))


def _number(request: Request, name: str, default: int, highest: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= len(str(highest)) and 1 <= int(text) <= highest:
        return int(text)
    raise _invalid(name, f"It has to be a whole number from 1 to {highest}.")


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"The request was not accepted; correct {field}. {message}", (FieldProblem(field, message),))


def _json(answer: BaseModel) -> JSONResponse:
    return JSONResponse(answer.model_dump(mode="json", by_alias=True, exclude_none=True), headers=_NOT_KEPT)
