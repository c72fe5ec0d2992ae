"""`OPTIONS …`: a browser asks, without a key, whether another site's page may send a request."""

from azurefunctions.extensions.http.fastapi import Response

from api.cors import preflight_headers
from api.endpoint import Endpoint
from api.requests.call import Call
from shared.errors import NotFound


async def _answer(call: Call) -> Response:
    headers = preflight_headers(call.request, call.deps.settings)
    if not headers:
        raise NotFound("Pages of this origin may not call this app. (Its operator can set CORS_ALLOWED_ORIGINS.)")
    return Response(status_code=204, headers=headers)


ENDPOINTS = (Endpoint("preflight", "options", "{*path}", _answer, key="none"),)
