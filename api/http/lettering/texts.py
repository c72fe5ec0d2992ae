"""`/api/generations/{id}…/lettering`: the texts that are set over the pictures of a comic, read and edited."""

import hashlib
from dataclasses import replace

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.lettering.editing import edit_panel, read_panel
from api.lettering.reading import read_lettering
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID, INDEX, LANGUAGE
from api.responses import ETAG, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, content_response, matches
from shared.errors import InvalidInput, LetteringChanged, LetteringIsDrawn, StorageUnavailable
from shared.models.http.lettering import ComicLettering, LetteringRequest
from shared.models.lettering import PanelLettering

_JSON = "application/json"
_REVALIDATED = {"Cache-Control": "private, no-cache"}
_PANEL = replace(INDEX, description="0-based, into `chunks.panels`.")
_IF_MATCH = replace(
    IF_MATCH,
    description="The ETag of the texts that the client has edited: if these are not the current ones any more, the "
    "answer is 412. Without it, the latest request wins.",
    is_required=False,
)


async def lettering_response(call: Call, generation_id: str, language: str | None) -> Response:
    """Return all texts of a comic in the language (None: its own)."""
    lettering = await read_lettering(call.deps, call.engine, generation_id, language)
    content = lettering.model_dump_json(by_alias=True, exclude_none=True).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return content_response(call.request, content, _JSON, etag, _REVALIDATED)


async def panel_response(call: Call, generation_id: str, index: int, language: str | None) -> Response:
    """Return the texts of a panel in the language (None: the comic's own)."""
    found = await read_panel(call.deps, call.engine, generation_id, index, language)
    return content_response(call.request, found.content, _JSON, found.etag, _REVALIDATED)


async def _show(call: Call) -> Response:
    return await lettering_response(call, call.read(GENERATION_ID), call.find(LANGUAGE))


async def _show_panel(call: Call) -> Response:
    return await panel_response(call, call.read(GENERATION_ID), call.read(_PANEL), call.find(LANGUAGE))


async def _edit_panel(call: Call) -> Response:
    expected = call.find(_IF_MATCH)
    edited = await edit_panel(
        call.deps,
        call.engine,
        call.read(GENERATION_ID),
        call.read(_PANEL),
        call.find(LANGUAGE),
        call.body_as(LetteringRequest),
        lambda etag: expected is None or matches(etag, expected),
    )
    return Response(edited.content, 200, {"ETag": edited.etag, "Cache-Control": "no-store"}, _JSON)


ENDPOINTS = (
    Endpoint(
        "lettering",
        "get",
        "/api/generations/{id}/lettering",
        _show,
        "Read all texts of a comic in a language, as they are set over its pictures",
        answers=(Answer(200, "The texts of all panels.", {_JSON: ComicLettering}, (ETAG,)), NOT_MODIFIED),
        errors=(InvalidInput, LetteringIsDrawn),
        parameters=(GENERATION_ID, LANGUAGE, IF_NONE_MATCH),
        uses_engine=True,
    ),
    Endpoint(
        "panel_lettering",
        "get",
        "/api/generations/{id}/panels/{index}/lettering",
        _show_panel,
        "Read the texts of a panel in a language, as they are set over its picture",
        answers=(Answer(200, "The texts.", {_JSON: PanelLettering}, (ETAG,)), NOT_MODIFIED),
        errors=(InvalidInput, LetteringIsDrawn, StorageUnavailable),
        parameters=(GENERATION_ID, _PANEL, LANGUAGE, IF_NONE_MATCH),
        uses_engine=True,
    ),
    Endpoint(
        "edit_lettering",
        "put",
        "/api/generations/{id}/panels/{index}/lettering",
        _edit_panel,
        "Edit the words and places of a panel's texts in a language, free of charge",
        answers=(
            Answer(
                200,
                "The texts as they are set now. The same texts again change nothing.",
                {_JSON: PanelLettering},
                (ETAG,),
            ),
        ),
        errors=(LetteringIsDrawn, LetteringChanged),
        parameters=(GENERATION_ID, _PANEL, LANGUAGE, _IF_MATCH),
        body=LetteringRequest,
        limited_as="edit-lettering",
        uses_engine=True,
    ),
)
