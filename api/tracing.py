"""A request, told of: a span for one that sets something to work, and a count of those that were refused."""

from contextlib import AbstractContextManager
from http import HTTPStatus

from azurefunctions.extensions.http.fastapi import Request, Response

from api.errors import to_response
from shared.errors import MangaError
from shared.telemetry.metrics import REFUSALS
from shared.telemetry.port import ERROR_TYPE, GENERATION_ID, NO_TELEMETRY, Span, Telemetry


class RequestTrace:
    """What is told of one request. Requests that only look, of which `endpoint` is None, have no span."""

    def __init__(self, telemetry: Telemetry, request: Request, endpoint: str | None) -> None:
        self._telemetry = telemetry
        self._request = request
        self._endpoint = endpoint

    def span(self) -> AbstractContextManager[Span]:
        """Return the request's span: below the caller's or the Functions host's, if one was sent along, or a root."""
        if self._endpoint is None:
            return NO_TELEMETRY.span("", {})
        method = self._request.method
        about = {"http.request.method": method, "http.route": self._endpoint}
        generation_id = self._request.path_params.get("id")
        known = {} if generation_id is None else {GENERATION_ID: generation_id}
        return self._telemetry.span(
            f"{method} {self._endpoint}",
            {**about, **known},
            kind="server",
            parent=self._request.headers.get("traceparent"),
        )

    def refused(self, span: Span, error: MangaError) -> Response:
        """Count a request that gets an error for an answer, and return that answer.

        Only a fault of ours makes the span a failed one.
        """
        self._telemetry.count(REFUSALS, {ERROR_TYPE: error.code, "http.route": self._endpoint or "other"})
        response = to_response(error)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(error.code)
        return response
