"""`GET /api/openapi.json`: what this app answers to, for programs that write clients and for those that test."""

import hashlib
import json
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.service import Service
from shared.deps import Deps

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.openapi.operation import JsonObject

_DOCUMENT = "api.openapi.document"


class _Encoded(NamedTuple):
    content: bytes
    etag: str


@cache
def _document(keys_wanted: bool) -> _Encoded:
    """Return the document as it is sent. Imported and made when it is first asked for: no start waits for it."""
    describe: Callable[..., JsonObject] = import_module(_DOCUMENT).describe
    content = json.dumps(describe(keys_wanted=keys_wanted), ensure_ascii=False, separators=(",", ":")).encode()
    return _Encoded(content, f'"{hashlib.sha256(content).hexdigest()[:16]}"')


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the route; whoever reads the description needs no key for it."""
    blueprint = df.Blueprint()

    @blueprint.function_name("openapi")
    @blueprint.route(route="api/openapi.json", methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ANONYMOUS)
    async def openapi(req: Request) -> Response:
        return await service.answer(req, lambda deps: _answer(deps, req))

    return blueprint


async def _answer(deps: Deps, request: Request) -> Response:
    document = _document(deps.settings.http_auth_level != "anonymous")
    headers = {"Cache-Control": "no-cache", "ETag": document.etag}
    if document.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(document.content, media_type="application/json", headers=headers)
