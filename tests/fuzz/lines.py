"""A check for bodies with one message per line, which schemathesis does not have."""

from typing import Any

import schemathesis
from pydantic import ValidationError
from schemathesis import Case, CheckContext, Response

from shared.ndjson import MEDIA_TYPE, from_line


class LineFailure(AssertionError):
    """A line of a stream is not a valid message."""


@schemathesis.check
def lines_are_messages(_context: CheckContext, response: Response, _case: Case[Any]) -> None:
    """Every line is a valid message or blank, and the last one is complete."""
    if response.headers.get("content-type") != [MEDIA_TYPE]:
        return
    assert response.content.endswith(b"\n"), "The stream's last line is incomplete."
    for line in response.content.splitlines():
        try:
            from_line(line)
        except ValidationError as exc:
            raise LineFailure(f"Invalid message: {line[:500]!r}: {exc}") from exc
