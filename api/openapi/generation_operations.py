"""Starting a generation, watching it, changing it, and taking it away."""

from dataclasses import replace

from api.generations.cancelled_start import CancelledStart
from api.generations.state import GenerationState
from api.openapi import headers, media, parameters
from api.openapi.operation import Answer, Operation
from shared.errors import (
    DailyBudgetExhausted,
    DailyLimitReached,
    EngineUnavailable,
    Expired,
    IdempotencyKeyReused,
    InvalidInput,
    NotCancellable,
    NotFound,
    NothingToDo,
    NothingToExport,
    StartCancelled,
    StillRunning,
    StorageUnavailable,
    TooManyGenerations,
)
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest, RegenerateRequest

_OUTSIDE = (StorageUnavailable, EngineUnavailable)
_STREAM_HEADERS = (headers.GENERATION_ID, headers.STREAM)
_UNCHANGED = Answer(304, "What the client has is still so.", {}, (headers.ETAG,))


def _state(status: int, description: str) -> Answer:
    return Answer(status, description, {"application/json": GenerationState}, (headers.STREAM,))


STREAM_OPERATIONS = (
    Operation(
        "generate_manga_stream",
        "post",
        "/api/generate-manga-stream",
        "Start a generation and stream it",
        answers=(
            Answer(
                200,
                "The generation's messages, as they come about. With `estimate=true`: what it would take.",
                {**media.STREAM, "application/json": GenerationEstimate},
                # An estimate is of no generation yet.
                tuple(replace(header, is_always_sent=False) for header in _STREAM_HEADERS),
            ),
        ),
        errors=(IdempotencyKeyReused, StartCancelled, DailyLimitReached, TooManyGenerations, *_OUTSIDE),
        parameters=(parameters.IDEMPOTENCY_KEY, parameters.ESTIMATE),
        body=GenerateMangaRequest,
        is_limited=True,
    ),
    Operation(
        "follow_manga_stream",
        "get",
        "/api/generate-manga-stream/{id}",
        "Come back to a generation's stream, also after its end",
        answers=(Answer(200, "The messages behind `after`, as they come about.", media.STREAM, _STREAM_HEADERS),),
        errors=(InvalidInput, NotFound, Expired, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID, parameters.AFTER, parameters.IMAGES),
    ),
)

CHANGE_OPERATIONS = (
    Operation(
        "cancel_start",
        "post",
        "/api/generate-manga-stream/cancel",
        "Stop a generation by the Idempotency-Key of its start, whether that has arrived or not",
        answers=(
            Answer(
                202,
                "It ends, or a start with this key that arrives later begins nothing. Asked again: the same.",
                {"application/json": CancelledStart},
            ),
        ),
        errors=(InvalidInput, NotFound, Expired, NotCancellable, *_OUTSIDE),
        parameters=(replace(parameters.IDEMPOTENCY_KEY, is_required=True),),
        is_limited=True,
    ),
    Operation(
        "cancel_generation",
        "post",
        "/api/generations/{id}/cancel",
        "Stop a generation; what is finished stays",
        answers=(_state(202, "It ends. Asked again, the answer is the same."),),
        errors=(NotFound, Expired, NotCancellable, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID,),
        is_limited=True,
    ),
    Operation(
        "retry_generation",
        "post",
        "/api/generations/{id}/retry",
        "Go on with a generation that has ended: only what is missing is made",
        answers=(_state(202, "It goes on; its stream continues with the next `seq`."),),
        errors=(NotFound, Expired, StillRunning, NothingToDo, TooManyGenerations, DailyBudgetExhausted, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID,),
        is_limited=True,
    ),
    Operation(
        "regenerate_image",
        "post",
        "/api/generations/{id}/{kind}/{index}/regenerate",
        "Make one character's sheet or one panel again",
        answers=(_state(202, "It is made; the stream continues with a further message of it."),),
        errors=(NotFound, Expired, StillRunning, TooManyGenerations, DailyBudgetExhausted, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID, parameters.KIND, parameters.INDEX),
        body=RegenerateRequest,
        is_body_required=False,
        is_limited=True,
    ),
    Operation(
        "delete_generation",
        "delete",
        "/api/generations/{id}",
        "Remove a generation: its history, its images and its inputs",
        answers=(Answer(204, "It is gone.", {}),),
        errors=(NotFound, Expired, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID,),
        is_limited=True,
    ),
)

LOOK_OPERATIONS = (
    Operation(
        "generation",
        "get",
        "/api/generations/{id}",
        "Look at a generation: its state, progress and links",
        answers=(_state(200, "The generation at a glance."),),
        errors=(NotFound, Expired, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID,),
    ),
    Operation(
        "generation_image",
        "get",
        "/api/generations/{id}/images/{kind}/{index}/{version}",
        "One drawn image",
        answers=(Answer(200, "The image. It never changes.", media.IMAGE, (headers.ETAG,)), _UNCHANGED),
        errors=(NotFound, Expired, StorageUnavailable),
        parameters=(
            parameters.GENERATION_ID,
            parameters.KIND,
            parameters.INDEX,
            parameters.VERSION,
            parameters.IF_NONE_MATCH,
        ),
    ),
    Operation(
        "export_generation",
        "get",
        "/api/generations/{id}/export",
        "Take the comic away as a file, finished or as far as it is drawn",
        answers=(Answer(200, "The file.", media.EXPORT, (headers.ETAG, headers.ATTACHMENT)), _UNCHANGED),
        errors=(InvalidInput, NotFound, Expired, NothingToExport, *_OUTSIDE),
        parameters=(parameters.GENERATION_ID, parameters.FORMAT, parameters.DIRECTION, parameters.IF_NONE_MATCH),
        is_limited=True,
    ),
)
