"""`POST /api/report-issue`: what a user found wrong goes to the project's issue tracker."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Sent, Service
from shared.deps import Deps
from shared.models.http.issue_report import IssueReport, IssueReportAnswer


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the route."""
    blueprint = df.Blueprint()

    @blueprint.function_name("report_issue")
    @blueprint.route(route="api/report-issue", methods=[func.HttpMethod.POST])
    async def report_issue(req: Request) -> Response:
        return await service.answer_json(req, IssueReport, _report, limited_as="report-issue")

    return blueprint


async def _report(deps: Deps, sent: Sent[IssueReport]) -> Response:
    await deps.issues.report(sent.body)
    return JSONResponse(IssueReportAnswer().model_dump(mode="json"), headers={"Cache-Control": "no-store"})
