"""Responses: JSON that nobody may cache, and content that clients revalidate by its ETag."""

import re
from collections.abc import Mapping

from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response
from pydantic import BaseModel

from api.endpoint import Answer, Header
from api.requests.parameters import Parameter

# RFC 9110 §8.8.3
_ENTITY_TAG = re.compile(r'(W/)?("[!#-~\x80-\xff]*")')
_TAGS = re.compile(rf"\*|{_ENTITY_TAG.pattern}(?:\s*,\s*{_ENTITY_TAG.pattern})*")

ETAG = Header("ETag", "Identifies the content, for `If-None-Match`.", {"type": "string", "pattern": '^"[!#-~]+"$'})
NOT_MODIFIED = Answer(304, "The client's copy is still current.", {}, (ETAG,))
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "header",
    "The ETag of the client's copy: if it is still current, the answer is 304.",
    {"type": "string"},
    parse=str,
    advice="It has to be a list of ETags.",
)


IF_MATCH = Parameter(
    "If-Match",
    "header",
    "The ETag of the version that the client has changed: if it is not the current one any more, the answer is 412.",
    {"type": "string"},
    parse=lambda text: text.strip() if _TAGS.fullmatch(text.strip()) else None,
    advice="Send the ETag, in its quotes, of the version that you have changed.",
    is_required=True,
)


def json_response(
    answer: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None, *, exclude_none: bool = False
) -> JSONResponse:
    """Return a model as JSON that is not cached."""
    content = answer.model_dump(mode="json", by_alias=True, exclude_none=exclude_none)
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def is_current(etag: str, request: Request) -> bool:
    """Tell whether the client has this version already (RFC 9110 §13.1.2: `*` or a list, compared weakly)."""
    tags = ",".join(request.headers.getlist("if-none-match"))
    return tags.strip() == "*" or etag.removeprefix("W/") in [tag for _, tag in _ENTITY_TAG.findall(tags)]


def matches(etag: str, expected: str) -> bool:
    """Tell whether the tag is one of those in an If-Match (RFC 9110 §13.1.1: `*`, or a list compared strongly)."""
    return expected == "*" or etag in [tag for weak, tag in _ENTITY_TAG.findall(expected) if not weak]


def not_modified(headers: Mapping[str, str]) -> Response:
    """Return the answer to a client that has the current version."""
    return Response(status_code=304, headers={**headers})


def content_response(
    request: Request, content: bytes, media_type: str, etag: str, headers: Mapping[str, str]
) -> Response:
    """Return the content, or 304 to a client that has this version."""
    headers = {**headers, "ETag": etag}
    return not_modified(headers) if is_current(etag, request) else Response(content, 200, headers, media_type)
