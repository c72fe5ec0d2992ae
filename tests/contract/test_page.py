"""The page and its files over HTTP, and the answer to addresses outside the API that lead nowhere."""

import re

import pytest

from shared.text.words import count_words
from tests.contract.conftest import MAX_REQUEST_BYTES
from tests.support.running_app import RunningApp


@pytest.mark.parametrize(
    "path",
    ["/", "/r/shortstories/comments/1abc/a_title/", "/user/some-body/comments/1abc/", "/r/shortstories/s/AbCdEf"],
)
def test_the_page_is_served_at_its_addresses_with_a_policy_that_keeps_everything_else_out(
    app: RunningApp, path: str
) -> None:
    answer = app.http.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_what_the_page_names_is_there_and_can_be_kept(app: RunningApp) -> None:
    page = app.http.get("/").text
    names = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)

    assert any(name.endswith("/main.js") for name in names)
    for name in names:
        answer = app.http.get(name)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff"), name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", name


def test_a_page_that_is_known_is_not_sent_again(app: RunningApp) -> None:
    etag = app.http.get("/").headers["etag"]

    answer = app.http.get("/", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_page_learns_what_the_app_accepts_and_offers(app: RunningApp) -> None:
    settings = app.http.get("/page.json").json()

    assert settings["maxStoryWords"] == 500
    assert settings["maxStoryCharacters"] == 6000
    assert settings["maxRequestBytes"] == MAX_REQUEST_BYTES
    assert settings["analyticsUrl"] is None
    for example in settings["examples"]:
        story = app.http.get(example["path"]).text
        assert story.startswith(example["title"])
        assert count_words(story) <= settings["maxStoryWords"]


@pytest.mark.parametrize("path", ["/nothing", "/assets/x/main.py", "/web/index.html", "/r/x", "/apis"])
def test_an_address_that_leads_nowhere_answers_as_the_api_does(app: RunningApp, path: str) -> None:
    answer = app.http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == "not-found"
