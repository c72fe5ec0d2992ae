"""The endpoints of the original system that make one step at a time, import a post, or take a report."""

from pydantic import BaseModel

from api.openapi import parameters
from api.openapi.operation import Answer, Operation
from shared.errors import (
    ContentBlocked,
    DailyBudgetExhausted,
    InvalidInput,
    IssueTrackerUnavailable,
    ModelAccessDenied,
    ModelBillingRequired,
    ModelBusy,
    ModelImageRejected,
    ModelInputTooLarge,
    ModelLocationUnsupported,
    ModelPermissionDenied,
    ModelQuotaExhausted,
    ModelRateLimited,
    ModelRejected,
    ModelRequestInvalid,
    ModelTimeout,
    ModelUnavailable,
    PostHasNoText,
    PostNotFound,
    PostPrivate,
    PostRemoved,
    PostTooLong,
    RedditUnavailable,
    UnknownModel,
    UnusableAnswer,
)
from shared.models.http.issue_report import IssueReport, IssueReportAnswer
from shared.models.http.reddit import RedditAnswer
from shared.models.http.single_steps import (
    AnalyzeStoryAnswer,
    AnalyzeStoryRequest,
    CharacterRefsAnswer,
    CharacterRefsRequest,
    ChunkStoryAnswer,
    ChunkStoryRequest,
    PanelAnswer,
    PanelRequest,
)

_MODEL = (
    ContentBlocked,
    ModelImageRejected,
    ModelInputTooLarge,
    ModelTimeout,
    ModelRateLimited,
    ModelBusy,
    ModelUnavailable,
    UnusableAnswer,
    ModelRejected,
    ModelRequestInvalid,
    ModelQuotaExhausted,
    ModelBillingRequired,
    ModelLocationUnsupported,
    ModelAccessDenied,
    ModelPermissionDenied,
    UnknownModel,
    DailyBudgetExhausted,
)


def _made(description: str, answer: type[BaseModel]) -> tuple[Answer, ...]:
    return (Answer(200, description, {"application/json": answer}),)


STEP_OPERATIONS = (
    Operation(
        "analyze_story_now",
        "post",
        "/api/analyze-story",
        "Find out who is in a story and where it plays",
        answers=_made("The analysis.", AnalyzeStoryAnswer),
        errors=_MODEL,
        body=AnalyzeStoryRequest,
        is_limited=True,
    ),
    Operation(
        "chunk_story_now",
        "post",
        "/api/chunk-story",
        "Cut a story into panels",
        answers=_made("The panels, in reading order.", ChunkStoryAnswer),
        errors=_MODEL,
        body=ChunkStoryRequest,
        is_limited=True,
    ),
    Operation(
        "generate_character_refs",
        "post",
        "/api/generate-character-refs",
        "Draw each character's sheet",
        answers=_made("The sheets, in the characters' order.", CharacterRefsAnswer),
        errors=_MODEL,
        body=CharacterRefsRequest,
        is_limited=True,
    ),
    Operation(
        "generate_panel",
        "post",
        "/api/generate-panel",
        "Draw one panel",
        answers=_made("The panel.", PanelAnswer),
        errors=_MODEL,
        body=PanelRequest,
        is_limited=True,
    ),
)

OUTSIDE_OPERATIONS = (
    Operation(
        "reddit",
        "get",
        "/api/reddit",
        "The text of a post of Reddit, to make a comic of",
        answers=_made("The post.", RedditAnswer),
        errors=(
            InvalidInput,
            PostHasNoText,
            PostTooLong,
            PostNotFound,
            PostPrivate,
            PostRemoved,
            RedditUnavailable,
        ),
        parameters=(parameters.POST,),
        is_limited=True,
    ),
    Operation(
        "report_issue",
        "post",
        "/api/report-issue",
        "Tell the maintainers what is wrong",
        answers=_made("The report is filed.", IssueReportAnswer),
        errors=(IssueTrackerUnavailable,),
        body=IssueReport,
        is_limited=True,
    ),
)
