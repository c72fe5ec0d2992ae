"""Errors become HTTP answers here, and nowhere else."""

import logging
from http import HTTPStatus

from azurefunctions.extensions.http.fastapi import JSONResponse

from api.responses import json_response
from shared import errors
from shared.errors import Allowance, MangaError
from shared.models.http.error_answer import ErrorAnswer, FieldFault

_logger = logging.getLogger(__name__)

_STATUS: dict[type[MangaError], int] = {
    errors.RequestTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.InvalidInput: 400,
    errors.Expired: 410,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PlanChanged: 412,
    errors.LetteringChanged: 412,
    errors.TooManyRequests: 429,
    errors.BudgetExhausted: 429,
    errors.ContentBlocked: 400,
    errors.ModelImageRejected: 400,
    errors.ModelInputTooLarge: 413,
    errors.ModelRefused: 503,
    errors.ModelRateLimited: 503,
    errors.RetryableModelError: 503,
    errors.NotConfigured: 503,
    errors.Busy: 503,
    errors.StorageUnavailable: 503,
    errors.EngineUnavailable: 503,
    errors.RedditUnavailable: 503,
    errors.IssueTrackerUnavailable: 503,
    MangaError: 500,
}


def log_refusal(error: MangaError) -> None:
    """Log why a request was refused, with the cause if the app is at fault."""
    is_fault = status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR
    extra = {"action": "request_refused", "code": error.code}
    if is_fault:
        _logger.error("A request could not be answered", extra=extra, exc_info=error.__cause__)
    else:
        _logger.info("A request was refused", extra=extra)


def log_fault(fault: Exception) -> MangaError:
    """Log a fault in this app, and return the error for the client."""
    _logger.error("A request met a fault in this app", extra={"action": "request_failed"}, exc_info=fault)
    return MangaError("Something went wrong in this app; it is noted in its log. Try again in a minute.")


def to_response(error: MangaError) -> JSONResponse:
    """Return the error as `{"error", "code", "details"?}` with its status and headers."""
    problems = error.problems if isinstance(error, errors.InvalidInput) else ()
    answer = ErrorAnswer(
        error=_sentence(error),
        code=error.code,
        error_type="PROHIBITED_CONTENT" if isinstance(error, errors.ContentBlocked) else None,
        details=tuple(FieldFault(field=problem.field, message=problem.message) for problem in problems) or None,
    )
    headers: dict[str, str] = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.TooManyRequests):
        headers |= rate_headers(error.allowance)
    return json_response(answer, status_of(error), headers, exclude_none=True)


def _sentence(error: MangaError) -> str:
    """Return the text for the client; the text of a model error is only for the log."""
    return f"Nothing was made: {error.public_reason}." if isinstance(error, errors.ModelError) else str(error)


def rate_headers(allowance: Allowance) -> dict[str, str]:
    """Return the headers for a rate limit; `X-RateLimit-Reset` is in seconds from now."""
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
