"""Conditional requests (RFC 9110 §13.1.2)."""

import pytest

from api.responses import content_response
from tests.unit.api.http_requests import http_request

ETAG = '"2-abc"'


def status_for(if_none_match: str | None, etag: str = ETAG) -> int:
    request = http_request(headers={} if if_none_match is None else {"If-None-Match": if_none_match})
    response = content_response(request, b"content", "text/plain", etag, {"Cache-Control": "no-cache"})
    assert (response.headers["etag"], response.headers["cache-control"]) == (etag, "no-cache")
    assert response.body == (b"" if response.status_code == 304 else b"content")
    return response.status_code


@pytest.mark.parametrize(
    "value", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', f'"x",W/{ETAG},"y"', f'"a,b" , {ETAG}', " * ", "*"]
)
def test_client_with_the_current_version_gets_304(value: str) -> None:
    assert status_for(value) == 304
    assert status_for(value, f"W/{ETAG}") == 304


@pytest.mark.parametrize(
    "value", [None, "", "2-abc", '"2-abcd"', '"1-2-abc"', '"x"', '"x,2-abc"', 'w/"2-ab"', '"*"', f"'{ETAG[1:-1]}'"]
)
def test_client_with_another_version_gets_the_content(value: str | None) -> None:
    assert status_for(value) == 200
