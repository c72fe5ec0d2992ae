"""`GET /api/health`: whether the app lives, and what it depends on."""

import asyncio
import logging
from collections.abc import Awaitable

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.errors import MangaError
from shared.models.http.health import Condition, Dependencies, HealthAnswer
from shared.ports import Engine

RETRY_AFTER_S = 5

_logger = logging.getLogger(__name__)


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the health route; whoever watches the app needs no key for it."""
    blueprint = df.Blueprint()

    @blueprint.function_name("health")
    @blueprint.route(route="api/health", methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ANONYMOUS)
    @blueprint.durable_client_input(client_name="client")
    async def health(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(req, lambda deps: _report(deps, DurableEngine(client)))

    return blueprint


async def _report(deps: Deps, engine: Engine) -> Response:
    """Answer 200 when every dependency answers, else 503; the model is not called, since calls are paid for."""
    storage, durable = await asyncio.gather(_condition(deps.blobs.exists("health")), _condition(engine.run("health")))
    dependencies = Dependencies(
        storage=storage,
        engine=durable,
        model="ok" if deps.settings.gemini_api_key is not None else "unavailable",
    )
    healthy = dependencies == Dependencies(storage="ok", engine="ok", model="ok")
    answer = HealthAnswer(status="ok" if healthy else "degraded", dependencies=dependencies)
    headers = {"Cache-Control": "no-store"}
    if not healthy:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return JSONResponse(
        answer.model_dump(mode="json", by_alias=True), status_code=200 if healthy else 503, headers=headers
    )


async def _condition(probe: Awaitable[object]) -> Condition:
    try:
        await probe
    except MangaError as exc:
        extra = {"action": "dependency_unavailable", "code": exc.code}
        _logger.warning("A dependency does not answer", extra=extra, exc_info=exc.__cause__)
        return "unavailable"
    return "ok"
