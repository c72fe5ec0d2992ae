"""`GET /api/generations/{id}/export`: the comic as a file, finished or with what is drawn so far."""

from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import BYTES, Answer, Content, Endpoint, Header
from api.export.comic.comic import MEDIA_TYPES, ExportFormat, Rendering
from api.export.exporter import Exporter
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID, LANGUAGE, Parameter, choice
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, is_current, not_modified
from shared.errors import InvalidInput, LetteringIsDrawn, NothingToExport
from shared.models.http.script import ExportedScript
from shared.models.story import Direction
from shared.text.clean import file_name

_FORMAT: Parameter[ExportFormat] = choice(
    "format",
    "`zip`: all images and texts as files; `cbz`, `pdf`, `epub`: comic pages, for comic readers, print and e-readers; "
    "`webtoon`: a ZIP of strips, 800 px wide, that are read from top to bottom; `png`: one picture to share; `json`: "
    "the script, with the addresses of the images.",
    tuple(MEDIA_TYPES),
    is_required=True,
)
_DIRECTION: Parameter[Direction] = choice(
    "direction",
    "The reading direction. By default a manga is read from right to left, a comic from left to right, and both from "
    "right to left if texts of a script from right to left are set over the pictures.",
    ("rtl", "ltr"),
)
_CHAPTERS: Parameter[Literal["one", "all"]] = choice(
    "chapters",
    "`all`: one book of all chapters that the generation's state lists; `png` shows the first one.",
    ("one", "all"),
    default="one",
)
ATTACHMENT = Header(
    "Content-Disposition", "A file name made of the title.", {"type": "string", "pattern": "^attachment; "}
)
# Where the extension of the file is not the name of the format.
_EXTENSIONS: dict[ExportFormat, str] = {"webtoon": "webtoon.zip"}
_FILES: dict[str, Content] = {**dict.fromkeys(MEDIA_TYPES.values(), BYTES), MEDIA_TYPES["json"]: ExportedScript}
_EXPORTER = Exporter()


async def export(call: Call) -> Response:
    """Answer with the generation's file."""
    is_book = call.read(_CHAPTERS) == "all"
    export_format, direction = call.read(_FORMAT), call.find(_DIRECTION)
    language = call.find(LANGUAGE)
    return await export_response(call, call.read(GENERATION_ID), export_format, direction, language, is_book=is_book)


async def export_response(
    call: Call,
    generation_id: str,
    export_format: ExportFormat,
    direction: Direction | None = None,
    language: str | None = None,
    *,
    is_book: bool = False,
) -> Response:
    """Return the file, or 304 if the client has the current one."""
    response, title = await _rendered(
        call, generation_id, export_format, MEDIA_TYPES[export_format], direction, language, is_book=is_book
    )
    if response.status_code == HTTPStatus.OK:
        extension = _EXTENSIONS.get(export_format, export_format)
        response.headers["Content-Disposition"] = attachment(title, extension)
    return response


async def cover_response(call: Call, generation_id: str) -> Response:
    """Return the cover for previews of links, or 304 if the client has the current one."""
    response, _ = await _rendered(call, generation_id, "cover", "image/jpeg")
    return response


async def _rendered(
    call: Call,
    generation_id: str,
    rendering: Rendering,
    media_type: str,
    direction: Direction | None = None,
    language: str | None = None,
    *,
    is_book: bool = False,
) -> tuple[Response, str]:
    """Return the answer, and the comic's title."""
    exported = await _EXPORTER.export(
        call.deps,
        call.engine,
        generation_id,
        rendering,
        direction,
        language,
        lambda etag: is_current(etag, call.request),
        is_book=is_book,
    )
    headers = {"Cache-Control": "private, no-cache", "ETag": exported.etag}
    if exported.content is None:
        return not_modified(headers), exported.title
    return Response(exported.content, media_type=media_type, headers=headers), exported.title


def attachment(title: str, extension: str) -> str:
    """Return a Content-Disposition whose file name is the title, in ASCII too (RFC 6266, RFC 8187)."""
    name = file_name(title)
    plain = name.encode("ascii", errors="ignore").decode().strip("-_")
    ascii_name = file_name(plain or "comic")
    return f"attachment; filename=\"{ascii_name}.{extension}\"; filename*=UTF-8''{quote(name, safe='')}.{extension}"


ENDPOINTS = (
    Endpoint(
        "export_generation",
        "get",
        "/api/generations/{id}/export",
        export,
        "Export the comic as a file, finished or with what is drawn so far",
        answers=(
            Answer(200, "The file.", _FILES, (ETAG, ATTACHMENT)),
            NOT_MODIFIED,
        ),
        errors=(InvalidInput, NothingToExport, LetteringIsDrawn),
        parameters=(GENERATION_ID, _FORMAT, _DIRECTION, LANGUAGE, _CHAPTERS, IF_NONE_MATCH),
        limited_as="export-generation",
        uses_engine=True,
    ),
)
