"""A check that schemathesis has none of: bodies of several messages, one a line."""

from typing import Any

import schemathesis
from pydantic import ValidationError
from schemathesis import Case, CheckContext, Response

from shared.ndjson import MEDIA_TYPE, from_line


class LineFailure(AssertionError):
    """A line of a stream is no message of the contract."""


@schemathesis.check
def lines_are_messages(_context: CheckContext, response: Response, _case: Case[Any]) -> None:
    """Every line is a message of the contract or blank, and the last one is whole."""
    if response.headers.get("content-type") != [MEDIA_TYPE]:
        return
    assert response.content.endswith(b"\n"), "The stream's last line is not ended."
    for line in response.content.splitlines():
        try:
            from_line(line)
        except ValidationError as exc:
            raise LineFailure(f"No message: {line[:500]!r}: {exc}") from exc
