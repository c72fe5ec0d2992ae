"""Other services: import a post from Reddit, and report an issue to the project's tracker."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.requests.call import Call
from api.requests.parameters import Parameter
from api.responses import json_response
from shared import errors
from shared.models.http.outside.issue_report import IssueReport, IssueReportAnswer
from shared.models.http.outside.reddit import RedditAnswer
from shared.models.http.outside.reddit_address import parse_reddit_address
from shared.text.words import describe_excess

_POST = Parameter(
    "path",
    "query",
    "A Reddit post: its path, or a link to it, including short links (redd.it) and share links (/s/).",
    {
        "type": "string",
        "maxLength": 2000,
        "pattern": r"^((https?://)?([A-Za-z0-9-]{1,20}\.)?(reddit\.com|redd\.it))?/",
        "examples": ["/r/shortstories/comments/abc123", "https://redd.it/abc123"],
    },
    parse=parse_reddit_address,
    advice="Give a post's address such as /r/shortstories/comments/abc123, or a link to a post.",
    is_required=True,
)


async def _import(call: Call) -> Response:
    post = await call.deps.posts.post(call.read(_POST))
    settings = call.deps.settings
    excess = describe_excess(post.body, settings.max_story_words, settings.max_story_characters)
    if excess is not None:
        raise errors.PostTooLong(f"This post has {excess}. Copy the part that you want to see drawn.")
    return json_response(RedditAnswer(post=post))


async def _report(call: Call) -> Response:
    url = await call.deps.issues.report(call.body_as(IssueReport))
    return json_response(IssueReportAnswer(url=url))


ENDPOINTS = (
    Endpoint(
        "reddit",
        "get",
        "/api/reddit",
        _import,
        "Get the text of a Reddit post, to make a comic of it",
        answers=(Answer(200, "The post.", {"application/json": RedditAnswer}),),
        errors=(
            errors.InvalidInput,
            errors.PostHasNoText,
            errors.PostTooLong,
            errors.PostNotFound,
            errors.PostPrivate,
            errors.PostRemoved,
            errors.RedditUnavailable,
        ),
        parameters=(_POST,),
        limited_as="reddit",
    ),
    Endpoint(
        "report_issue",
        "post",
        "/api/report-issue",
        _report,
        "Report a problem to the maintainers",
        answers=(Answer(200, "The report is filed.", {"application/json": IssueReportAnswer}),),
        errors=(errors.IssueTrackerUnavailable,),
        body=IssueReport,
        limited_as="report-issue",
    ),
)
