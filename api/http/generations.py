"""`GET /api/generations/{id}…`: the state of a generation, and its images."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import IMAGES, Answer, Endpoint
from api.generations.images import read_image
from api.generations.state import GenerationState, read_state
from api.links import stream_path
from api.openapi import headers
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID, INDEX, KIND, VERSION
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, content_response, json_response
from shared.errors import StorageUnavailable
from shared.models.step_ref import StepRef

# A version of an image never changes: a redo makes a new version.
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def state_answer(status: int, description: str) -> Answer:
    """Return the description of an answer that is made by `state_response`."""
    return Answer(status, description, {"application/json": GenerationState}, (headers.STREAM,))


async def state_response(call: Call, status: int) -> Response:
    """Return the state of the generation that the path names."""
    generation_id = call.read(GENERATION_ID)
    state = await read_state(call.deps, call.engine, generation_id)
    return json_response(state, status, {"Content-Location": stream_path(generation_id)})


async def _show(call: Call) -> Response:
    return await state_response(call, 200)


async def _show_image(call: Call) -> Response:
    generation_id, kind, index = call.read(GENERATION_ID), call.read(KIND), call.read(INDEX)
    step = StepRef(generation_id=generation_id, kind=kind, index=index, version=call.read(VERSION))
    blob = await read_image(call.deps, step)
    return content_response(call.request, blob.content, blob.media_type, f'"{blob.etag}"', _FOR_EVER)


ENDPOINTS = (
    Endpoint(
        "generation",
        "get",
        "/api/generations/{id}",
        _show,
        "Show a generation's state",
        answers=(state_answer(200, "The generation's state."),),
        parameters=(GENERATION_ID,),
        uses_engine=True,
    ),
    Endpoint(
        "generation_image",
        "get",
        "/api/generations/{id}/images/{kind}/{index}/{version}",
        _show_image,
        "Get one drawn image",
        answers=(
            Answer(200, "The image. It never changes.", IMAGES, (ETAG,)),
            NOT_MODIFIED,
        ),
        errors=(StorageUnavailable,),
        parameters=(GENERATION_ID, KIND, INDEX, VERSION, IF_NONE_MATCH),
    ),
)
