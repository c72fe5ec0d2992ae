"""The host's own span between a caller and a function.

The real host traces each request: a function sees its caller's trace id and flags, but the host's span as the parent.

Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
import secrets

from multidict import CIMultiDict

_HEADER = "traceparent"
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace_id>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(?:-.*)?"
)


def put_span_between(headers: CIMultiDict[str]) -> None:
    """Replace the caller's span in `headers` by one of the host; an invalid one is removed."""
    given = headers.popall(_HEADER, [])
    if len(given) == 1 and (match := _TRACEPARENT.fullmatch(given[0])):
        headers[_HEADER] = f"00-{match['trace_id']}-{secrets.token_hex(8)}-{match['flags']}"
