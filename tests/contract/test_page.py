"""The page and its files over HTTP, and addresses that nothing is served at."""

import re

import pytest

from shared.text.words import count_words
from tests.contract.conftest import MAX_REQUEST_BYTES
from tests.support.running_app import RunningApp, refusal


@pytest.mark.parametrize(
    "path",
    ["/", "/r/shortstories/comments/1abc/a_title/", "/user/some-body/comments/1abc/", "/r/shortstories/s/AbCdEf"],
)
def test_page_is_served_at_its_addresses_with_a_strict_content_security_policy(app: RunningApp, path: str) -> None:
    answer = app.http.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_files_of_the_page_exist_and_can_be_cached_for_ever(app: RunningApp) -> None:
    page = app.http.get("/").text
    names = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)

    assert any(name.endswith("/main.js") for name in names)
    for name in names:
        answer = app.http.get(name)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff"), name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", name


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "gzip"), ("br;q=1, gzip;q=0.5", "gzip"), ("identity", None), ("gzip;q=0", None)],
)
def test_page_is_compressed_for_clients_that_accept_it(app: RunningApp, accepted: str, encoding: str | None) -> None:
    answer = app.http.get("/", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text.startswith("<!doctype html>")
    again = app.http.get("/", headers={"Accept-Encoding": accepted, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_service_worker_is_revalidated_and_covers_the_whole_page(app: RunningApp) -> None:
    answer = app.http.get("/service-worker.js")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.startswith("const SHELL = {")


def test_known_page_is_not_sent_again(app: RunningApp) -> None:
    etag = app.http.get("/").headers["etag"]

    answer = app.http.get("/", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_settings_of_the_page_are_those_of_the_app(app: RunningApp) -> None:
    settings = app.http.get("/page.json").json()

    assert settings["maxStoryWords"] == 500
    assert settings["maxStoryCharacters"] == 6000
    assert settings["maxBookWords"] == 3000
    assert settings["maxRequestBytes"] == MAX_REQUEST_BYTES
    assert settings["analyticsUrl"] is None
    for example in settings["examples"]:
        story = app.http.get(example["path"]).text
        assert story.startswith(example["title"])
        assert count_words(story) <= settings["maxStoryWords"]


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/assets/x/main.py", "/web/index.html", "/r/x", "/apis"),
        # FastAPI, on which the worker's server is built, would serve these.
        *("/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"),
        *("/api/generations/a%0Ab", "/api/generations/a%0Ab/images/panels/0/1"),
    ],
)
def test_unknown_address_gets_an_error_of_the_api(app: RunningApp, path: str) -> None:
    refusal(app.http.get(path), 404, "not-found")


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A%0Ab", "/api", "/api/nothing", "/admin/nothing", "/runtime/nothing"])
def test_address_without_a_route_is_answered_by_the_host(app: RunningApp, path: str) -> None:
    answer = app.http.get(path)

    assert (answer.status_code, answer.content) == (404, b"")
