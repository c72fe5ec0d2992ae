"""`/api/generations/{id}/plan`: read the plan of a generation, and edit it."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.plans.editing import VersionedPlan, edit_plan, read_plan
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID
from api.responses import ETAG, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, content_response, json_response, matches
from shared.errors import PlanChanged, StillRunning, StorageUnavailable
from shared.models.http.plan import PlanRequest
from shared.models.story import Plan

_REVALIDATED = {"Cache-Control": "private, no-cache"}


async def _show(call: Call) -> Response:
    found = await read_plan(call.deps, call.engine, call.read(GENERATION_ID))
    content = found.plan.model_dump_json(by_alias=True, exclude_none=True).encode()
    return content_response(call.request, content, "application/json", found.etag, _REVALIDATED)


async def _edit(call: Call) -> Response:
    expected = call.read(IF_MATCH)
    edited: VersionedPlan = await edit_plan(
        call.deps,
        call.engine,
        call.read(GENERATION_ID),
        call.body_as(PlanRequest),
        lambda etag: matches(etag, expected),
    )
    return json_response(edited.plan, headers={"ETag": edited.etag}, exclude_none=True)


ENDPOINTS = (
    Endpoint(
        "read_plan",
        "get",
        "/api/generations/{id}/plan",
        _show,
        "Read the plan of a generation: its characters, setting and panels",
        answers=(Answer(200, "The plan.", {"application/json": Plan}, (ETAG,)), NOT_MODIFIED),
        errors=(StorageUnavailable,),
        parameters=(GENERATION_ID, IF_NONE_MATCH),
        uses_engine=True,
    ),
    Endpoint(
        "edit_plan",
        "put",
        "/api/generations/{id}/plan",
        _edit,
        "Edit the plan: images of what has changed no longer count, and `retry` draws them",
        answers=(
            Answer(200, "This plan counts. The same plan again changes nothing.", {"application/json": Plan}, (ETAG,)),
        ),
        errors=(StillRunning, PlanChanged),
        parameters=(GENERATION_ID, IF_MATCH),
        body=PlanRequest,
        limited_as="edit-plan",
        uses_engine=True,
    ),
)
