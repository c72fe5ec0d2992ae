"""What a client can do to a generation: cancel it, retry it, redo an image, choose its version, delete it."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.estimates.retry import estimate_retry
from api.generations.changes import cancel, delete, make_again, retry
from api.generations.versions import choose_version
from api.http.generations import state_answer, state_response
from api.requests.call import Call
from api.requests.parameters import ESTIMATE, GENERATION_ID, INDEX, KIND, limit_unless_estimate
from api.responses import json_response
from shared.errors import (
    DailyBudgetExhausted,
    InvalidInput,
    NotCancellable,
    NothingToDo,
    StillRunning,
    TooManyGenerations,
)
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import RegenerateRequest, VersionRequest


async def _cancel(call: Call) -> Response:
    await cancel(call.deps, call.engine, call.read(GENERATION_ID))
    return await state_response(call, 202)


async def _retry(call: Call) -> Response:
    if call.read(ESTIMATE) == "true":
        return json_response(await estimate_retry(call.deps, call.engine, call.read(GENERATION_ID)))
    call.deps.settings.require_model()
    await retry(call.deps, call.limits, call.engine, call.read(GENERATION_ID))
    return await state_response(call, 202)


async def _regenerate(call: Call) -> Response:
    call.deps.settings.require_model()
    generation_id, kind, index = call.read(GENERATION_ID), call.read(KIND), call.read(INDEX)
    wish = call.body_as(RegenerateRequest)
    await make_again(
        call.deps,
        call.limits,
        call.engine,
        generation_id,
        kind,
        index,
        wish.instructions,
        from_current=wish.origin == "current",
    )
    return await state_response(call, 202)


async def _choose_version(call: Call) -> Response:
    generation_id, kind, index = call.read(GENERATION_ID), call.read(KIND), call.read(INDEX)
    await choose_version(call.deps, call.engine, generation_id, kind, index, call.body_as(VersionRequest).version)
    return await state_response(call, 200)


async def _delete(call: Call) -> Response:
    await delete(call.deps, call.limits, call.engine, call.read(GENERATION_ID))
    return Response(status_code=204)


ENDPOINTS = (
    Endpoint(
        "cancel_generation",
        "post",
        "/api/generations/{id}/cancel",
        _cancel,
        "Cancel a generation; its finished results stay",
        answers=(state_answer(202, "The generation ends. Can be repeated."),),
        errors=(NotCancellable,),
        parameters=(GENERATION_ID,),
        limited_as="cancel-generation",
        uses_engine=True,
    ),
    Endpoint(
        "retry_generation",
        "post",
        "/api/generations/{id}/retry",
        _retry,
        "Retry a generation that has ended: only what is missing is made",
        answers=(
            state_answer(202, "The generation continues, and so does its stream, with the next `seq`."),
            Answer(200, "With `estimate=true`: what the retry would need.", {"application/json": GenerationEstimate}),
        ),
        errors=(InvalidInput, StillRunning, NothingToDo, TooManyGenerations, DailyBudgetExhausted),
        parameters=(GENERATION_ID, ESTIMATE),
        limited_as=limit_unless_estimate("retry-generation"),
        uses_engine=True,
    ),
    Endpoint(
        "regenerate_image",
        "post",
        "/api/generations/{id}/{kind}/{index}/regenerate",
        _regenerate,
        "Redo one character's sheet or one panel",
        answers=(state_answer(202, "The image is redone; the stream continues with a new message about it."),),
        errors=(StillRunning, TooManyGenerations, DailyBudgetExhausted),
        parameters=(GENERATION_ID, KIND, INDEX),
        body=RegenerateRequest,
        is_body_required=False,
        limited_as="regenerate-image",
        uses_engine=True,
    ),
    Endpoint(
        "choose_version",
        "put",
        "/api/generations/{id}/{kind}/{index}/version",
        _choose_version,
        "Choose the version of an image that counts, until a newer one is drawn",
        answers=(state_answer(200, "This version counts. Can be repeated."),),
        parameters=(GENERATION_ID, KIND, INDEX),
        body=VersionRequest,
        limited_as="choose-version",
        uses_engine=True,
    ),
    Endpoint(
        "delete_generation",
        "delete",
        "/api/generations/{id}",
        _delete,
        "Delete a generation: its history, its images and its inputs",
        answers=(Answer(204, "The generation is deleted.", {}),),
        parameters=(GENERATION_ID,),
        limited_as="delete-generation",
        uses_engine=True,
    ),
)
