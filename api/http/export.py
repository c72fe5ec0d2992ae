"""`GET /api/generations/{id}/export`: the comic as a file, finished or with what is drawn so far."""

import asyncio
from urllib.parse import quote

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import BYTES, Answer, Endpoint, Header
from api.export.comic.comic import DIRECTIONS, Comic, Direction, ExportFormat, Panel, Portrait
from api.generations.ledgers import find_run, whole_ledger
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID, Parameter, choice
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, is_current, not_modified
from shared.errors import InvalidInput, NothingToExport, UnknownGeneration
from shared.images.image import Image
from shared.models.ledger import Ledger
from shared.models.story import StoryAnalysis, StoryBreakdown
from shared.names import ItemKind
from shared.ports import Run
from shared.storage.generations import Generations
from shared.text.clean import file_name

_MEDIA_TYPES: dict[ExportFormat, str] = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "png": "image/png",
}
_FORMAT: Parameter[ExportFormat] = choice(
    "format",
    "`zip`: all images and texts as files; `cbz`, `pdf`: comic pages; `png`: one picture to share.",
    tuple(_MEDIA_TYPES),
    is_required=True,
)
_DIRECTION: Parameter[Direction] = choice(
    "direction",
    "The reading direction. By default a manga is read from right to left, a comic from left to right.",
    ("rtl", "ltr"),
)
_ATTACHMENT = Header(
    "Content-Disposition", "A file name made of the title.", {"type": "string", "pattern": "^attachment; "}
)
# Each holds a whole comic in memory and needs a CPU.
_AT_ONCE = 2
# Part of every ETag: increase it when the same comic gives another file.
_EDITION = 1


class Exporter:
    """Exports comics, at most two at once in this process; further requests wait."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def export(self, call: Call) -> Response:
        """Answer with the file, or with 304 if the client has the current one.

        Raises:
            UnknownGeneration: there is no such generation.
            NothingToExport: nothing of it is drawn yet.
        """
        generation_id, export_format, generations = call.read(GENERATION_ID), call.read(_FORMAT), call.deps.generations
        run, inputs = await asyncio.gather(
            find_run(call.deps, call.engine, generation_id), generations.request(generation_id)
        )
        ledger = await whole_ledger(generations, run)
        direction = call.find(_DIRECTION) or DIRECTIONS[inputs.style]
        etag = f'"{_EDITION}-{ledger.last_seq}-{export_format}-{direction}"'
        headers = {"Cache-Control": "private, no-cache", "ETag": etag}
        if is_current(etag, call.request):
            return not_modified(headers)
        async with self._slots:
            comic = await _load(generations, run, ledger, direction)
            content = await asyncio.to_thread(_render, comic, export_format)
        headers["Content-Disposition"] = attachment(comic.title, export_format)
        return Response(content, media_type=_MEDIA_TYPES[export_format], headers=headers)


def attachment(title: str, extension: str) -> str:
    """Return a Content-Disposition whose file name is the title, in ASCII too (RFC 6266, RFC 8187)."""
    name = file_name(title)
    plain = name.encode("ascii", errors="ignore").decode().strip("-_")
    ascii_name = file_name(plain or "comic")
    return f"attachment; filename=\"{ascii_name}.{extension}\"; filename*=UTF-8''{quote(name, safe='')}.{extension}"


async def _load(generations: Generations, run: Run, ledger: Ledger, direction: Direction) -> Comic:
    """Read everything that is drawn."""
    if not ledger.drawn("character") and not ledger.drawn("panel"):
        raise NothingToExport("Nothing of this comic is drawn yet: wait for its first image, and try again.")
    analysis, breakdown, sheets, panels = await asyncio.gather(
        generations.analysis(run.instance_id),
        _breakdown(generations, run.instance_id, ledger),
        _images(generations, run.instance_id, ledger, "character"),
        _images(generations, run.instance_id, ledger, "panel"),
    )
    if analysis is None:
        raise UnknownGeneration
    return Comic(
        direction=direction,
        created_at=run.created_at,
        analysis=analysis,
        breakdown=breakdown,
        panels=tuple(
            Panel(plan, panels.get(index)) for index, plan in enumerate(breakdown.panels if breakdown else ())
        ),
        cast=_cast(analysis, sheets),
    )


async def _breakdown(generations: Generations, generation_id: str, ledger: Ledger) -> StoryBreakdown | None:
    """Read the plan of the panels if it is in the ledger: readers of the stream have not seen any other."""
    return None if ledger.panels is None else await generations.breakdown(generation_id)


async def _images(generations: Generations, generation_id: str, ledger: Ledger, kind: ItemKind) -> dict[int, Image]:
    drawn = ledger.drawn(kind)
    blobs = await asyncio.gather(
        *(generations.image(generation_id, kind, index, version) for index, version in drawn.items())
    )
    return {index: Image(blob.content, blob.media_type) for index, blob in zip(drawn, blobs, strict=True)}


def _cast(analysis: StoryAnalysis, sheets: dict[int, Image]) -> tuple[Portrait, ...]:
    return tuple(Portrait(index + 1, analysis.characters[index].name, image) for index, image in sorted(sheets.items()))


def _render(comic: Comic, export_format: ExportFormat) -> bytes:
    # Takes most of a second to import.
    from api.export.formats import render  # noqa: PLC0415

    return render(comic, export_format)


ENDPOINTS = (
    Endpoint(
        "export_generation",
        "get",
        "/api/generations/{id}/export",
        Exporter().export,
        "Export the comic as a file, finished or with what is drawn so far",
        answers=(
            Answer(200, "The file.", dict.fromkeys(_MEDIA_TYPES.values(), BYTES), (ETAG, _ATTACHMENT)),
            NOT_MODIFIED,
        ),
        errors=(InvalidInput, NothingToExport),
        parameters=(GENERATION_ID, _FORMAT, _DIRECTION, IF_NONE_MATCH),
        limited_as="export-generation",
        uses_engine=True,
    ),
)
