"""`/api/admin/…`: all generations, and how the app is doing. Only the master key opens it."""

from datetime import timedelta

from azurefunctions.extensions.http.fastapi import Response

from api.admin.metrics import measure
from api.admin.overview import list_generations
from api.endpoint import Answer, Endpoint
from api.requests.call import Call
from api.requests.parameters import Parameter, choice, matching, whole_number
from api.responses import json_response
from shared.errors import InvalidInput
from shared.models.http.admin import AdminGenerations, AdminMetrics, GenerationStatus

_STATUS: Parameter[GenerationStatus] = choice(
    "status", "Only generations with this status.", ("running", "completed", "failed", "cancelled")
)
_LIMIT = whole_number("limit", "The most generations to return.", 1, 100, default=50)
_TOKEN = Parameter(
    "token",
    "query",
    "The `nextToken` of the previous page.",
    {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[!-~]+$"},
    parse=matching("[!-~]{1,2000}"),
    advice="It has to be a nextToken from this list, or be left out.",
)
_HOURS = whole_number("hours", "The length of the time window, which ends now.", 1, 31 * 24, default=24)


async def _list(call: Call) -> Response:
    page = await list_generations(call.deps, call.engine, call.find(_STATUS), call.read(_LIMIT), call.find(_TOKEN))
    return json_response(page, exclude_none=True)


async def _measure(call: Call) -> Response:
    window = timedelta(hours=call.read(_HOURS))
    return json_response(await measure(call.deps, call.engine, call.deps.utc_now(), window), exclude_none=True)


ENDPOINTS = (
    Endpoint(
        "admin_generations",
        "get",
        "/api/admin/generations",
        _list,
        "List all generations, page by page, without their stories (needs the master key)",
        answers=(Answer(200, "A page of generations.", {"application/json": AdminGenerations}),),
        errors=(InvalidInput,),
        parameters=(_STATUS, _LIMIT, _TOKEN),
        key="admin",
        uses_engine=True,
    ),
    Endpoint(
        "admin_metrics",
        "get",
        "/api/admin/metrics",
        _measure,
        "Measure the generations of the last hours (needs the master key)",
        answers=(Answer(200, "Rates, errors and durations.", {"application/json": AdminMetrics}),),
        errors=(InvalidInput,),
        parameters=(_HOURS,),
        key="admin",
        uses_engine=True,
    ),
)
