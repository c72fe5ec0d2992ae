"""The only place where errors become HTTP answers."""

import logging
from collections.abc import Awaitable, Callable

from azurefunctions.extensions.http.fastapi import JSONResponse, Response

from shared.errors import (
    Conflict,
    EngineUnavailable,
    InvalidInput,
    MangaError,
    NotConfigured,
    NotFound,
    RequestTooLarge,
    StorageUnavailable,
    UnsupportedMediaType,
)

_logger = logging.getLogger(__name__)

_STATUS: dict[type[MangaError], int] = {
    RequestTooLarge: 413,
    UnsupportedMediaType: 415,
    InvalidInput: 400,
    NotFound: 404,
    Conflict: 409,
    NotConfigured: 503,
    StorageUnavailable: 503,
    EngineUnavailable: 503,
    MangaError: 500,
}


async def answered(handle: Callable[[], Awaitable[Response]]) -> Response:
    """Return the handler's answer, or the answer that its error becomes."""
    try:
        return await handle()
    except MangaError as exc:
        log = _logger.error if status_of(exc) >= 500 else _logger.info  # noqa: PLR2004 - HTTP's server errors
        log("A request was refused", extra={"action": "request_refused", "code": exc.code}, exc_info=exc.__cause__)
        return to_response(exc)


def to_response(error: MangaError) -> JSONResponse:
    """Return the error as `{"error", "code", "details"?}` with its status and headers."""
    body: dict[str, object] = {"error": str(error), "code": error.code}
    if isinstance(error, InvalidInput) and error.problems:
        body["details"] = [{"field": problem.field, "message": problem.message} for problem in error.problems]
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    return JSONResponse(body, status_code=status_of(error), headers=headers)


def status_of(error: MangaError) -> int:
    """Return the HTTP status of an error, by the nearest class that has one."""
    return next(_STATUS[cls] for cls in type(error).__mro__ if cls in _STATUS)
