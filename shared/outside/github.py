"""Reports as `repository_dispatch` events of a GitHub repository; a workflow there files them as issues.

By https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event: the payload has at most 10 fields
and 65,535 characters, and 204 is the answer. The token needs `contents: write` on that repository and nothing else:
issues are written by the workflow, with a token of its own. So the issue's number is not known here; a reference in the
issue's text leads to it.
"""

import json
import logging
import secrets

from shared.errors import IssueTrackerUnavailable
from shared.models.http.outside.issue_report import IssueReport
from shared.outside.bounded_http import Limits, NoAnswer, ask
from shared.settings import Settings

EVENT_TYPE = "user-report"
LIMITS = Limits(timeout_s=10, max_bytes=64 * 1024)
# Served until March 2028 at least, and by every GitHub Enterprise Server that knows versions.
_API_VERSION = "2022-11-28"
_NO_CONTENT = 204
_REFERENCE_BYTES = 8

_logger = logging.getLogger(__name__)


class GitHubIssues:
    """IssueTracker (`shared.ports`) on GitHub."""

    def __init__(self, settings: Settings, limits: Limits = LIMITS) -> None:
        self._settings = settings
        self._limits = limits

    async def report(self, report: IssueReport) -> str:
        """See `IssueTracker.report`."""
        repository, token = self._settings.require_issue_tracker()
        reference = secrets.token_hex(_REFERENCE_BYTES)
        payload = report.model_dump(mode="json", by_alias=True, exclude_none=True) | {"reference": reference}
        # Not escaped: an emoji would count as twelve characters of the payload's limit.
        event = json.dumps({"event_type": EVENT_TYPE, "client_payload": payload}, ensure_ascii=False)
        try:
            answer = await ask(
                "POST",
                f"{self._settings.github_api_url}/repos/{repository}/dispatches",
                self._limits,
                headers={
                    "Accept": "application/vnd.github+json",
                    "Authorization": f"Bearer {token.get_secret_value()}",
                    "Content-Type": "application/json",
                    "User-Agent": "story-to-manga",
                    "X-GitHub-Api-Version": _API_VERSION,
                },
                body=event.encode(),
            )
        except NoAnswer as exc:
            raise IssueTrackerUnavailable from exc
        if answer.status != _NO_CONTENT:
            # 404 stands for a token without access as well; the request's id is what GitHub's support asks for.
            extra = {
                "action": "issue_tracker_refused",
                "status": answer.status,
                "request_id": answer.headers.get("x-github-request-id", ""),
            }
            _logger.error("GitHub did not take a report: check GITHUB_REPOSITORY and GITHUB_TOKEN", extra=extra)
            raise IssueTrackerUnavailable
        return f"{site_of(self._settings.github_api_url)}/{repository}/issues?q={reference}"


def site_of(api_url: str) -> str:
    """Return the address of the web site. The API of GitHub Enterprise Server is below it; github.com has two hosts."""
    return api_url.removesuffix("/api/v3").replace("://api.github.com", "://github.com")
