"""CORS: pages of other sites may read nothing, unless the setting names their site."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.another_host import another_host
from tests.support.running_app import BODY, START, UNKNOWN_ID, RunningApp
from tests.support.unlimited import NO_LIMITS

SITE, OTHER_SITE = "https://manga.example", "https://else.example"
ALLOW, EXPOSE = "access-control-allow-origin", "access-control-expose-headers"
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-functions-key"}


@pytest.fixture(scope="module")
def open_app(session_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """An app that the pages of one site may call."""
    settings = {**NO_LIMITS, "CORS_ALLOWED_ORIGINS": SITE, "BLOB_CONTAINER": "cors"}
    with another_host(session_app.stack, tmp_path_factory.mktemp("open"), **settings) as http:
        yield http


@pytest.fixture(scope="module")
def generation_id(open_app: httpx.Client) -> str:
    """A complete generation."""
    return open_app.post(START, json=BODY).headers["x-generation-id"]


REQUESTS = {
    "health": ("GET", "/api/health", 200),
    "the page's settings": ("GET", "/page.json", 200),
    "a state": ("GET", "/api/generations/{id}", 200),
    "a stream": ("GET", f"{START}/{{id}}?images=url", 200),
    "an image": ("GET", "/api/generations/{id}/images/panels/0/1", 200),
    "an export": ("GET", "/api/generations/{id}/export?format=zip", 200),
    "a conflict": ("POST", "/api/generations/{id}/retry", 409),
    "no such page": ("GET", "/no/such/page", 404),
    "no such generation": ("DELETE", f"/api/generations/{UNKNOWN_ID}", 404),
    "no JSON": ("POST", START, 415),
    "a broken query": ("GET", f"{START}/{{id}}?after=x", 400),
}


def send(http: httpx.Client, name: str, generation_id: str, origin: str | None) -> httpx.Response:
    method, path, status = REQUESTS[name]
    headers = {} if origin is None else {"Origin": origin}
    answer = http.request(method, path.replace("{id}", generation_id), headers=headers)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize("name", REQUESTS)
def test_only_the_named_site_may_read_answers_and_errors(open_app: httpx.Client, generation_id: str, name: str) -> None:
    allowed = send(open_app, name, generation_id, SITE)
    assert allowed.headers[ALLOW] == SITE
    assert "X-Generation-Id" in allowed.headers[EXPOSE]

    for origin in (OTHER_SITE, "null", f"{SITE}.evil.example", None):
        answer = send(open_app, name, generation_id, origin)
        assert not {ALLOW, EXPOSE} & answer.headers.keys()
        assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in allowed.headers


def test_only_the_named_site_may_read_a_stream_that_it_starts(open_app: httpx.Client) -> None:
    for origin, allow in ((SITE, SITE), (OTHER_SITE, None)):
        with open_app.stream("POST", START, json=BODY, headers={"Origin": origin}) as answer:
            assert answer.status_code == 200
            assert answer.headers.get(ALLOW) == allow
            assert answer.headers["content-type"].startswith("application/x-ndjson")


@pytest.mark.parametrize("path", [START, "/api/generations/x", "/api/generations/x/panels/0/regenerate", "/"])
def test_preflight_is_answered_for_the_named_site_only(open_app: httpx.Client, path: str) -> None:
    answer = open_app.options(path, headers={"Origin": SITE, **ASKED})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers[ALLOW] == SITE
    assert {"POST", "PUT", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(name in allowed for name in ("content-type", "x-functions-key", "idempotency-key"))

    refused = open_app.options(path, headers={"Origin": OTHER_SITE, **ASKED})
    assert refused.status_code == 404
    assert not [name for name in refused.headers if name.startswith("access-control-")]


def test_without_the_setting_no_site_may_read_anything(app: RunningApp) -> None:
    for method, path in (("GET", "/api/health"), ("GET", "/api/no/such/page"), ("POST", START), ("OPTIONS", START)):
        answer = app.http.request(method, path, headers={"Origin": SITE, **ASKED})
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "vary" not in answer.headers
    assert app.http.options(START, headers={"Origin": SITE, **ASKED}).status_code == 404
