"""`/api/generate-manga-stream`: start a generation, follow its stream, or cancel a start by its key."""

from dataclasses import replace

from azurefunctions.extensions.http.fastapi import Response, StreamingResponse

from api.endpoint import Answer, Content, Endpoint, Lines
from api.estimates.start import estimate_start
from api.generations.cancelled_start import CancelledStart, cancel_start
from api.generations.chapter_starts import chapters_of, texts_of
from api.generations.ledgers import find_run, full_ledger
from api.generations.start import Starter
from api.limits.client_address import client_address
from api.links import stream_path
from api.openapi import headers
from api.requests.call import Call
from api.requests.parameters import (
    ESTIMATE,
    GENERATION_ID,
    Parameter,
    choice,
    limit_unless_estimate,
    matching,
    whole_number,
)
from api.requests.validation import invalid
from api.responses import json_response
from api.streaming.stream import StreamRequest, stream_lines
from shared import errors
from shared.deps import Deps
from shared.errors import FieldProblem
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest
from shared.models.prices import ImageSize, utc_day
from shared.models.story import ImageMode
from shared.ndjson import MEDIA_TYPE
from shared.telemetry import port

_AFTER = whole_number(
    "after",
    "The `seq` of the last message that the reader has; the stream continues after it.",
    0,
    999_999_999,
    default=0,
    advice="It has to be a whole number from 0: the seq of the last message you have.",
)
_IMAGES: Parameter[ImageMode] = choice(
    "images",
    "`inline`: images are data URLs. `url`: they are addresses in this app.",
    ("inline", "url"),
    default="inline",
)
_IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "The same key with the same body attaches to the generation that it started; with another body, 409.",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    parse=matching("[!-~]{1,200}"),
    advice="It has to be 1 to 200 visible ASCII characters.",
)
_KEY_OF_START = replace(
    _IDEMPOTENCY_KEY,
    advice="Send the key of the start that you want to cancel: 1 to 200 visible ASCII characters.",
    is_required=True,
)
_LINES: dict[str, Content] = {MEDIA_TYPE: Lines()}
_STREAM_HEADERS = (headers.GENERATION_ID, headers.STREAM)


async def _start_or_estimate(call: Call) -> Response:
    body = call.body_as(GenerateMangaRequest)
    _check_image_size(call.deps, body.image_size)
    if call.read(ESTIMATE) == "true":
        chapters = await chapters_of(
            call.deps, call.engine, body, texts_of(body, call.deps.settings), with_sheets=False
        )
        return json_response(estimate_start(body, chapters, call.deps.settings, utc_day(call.deps.now())))
    call.deps.settings.require_model()
    starter = Starter(call.deps, call.limits, call.engine, client_address(call.request, call.deps.settings))
    generation_id = await starter.start(body, call.body_digest, call.find(_IDEMPOTENCY_KEY))
    call.deps.telemetry.note({port.GENERATION_ID: generation_id})
    return _stream(call, StreamRequest(generation_id, images=body.images))


async def _follow(call: Call) -> Response:
    generation_id = call.read(GENERATION_ID)
    ledger = await full_ledger(call.deps.generations, await find_run(call.deps, call.engine, generation_id))
    return _stream(call, StreamRequest(generation_id, call.read(_AFTER), call.read(_IMAGES), ledger.phase))


def _stream(call: Call, wanted: StreamRequest) -> Response:
    return StreamingResponse(
        stream_lines(call.deps, call.engine, call.pollers, wanted),
        media_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "no-cache",
            "X-Generation-Id": wanted.generation_id,
            "Content-Location": stream_path(wanted.generation_id),
        },
    )


async def _cancel_start(call: Call) -> Response:
    generation_id = await cancel_start(call.deps, call.engine, call.read(_KEY_OF_START))
    return json_response(CancelledStart(id=generation_id), 202)


def _check_image_size(deps: Deps, size: ImageSize) -> None:
    """Refuse a size in which the configured model does not draw."""
    if size not in deps.image_sizes:
        offered = ", ".join(deps.image_sizes)
        model = deps.settings.image_model
        raise invalid(FieldProblem("imageSize", f"The image model of this app ({model}) draws {offered}, not {size}."))


ENDPOINTS = (
    Endpoint(
        "generate_manga_stream",
        "post",
        "/api/generate-manga-stream",
        _start_or_estimate,
        "Start a generation and stream it",
        answers=(
            Answer(
                200,
                "The generation's messages as they are made. With `estimate=true`: what it would need.",
                {**_LINES, "application/json": GenerationEstimate},
                # An estimate has no generation.
                tuple(replace(header, is_always_sent=False) for header in _STREAM_HEADERS),
            ),
        ),
        errors=(
            errors.IdempotencyKeyReused,
            errors.StartCancelled,
            errors.DailyLimitReached,
            errors.TooManyGenerations,
        ),
        parameters=(_IDEMPOTENCY_KEY, ESTIMATE),
        body=GenerateMangaRequest,
        limited_as=limit_unless_estimate("generate-manga-stream"),
        uses_engine=True,
    ),
    Endpoint(
        "follow_manga_stream",
        "get",
        "/api/generate-manga-stream/{id}",
        _follow,
        "Follow a generation's stream, also after its end",
        answers=(Answer(200, "The messages after `after`, as they are made.", _LINES, _STREAM_HEADERS),),
        errors=(errors.InvalidInput,),
        parameters=(GENERATION_ID, _AFTER, _IMAGES),
        uses_engine=True,
    ),
    Endpoint(
        "cancel_start",
        "post",
        "/api/generate-manga-stream/cancel",
        _cancel_start,
        "Cancel a generation by the Idempotency-Key of its start, even before the start has arrived",
        answers=(
            Answer(
                202,
                "The generation ends, or a later start with this key starts nothing. Can be repeated.",
                {"application/json": CancelledStart},
            ),
        ),
        errors=(errors.InvalidInput, errors.NotFound, errors.Expired, errors.NotCancellable),
        parameters=(_KEY_OF_START,),
        limited_as="cancel-generation",
        uses_engine=True,
    ),
)
