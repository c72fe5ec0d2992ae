"""`/c/{token}`: the page of a shared comic, its images and its files. No key is needed: the token is the key."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import BYTES, IMAGES, Answer, Data, Endpoint, Handler, Header
from api.export.comic.comic import MEDIA_TYPES, ExportFormat
from api.generations.images import read_image
from api.http.export import ATTACHMENT, cover_response, export_response
from api.http.lettering.texts import lettering_response, panel_response
from api.http.page import static_files
from api.requests.call import Call
from api.requests.parameters import INDEX, LANGUAGE, VERSION, Parameter, choice
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, content_response
from api.share.addresses import origin_of
from api.share.comic import OpenedComic, open_comic, read_comic
from api.share.page import DOWNLOADS, render_missing_page, render_page
from shared.errors import (
    EngineUnavailable,
    InvalidInput,
    LetteringIsDrawn,
    NotFound,
    NothingToExport,
    StorageUnavailable,
)
from shared.models.http.lettering import ComicLettering
from shared.models.lettering import PanelLettering
from shared.models.step_ref import StepRef
from shared.text.language import UNDETERMINED, language_tag

_HTML = "text/html; charset=utf-8"
_JSON = "application/json"
_STYLES = ("assets/styles/base.css", "assets/styles/share.css", "assets/lettering/fonts.css")
_ICON = "assets/icon.svg"
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Only the reader's own browser may keep anything: it must not be found in a shared cache after the link was revoked.
_REVALIDATED = {"Cache-Control": "private, no-cache"}
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def _number_or_none_such(parameter: Parameter[int]) -> Parameter[int]:
    """Return the parameter with a number that no image has for an invalid value, so that all get the same answer."""

    def parse(text: str) -> int:
        number = parameter.parse(text)
        return -1 if number is None else number

    return replace(parameter, parse=parse)


def _language_or_none_such(text: str) -> str:
    """Return the language, or for an invalid one a language that no comic is translated into."""
    return language_tag(text) or UNDETERMINED


_TOKEN = Parameter(
    "token",
    "path",
    "The token of the link, from `url` of the share.",
    {"type": "string"},
    parse=str,
    advice="It has to be the token of a link.",
    is_required=True,
)
_INDEX, _VERSION = _number_or_none_such(INDEX), _number_or_none_such(VERSION)
_LANGUAGE = replace(LANGUAGE, parse=_language_or_none_such)
_FORMAT: Parameter[ExportFormat] = choice(
    "format",
    "`pdf`, `epub`, `cbz`: comic pages; `webtoon`: strips to scroll; `png`: one picture.",
    tuple(DOWNLOADS),
    is_required=True,
)


def _for_readers(answer: Callable[[Call, OpenedComic], Awaitable[Response]]) -> Handler:
    """Return the handler that opens the comic; if the token opens none, it answers with one and the same page."""

    async def handle(call: Call) -> Response:
        try:
            response = await answer(call, await open_comic(call.deps, call.engine, call.read(_TOKEN)))
        except NotFound:
            page = render_missing_page(*_page_files())
            response = Response(page, 404, {"Cache-Control": "no-store"}, _HTML)
        response.headers.update(_HEADERS)
        return response

    return handle


async def _page(call: Call, opened: OpenedComic) -> Response:
    comic = await read_comic(call.deps, call.engine, opened, call.find(_LANGUAGE))
    page = render_page(comic, call.read(_TOKEN), origin_of(call.request), *_page_files()).encode()
    etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    return content_response(call.request, page, _HTML, etag, _REVALIDATED)


async def _image(call: Call, opened: OpenedComic) -> Response:
    index, version = call.read(_INDEX), call.read(_VERSION)
    if opened.versions.get(index) != version:
        raise NotFound
    step = StepRef(generation_id=opened.generation_id, kind="panel", index=index, version=version)
    blob = await read_image(call.deps, step)
    return content_response(call.request, blob.content, blob.media_type, f'"{blob.etag}"', _FOR_EVER)


async def _cover(call: Call, opened: OpenedComic) -> Response:
    return await cover_response(call, opened.generation_id)


async def _file(call: Call, opened: OpenedComic) -> Response:
    return await export_response(call, opened.generation_id, call.read(_FORMAT), language=call.find(_LANGUAGE))


async def _lettering(call: Call, opened: OpenedComic) -> Response:
    return await lettering_response(call, opened.generation_id, call.find(_LANGUAGE))


async def _panel_lettering(call: Call, opened: OpenedComic) -> Response:
    return await panel_response(call, opened.generation_id, call.read(_INDEX), call.find(_LANGUAGE))


def _page_files() -> tuple[tuple[str, ...], str]:
    """Return the paths of the style sheets and of the icon."""
    files = static_files()
    return tuple(files.path_of(style) for style in _STYLES), files.path_of(_ICON)


_MISSING = Answer(
    404,
    "A page that says so: the token is unknown, revoked or expired, the comic was removed, or has no such image.",
    {"text/html": Data({"type": "string"})},
)
_NOINDEX = Header("X-Robots-Tag", "Search engines leave it out.", {"const": "noindex"})
_DOWN = (StorageUnavailable, EngineUnavailable)
_HEADERS_OF_JSON = (ETAG, _NOINDEX)

ENDPOINTS = (
    Endpoint(
        "comic_page",
        "get",
        "/c/{token}",
        _for_readers(_page),
        "Read a shared comic",
        answers=(
            Answer(200, "The page.", {"text/html": Data({"type": "string"})}, (ETAG, _NOINDEX)),
            NOT_MODIFIED,
            _MISSING,
        ),
        errors=_DOWN,
        parameters=(_TOKEN, _LANGUAGE, IF_NONE_MATCH),
        limited_as="shared-comic",
        key="none",
        uses_engine=True,
    ),
    Endpoint(
        "comic_panel",
        "get",
        "/c/{token}/panels/{index}/{version}",
        _for_readers(_image),
        "Get a panel of a shared comic",
        answers=(
            Answer(200, "The image, of the version that counts. It never changes.", IMAGES, (ETAG, _NOINDEX)),
            NOT_MODIFIED,
            _MISSING,
        ),
        errors=_DOWN,
        parameters=(_TOKEN, _INDEX, _VERSION, IF_NONE_MATCH),
        key="none",
        uses_engine=True,
    ),
    Endpoint(
        "comic_lettering",
        "get",
        "/c/{token}/lettering",
        _for_readers(_lettering),
        "Read all texts of a shared comic that are set over its pictures",
        answers=(
            Answer(200, "All texts.", {_JSON: ComicLettering}, _HEADERS_OF_JSON),
            NOT_MODIFIED,
            _MISSING,
        ),
        errors=(*_DOWN, LetteringIsDrawn),
        parameters=(_TOKEN, _LANGUAGE, IF_NONE_MATCH),
        limited_as="shared-comic-lettering",
        key="none",
        uses_engine=True,
    ),
    Endpoint(
        "comic_panel_lettering",
        "get",
        "/c/{token}/lettering/{index}",
        _for_readers(_panel_lettering),
        "Read the texts of a panel of a shared comic",
        answers=(Answer(200, "The texts.", {_JSON: PanelLettering}, _HEADERS_OF_JSON), NOT_MODIFIED, _MISSING),
        errors=(*_DOWN, LetteringIsDrawn),
        parameters=(_TOKEN, _INDEX, _LANGUAGE, IF_NONE_MATCH),
        limited_as="shared-comic-lettering",
        key="none",
        uses_engine=True,
    ),
    Endpoint(
        "comic_cover",
        "get",
        "/c/{token}/cover.jpg",
        _for_readers(_cover),
        "Get the cover of a shared comic",
        answers=(Answer(200, "The cover.", {"image/jpeg": BYTES}, (ETAG, _NOINDEX)), NOT_MODIFIED, _MISSING),
        errors=(*_DOWN, NothingToExport),
        parameters=(_TOKEN, IF_NONE_MATCH),
        limited_as="shared-comic-cover",
        key="none",
        uses_engine=True,
    ),
    Endpoint(
        "comic_file",
        "get",
        "/c/{token}/export",
        _for_readers(_file),
        "Get a shared comic as a file",
        answers=(
            Answer(
                200,
                "The file.",
                {MEDIA_TYPES[file_format]: BYTES for file_format in DOWNLOADS},
                (ETAG, ATTACHMENT, _NOINDEX),
            ),
            NOT_MODIFIED,
            _MISSING,
        ),
        errors=(*_DOWN, InvalidInput, NothingToExport, LetteringIsDrawn),
        parameters=(_TOKEN, _FORMAT, _LANGUAGE, IF_NONE_MATCH),
        limited_as="shared-comic-file",
        key="none",
        uses_engine=True,
    ),
)
