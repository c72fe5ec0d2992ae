"""`GET /api/generations/{id}/export`: the comic as a file, finished or as far as it is drawn."""

from typing import NamedTuple, cast
from urllib.parse import quote

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.export.comic.comic import MEDIA_TYPES, Direction, ExportFormat
from api.export.exporter import Exporter
from api.requests import generation_id_of
from api.service import Service
from shared.deps import Deps
from shared.durable_engine import DurableEngine
from shared.errors import FieldProblem, InvalidInput
from shared.ports import Engine
from shared.text.clean import file_name


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
            req, lambda deps: export(exporter, deps, DurableEngine(client), req), limited_as="export-generation"
        )

    return blueprint


async def export(exporter: Exporter, deps: Deps, engine: Engine, request: Request) -> Response:
    """Answer with the file, or with 304 if the client has it already."""
    generation_id, query = generation_id_of(request), parse_export_query(request)
    exported = await exporter.export(
        deps, engine, generation_id, query.format, query.direction, request.headers.get("if-none-match", "")
    )
    headers = {"Cache-Control": "private, no-cache", "ETag": exported.etag, "X-Content-Type-Options": "nosniff"}
    if exported.content is None:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = attachment(exported.title, query.format)
    return Response(exported.content, media_type=MEDIA_TYPES[query.format], headers=headers)


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
