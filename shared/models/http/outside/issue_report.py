"""A user's report of a problem."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictStr

from shared.models.base import WireModel
from shared.text.clean import clean, one_line

MAX_TYPE_LENGTH = 50
MAX_DESCRIPTION_LENGTH = 5000
MAX_USER_AGENT_LENGTH = 400


def _a_line(text: str) -> str:
    plain = clean(text)
    if not plain:
        raise ValueError("It is blank: name the kind of report in a few words.")
    if plain != text.strip() or "\n" in plain:
        raise ValueError("It has to be one line of visible characters.")
    return one_line(plain)


def _a_text(text: str) -> str:
    description = clean(text)
    if not description:
        raise ValueError("It is blank: say what you did, what happened, and what you expected.")
    return description


class IssueReport(WireModel):
    """Body of `POST /api/report-issue`. Its texts are plain text, never markup."""

    type: Annotated[StrictStr, Field(min_length=1, max_length=MAX_TYPE_LENGTH), AfterValidator(_a_line)]
    description: Annotated[StrictStr, Field(min_length=1, max_length=MAX_DESCRIPTION_LENGTH), AfterValidator(_a_text)]
    user_agent: Annotated[StrictStr, Field(max_length=MAX_USER_AGENT_LENGTH), AfterValidator(one_line)] | None = None


class IssueReportAnswer(WireModel):
    """Answer of `POST /api/report-issue`: `url` shows the issue, some seconds later."""

    success: Literal[True] = True
    url: str
