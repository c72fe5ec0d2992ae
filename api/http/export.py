"""`GET /api/generations/{id}/export`: the comic as a file, finished or as far as it is drawn."""

import asyncio
import importlib
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.export.comic.comic import DIRECTIONS, Comic, Direction, ExportFormat, Panel, Portrait
from api.generations.ledgers import find_run, whole_ledger
from api.requests import generation_id_of
from api.service import Service
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.errors import FieldProblem, InvalidInput, NothingToExport, UnknownGeneration
from shared.images.image import Image
from shared.models.ledger import Ledger
from shared.models.step_ref import ImageKind, StepRef
from shared.models.story import StoryAnalysis, StoryBreakdown
from shared.ports import Engine, Run
from shared.storage.generations import Generations
from shared.text.clean import file_name

if TYPE_CHECKING:
    from collections.abc import Callable

    Render = Callable[[Comic, ExportFormat], bytes]

MEDIA_TYPES: dict[ExportFormat, str] = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "png": "image/png",
}
# Each holds a whole comic in memory and works on a CPU.
_AT_ONCE = 2
# Part of every ETag: raise it when the same comic comes out as another file.
_EDITION = 1
# What it brings along takes most of a second to import.
_FORMATS = "api.export.formats"


class ExportQuery(NamedTuple):
    """What is asked for; no direction means the one of the comic's style."""

    format: ExportFormat
    direction: Direction | None


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the route that exports a comic."""
    blueprint = df.Blueprint()
    exporter = Exporter()

    @blueprint.function_name("export_generation")
    @blueprint.route(route="api/generations/{id}/export", methods=[func.HttpMethod.GET])
    @blueprint.durable_client_input(client_name="client")
    async def export_generation(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await service.answer(
            req, lambda deps: exporter.export(deps, DurableEngine(client), req), limited_as="export-generation"
        )

    return blueprint


class Exporter:
    """Exports comics, at most two at once in this process; further requests wait for their turn."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def export(self, deps: Deps, engine: Engine, request: Request) -> Response:
        """Answer with the file, or with 304 if the client has it already.

        Raises:
            InvalidInput: naming every broken field of the query.
            UnknownGeneration: there is no such generation.
            NothingToExport: nothing of it is drawn yet.
        """
        generation_id, query = generation_id_of(request), parse_export_query(request)
        run, inputs = await asyncio.gather(
            find_run(deps, engine, generation_id), deps.generations.request(generation_id)
        )
        ledger = await whole_ledger(deps.generations, run)
        direction = query.direction or DIRECTIONS[inputs.style]
        headers = _headers(ledger, query.format, direction)
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        async with self._turns:
            comic = await _load(deps.generations, run, ledger, direction)
            content = await _rendered(comic, query.format)
        headers["Content-Disposition"] = attachment(comic.title, query.format)
        return Response(content, media_type=MEDIA_TYPES[query.format], headers=headers)


def parse_export_query(request: Request) -> ExportQuery:
    """Return what is asked for.

    Raises:
        InvalidInput: naming every broken field.
    """
    export_format, direction = request.query_params.get("format"), request.query_params.get("direction")
    problems: list[FieldProblem] = []
    if export_format not in MEDIA_TYPES:
        problems.append(FieldProblem("format", "It has to be zip, cbz, pdf or png."))
    if direction not in {None, "rtl", "ltr"}:
        problems.append(FieldProblem("direction", "It has to be rtl or ltr, or be left out."))
    if problems:
        fields = ", ".join(problem.field for problem in problems)
        raise InvalidInput(f"The request was not accepted; correct {fields}. {problems[0].message}", tuple(problems))
    return ExportQuery(cast("ExportFormat", export_format), cast("Direction | None", direction))


def attachment(title: str, extension: str) -> str:
    """Return a Content-Disposition whose file name is the title, in ASCII too (RFC 6266, RFC 8187)."""
    name = file_name(title)
    plain = name.encode("ascii", errors="ignore").decode().strip("-_")
    ascii_name = file_name(plain or "comic")
    return f"attachment; filename=\"{ascii_name}.{extension}\"; filename*=UTF-8''{quote(name, safe='')}.{extension}"


def _headers(ledger: Ledger, export_format: ExportFormat, direction: Direction) -> dict[str, str]:
    return {
        "Cache-Control": "private, no-cache",
        "ETag": f'"{_EDITION}-{ledger.last_seq}-{export_format}-{direction}"',
        "X-Content-Type-Options": "nosniff",
    }


async def _load(generations: Generations, run: Run, ledger: Ledger, direction: Direction) -> Comic:
    """Read all that is drawn."""
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
    """Read the plan of the panels if the ledger has it: one that is not told yet is no part of this export."""
    return None if ledger.panels is None else await generations.breakdown(generation_id)


async def _images(generations: Generations, generation_id: str, ledger: Ledger, kind: ImageKind) -> dict[int, Image]:
    drawn = ledger.drawn(kind)
    blobs = await asyncio.gather(
        *(
            generations.image(StepRef(generation_id=generation_id, kind=kind, index=index, version=version))
            for index, version in drawn.items()
        )
    )
    return {index: Image(blob.content, blob.media_type) for index, blob in zip(drawn, blobs, strict=True)}


def _cast(analysis: StoryAnalysis, sheets: dict[int, Image]) -> tuple[Portrait, ...]:
    return tuple(Portrait(index + 1, analysis.characters[index].name, image) for index, image in sorted(sheets.items()))


async def _rendered(comic: Comic, export_format: ExportFormat) -> bytes:
    return await asyncio.to_thread(_render, comic, export_format)


def _render(comic: Comic, export_format: ExportFormat) -> bytes:
    render: Render = importlib.import_module(_FORMATS).render
    return render(comic, export_format)
