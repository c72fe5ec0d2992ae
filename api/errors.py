"""The only place where errors become HTTP answers."""

import logging
from http import HTTPStatus

from azurefunctions.extensions.http.fastapi import JSONResponse

from shared.errors import (
    Allowance,
    BudgetExhausted,
    Busy,
    Conflict,
    ContentBlocked,
    EngineUnavailable,
    Expired,
    InvalidInput,
    IssueTrackerUnavailable,
    MangaError,
    ModelError,
    ModelImageRejected,
    ModelInputTooLarge,
    ModelRateLimited,
    ModelRefused,
    NotConfigured,
    NotFound,
    RedditUnavailable,
    RequestTooLarge,
    RetryableModelError,
    StorageUnavailable,
    TooManyRequests,
    UnsupportedMediaType,
)
from shared.models.http.error_answer import ErrorAnswer, FieldFault

_logger = logging.getLogger(__name__)

_STATUS: dict[type[MangaError], int] = {
    RequestTooLarge: 413,
    UnsupportedMediaType: 415,
    InvalidInput: 400,
    Expired: 410,
    NotFound: 404,
    Conflict: 409,
    TooManyRequests: 429,
    BudgetExhausted: 429,
    ContentBlocked: 400,
    ModelImageRejected: 400,
    ModelInputTooLarge: 413,
    ModelRefused: 503,
    ModelRateLimited: 503,
    RetryableModelError: 503,
    NotConfigured: 503,
    Busy: 503,
    StorageUnavailable: 503,
    EngineUnavailable: 503,
    RedditUnavailable: 503,
    IssueTrackerUnavailable: 503,
    MangaError: 500,
}


def log_refusal(error: MangaError) -> None:
    """Note why a request was refused; what lies behind it goes into the log only if the fault is ours."""
    is_our_fault = status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR
    extra = {"action": "request_refused", "code": error.code}
    if is_our_fault:
        _logger.error("A request could not be answered", extra=extra, exc_info=error.__cause__)
    else:
        _logger.info("A request was refused", extra=extra)


def log_fault(fault: Exception) -> MangaError:
    """Note a fault in this app, and return what a client is told of it."""
    _logger.error("A request met a fault in this app", extra={"action": "request_failed"}, exc_info=fault)
    return MangaError("Something went wrong in this app; it is noted in its log. Try again in a minute.")


def to_response(error: MangaError) -> JSONResponse:
    """Return the error as `{"error", "code", "details"?}` with its status and headers."""
    problems = error.problems if isinstance(error, InvalidInput) else ()
    answer = ErrorAnswer(
        error=_sentence(error),
        code=error.code,
        error_type="PROHIBITED_CONTENT" if isinstance(error, ContentBlocked) else None,
        details=tuple(FieldFault(field=problem.field, message=problem.message) for problem in problems) or None,
    )
    body = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, TooManyRequests):
        headers |= rate_headers(error.allowance)
    return JSONResponse(body, status_code=status_of(error), headers=headers)


def _sentence(error: MangaError) -> str:
    """A model error's own text is for the log; its reason is for people."""
    return f"Nothing was made: {error.public_reason}." if isinstance(error, ModelError) else str(error)


def rate_headers(allowance: Allowance) -> dict[str, str]:
    """Return a limit as headers; `X-RateLimit-Reset` is in seconds from now."""
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset_s),
    }


def status_of(error: MangaError) -> int:
    """Return the HTTP status of an error, by the nearest class that has one."""
    return status_of_kind(type(error))


def status_of_kind(kind: type[MangaError]) -> int:
    """Return the HTTP status of a kind of error."""
    return next(_STATUS[cls] for cls in kind.__mro__ if cls in _STATUS)
