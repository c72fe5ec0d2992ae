"""`GET /api/health`: whether the app and its dependencies work."""

import asyncio
import logging
from collections.abc import Awaitable

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.openapi.headers import RETRY_AFTER
from api.requests.call import Call
from api.responses import json_response
from shared.errors import MangaError
from shared.models.http.health import Condition, Dependencies, HealthAnswer

_RETRY_AFTER_S = 5

_logger = logging.getLogger(__name__)


async def _check(call: Call) -> Response:
    """Answer 200 if every dependency works, else 503. The model is not called: calls cost money."""
    storage, engine = await asyncio.gather(
        _condition(call.deps.blobs.exists("health")), _condition(call.engine.run("health"))
    )
    model: Condition = "ok" if call.deps.settings.gemini_api_key is not None else "unavailable"
    dependencies = Dependencies(storage=storage, engine=engine, model=model)
    if {storage, engine, model} == {"ok"}:
        return json_response(HealthAnswer(status="ok", dependencies=dependencies))
    answer = HealthAnswer(status="degraded", dependencies=dependencies)
    return json_response(answer, 503, {"Retry-After": str(_RETRY_AFTER_S)})


async def _condition(probe: Awaitable[object]) -> Condition:
    try:
        await probe
    except MangaError as exc:
        extra = {"action": "dependency_unavailable", "code": exc.code}
        _logger.warning("A dependency does not answer", extra=extra, exc_info=exc.__cause__)
        return "unavailable"
    return "ok"


ENDPOINTS = (
    Endpoint(
        "health",
        "get",
        "/api/health",
        _check,
        "Check the app and its dependencies",
        answers=(
            Answer(200, "Everything works.", {"application/json": HealthAnswer}),
            Answer(503, "Something does not work.", {"application/json": HealthAnswer}, (RETRY_AFTER,)),
        ),
        key="none",
        uses_engine=True,
    ),
)
