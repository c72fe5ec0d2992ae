"""All operations, and what holds for many of them."""

from api.openapi import headers, media, parameters
from api.openapi.admin_operations import ADMIN_OPERATIONS
from api.openapi.generation_operations import CHANGE_OPERATIONS, LOOK_OPERATIONS, STREAM_OPERATIONS
from api.openapi.operation import Answer, Operation
from api.openapi.original_operations import OUTSIDE_OPERATIONS, STEP_OPERATIONS
from shared.errors import (
    Busy,
    InvalidInput,
    MangaError,
    NotConfigured,
    RateLimited,
    RequestTooLarge,
    StorageUnavailable,
    UnsupportedMediaType,
)
from shared.models.http.health import HealthAnswer

_OF_ALL: tuple[type[MangaError], ...] = (NotConfigured, MangaError)
_OF_LIMITED: tuple[type[MangaError], ...] = (RateLimited, StorageUnavailable)
_WITH_BODY: tuple[type[MangaError], ...] = (InvalidInput, RequestTooLarge, UnsupportedMediaType, Busy)
_UNCHANGED = Answer(304, "What the client has is still so.", {}, (headers.ETAG,))

OPEN_OPERATIONS = (
    Operation(
        "health",
        "get",
        "/api/health",
        "Whether the app and what it depends on are there",
        answers=(
            Answer(200, "All is there.", {"application/json": HealthAnswer}),
            Answer(503, "Something is not there.", {"application/json": HealthAnswer}, (headers.RETRY_AFTER,)),
        ),
        needs_key=False,
    ),
    Operation(
        "openapi",
        "get",
        "/api/openapi.json",
        "This document",
        answers=(Answer(200, "OpenAPI 3.1.", media.DOCUMENT, (headers.ETAG,)), _UNCHANGED),
        parameters=(parameters.IF_NONE_MATCH,),
        needs_key=False,
    ),
    Operation(
        "page",
        "get",
        "/",
        "The web page",
        answers=(Answer(200, "The page.", media.PAGE, (headers.ETAG,)), _UNCHANGED),
        parameters=(parameters.IF_NONE_MATCH,),
        needs_key=False,
    ),
)

OPERATIONS = (
    *STREAM_OPERATIONS,
    *LOOK_OPERATIONS,
    *CHANGE_OPERATIONS,
    *STEP_OPERATIONS,
    *OUTSIDE_OPERATIONS,
    *ADMIN_OPERATIONS,
    *OPEN_OPERATIONS,
)


def errors_of(operation: Operation) -> tuple[type[MangaError], ...]:
    """Return every kind of error that the operation can answer with, each once."""
    kinds = (
        *(_WITH_BODY if operation.body is not None else ()),
        *(_OF_LIMITED if operation.is_limited else ()),
        *operation.errors,
        *_OF_ALL,
    )
    return tuple(dict.fromkeys(kinds))
