"""`GET /api/openapi.json`: the API's description, for client generators and test tools."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Data, Endpoint
from api.requests.call import Call
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, content_response


def openapi_endpoint(others: Sequence[Endpoint]) -> Endpoint:
    """Return the endpoint that describes these endpoints and itself."""

    @cache
    def document(keys_wanted: bool) -> tuple[bytes, str]:
        # Imported on first use, so that the app starts sooner.
        from api.openapi.document import describe  # noqa: PLC0415

        described = describe((*others, endpoint), keys_wanted=keys_wanted)
        content = json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()
        return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    async def answer(call: Call) -> Response:
        content, etag = document(call.deps.settings.http_auth_level != "anonymous")
        return content_response(call.request, content, "application/json", etag, {"Cache-Control": "no-cache"})

    endpoint = Endpoint(
        "openapi",
        "get",
        "/api/openapi.json",
        answer,
        "Get this document",
        answers=(Answer(200, "OpenAPI 3.1.", {"application/json": Data({"type": "object"})}, (ETAG,)), NOT_MODIFIED),
        parameters=(IF_NONE_MATCH,),
        key="none",
    )
    return endpoint
