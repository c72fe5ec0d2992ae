"""Telemetry of requests: a span for each that counts for a rate limit, and a count of errors."""

from contextlib import AbstractContextManager
from http import HTTPStatus

from azurefunctions.extensions.http.fastapi import Request, Response

from api.errors import to_response
from shared.errors import MangaError
from shared.telemetry.metrics import REFUSALS
from shared.telemetry.port import ERROR_TYPE, GENERATION_ID, NO_TELEMETRY, Span, Telemetry


class RequestTrace:
    """The telemetry of one request. Requests without a rate limit (`limit` is None) have no span."""

    def __init__(self, telemetry: Telemetry, request: Request, limit: str | None) -> None:
        self._telemetry = telemetry
        self._request = request
        self._limit = limit

    def span(self) -> AbstractContextManager[Span]:
        """Return the request's span. Its parent is the span in the request's `traceparent` header, if there is one."""
        if self._limit is None:
            return NO_TELEMETRY.span("", {})
        method, generation_id = self._request.method, self._request.path_params.get("id")
        attributes = {"http.request.method": method, "http.route": self._limit}
        if generation_id is not None:
            attributes[GENERATION_ID] = generation_id
        parent = self._request.headers.get("traceparent")
        return self._telemetry.span(f"{method} {self._limit}", attributes, kind="server", parent=parent)

    def refused(self, span: Span, error: MangaError) -> Response:
        """Count the error and return the answer. Only a server error marks the span as failed."""
        self._telemetry.count(REFUSALS, {ERROR_TYPE: error.code, "http.route": self._limit or "other"})
        response = to_response(error)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(error.code)
        return response
