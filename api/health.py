"""`GET /api/health`: whether the app lives, and what it depends on."""

from collections.abc import Awaitable
from typing import Literal

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from shared.adapters.durable import DurableEngine
from shared.deps import Deps
from shared.errors import MangaError
from shared.ports import Engine

type Condition = Literal["ok", "unavailable"]


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
    conditions = {
        "storage": await _condition(deps.blobs.exists("health")),
        "engine": await _condition(engine.run("health")),
        "model": "ok" if deps.settings.gemini_api_key is not None else "unavailable",
    }
    healthy = all(condition == "ok" for condition in conditions.values())
    body = {"status": "ok" if healthy else "degraded", "dependencies": conditions}
    return JSONResponse(body, status_code=200 if healthy else 503, headers={"Cache-Control": "no-store"})


async def _condition(probe: Awaitable[object]) -> Condition:
    try:
        await probe
    except MangaError:
        return "unavailable"
    return "ok"
