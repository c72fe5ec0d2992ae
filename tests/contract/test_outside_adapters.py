"""The adapters for Reddit and GitHub over real connections: timeouts, size limits, broken answers, credentials."""

import gzip
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.errors import IssueTrackerUnavailable, NotConfigured, RedditUnavailable
from shared.models.http.outside.issue_report import IssueReport
from shared.models.http.outside.reddit import RedditPost
from shared.models.http.outside.reddit_address import PostAddress
from shared.outside import github, reddit
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.settings import Settings, load_settings
from tests.support.outside_world import POST_ID, POST_PATH, REPOSITORY_NAME, SUBREDDIT, OutsideWorld, Reply, post_page

JSON_PATH = f"{POST_PATH}.json"
POST = PostAddress(POST_ID, SUBREDDIT)
TOKEN_PATH = "/api/v1/access_token"  # noqa: S105 - an address
REPORT = IssueReport(type="Bug", description="It broke.")
UNREACHABLE = "http://127.0.0.1:1"
SHORT_TIMEOUT = replace(reddit.LIMITS, timeout_s=0.3)


async def read_post(world: OutsideWorld, limits: reddit.Limits = reddit.LIMITS) -> RedditPost:
    return await RedditPosts(load_settings(world.settings), limits).post(POST)


def endless(piece: bytes, sent: list[int]) -> Iterator[bytes]:
    """Yield the piece for ever, and count its bytes."""
    for _ in itertools.count():
        sent.append(len(piece))
        yield piece


UNUSABLE = {
    "no answer": Reply(200, b"", is_held=True),
    "half of an answer": Reply(200, b'[{"data": ', is_held=True),
    "too much when decompressed": Reply(200, gzip.compress(b" " * 64 * 1024 * 1024), {"Content-Encoding": "gzip"}),
    "nothing": Reply(200, b""),
    "a bracket": Reply(200, b"["),
    "invalid UTF-8": Reply(200, b'"\xff"'),
    "deep nesting": Reply(200, b"[" * 100_000),
    "NaN": Reply(200, b"[NaN, 1]"),
}


@pytest.mark.parametrize("name", UNUSABLE)
async def test_unusable_answer_is_refused_in_time(outside: OutsideWorld, name: str) -> None:
    outside.say(JSON_PATH, UNUSABLE[name])

    with pytest.raises(RedditUnavailable):
        await read_post(outside, SHORT_TIMEOUT)
    assert len(outside.received) == 1


async def test_timeout_is_for_all_redirects_together(outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, Reply(302, b"", {"Location": "/late"}))
    outside.say("/late", Reply(200, b"", is_held=True))

    with pytest.raises(RedditUnavailable):
        await read_post(outside, SHORT_TIMEOUT)
    assert len(outside.received) == 2


async def test_endless_answer_is_cut_off(outside: OutsideWorld) -> None:
    sent: list[int] = []
    outside.say(JSON_PATH, Reply(200, endless(b" " * 65_536, sent)))

    with pytest.raises(RedditUnavailable):
        await read_post(outside)
    # What lies in the buffers of both ends comes on top.
    assert sum(sent) < 16 * reddit.LIMITS.max_bytes


async def test_answer_of_the_largest_size_is_read(outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page())
    size = len(json.dumps(post_page()))

    with pytest.raises(RedditUnavailable):
        await read_post(outside, replace(reddit.LIMITS, max_bytes=size - 1))
    assert await read_post(outside, replace(reddit.LIMITS, max_bytes=size))


async def test_server_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(RedditUnavailable):
        await RedditPosts(load_settings({"REDDIT_BASE_URL": UNREACHABLE})).post(POST)
    environ = {"GITHUB_API_URL": UNREACHABLE, "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "x"}
    with pytest.raises(IssueTrackerUnavailable):
        await GitHubIssues(load_settings(environ)).report(REPORT)


async def test_proxy_of_the_environment_is_not_used(
    outside: OutsideWorld, elsewhere: OutsideWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", elsewhere.url)
    outside.say_json(JSON_PATH, post_page())

    assert await read_post(outside)
    assert not elsewhere.received


async def test_cookie_is_not_kept(outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(), Set_Cookie="who=us; Path=/")
    posts = RedditPosts(load_settings(outside.settings))

    await posts.post(POST)
    await posts.post(POST)

    assert not any("cookie" in sent.headers for sent in outside.received)


async def test_issue_tracker_that_does_not_answer_times_out(outside: OutsideWorld) -> None:
    outside.say(f"/repos/{REPOSITORY_NAME}/dispatches", Reply(200, b"{", is_held=True))
    issues = GitHubIssues(load_settings(outside.settings), replace(github.LIMITS, timeout_s=0.3))

    with pytest.raises(IssueTrackerUnavailable):
        await issues.report(REPORT)


async def test_report_has_an_address_on_the_web_site(outside: OutsideWorld) -> None:
    outside.say(f"/api/v3/repos/{REPOSITORY_NAME}/dispatches", Reply(204))
    settings = load_settings({**outside.settings, "GITHUB_API_URL": f"{outside.url}/api/v3"})

    url = await GitHubIssues(settings).report(REPORT)

    assert url.startswith(f"{outside.url}/{REPOSITORY_NAME}/issues?q=")
    assert github.site_of("https://api.github.com") == "https://github.com"


@pytest.mark.parametrize("missing", ["GITHUB_REPOSITORY", "GITHUB_TOKEN"])
async def test_missing_setting_of_the_issue_tracker_is_named(outside: OutsideWorld, missing: str) -> None:
    settings = load_settings({**outside.settings, missing: ""})

    with pytest.raises(NotConfigured, match=missing):
        await GitHubIssues(settings).report(REPORT)
    assert not outside.received


def registered(outside: OutsideWorld, api: OutsideWorld) -> Settings:
    """Return settings of an app that is registered with Reddit, whose API is another server."""
    access = {"REDDIT_CLIENT_ID": "our-id", "REDDIT_CLIENT_SECRET": "our-secret", "REDDIT_API_URL": api.url}
    return load_settings({**outside.settings, **access})


def give_token(outside: OutsideWorld, token: str = "a-token", expires_in: int = 86_400) -> None:  # noqa: S107
    outside.say_json(TOKEN_PATH, {"access_token": token, "token_type": "bearer", "expires_in": expires_in})


async def test_registered_app_reads_with_a_token(outside: OutsideWorld, elsewhere: OutsideWorld) -> None:
    give_token(outside)
    elsewhere.say_json(JSON_PATH, post_page())

    post = await RedditPosts(registered(outside, elsewhere)).post(POST)

    (asked,) = outside.received
    assert (asked.method, asked.body) == ("POST", b"grant_type=client_credentials")
    assert asked.headers["authorization"] == "Basic b3VyLWlkOm91ci1zZWNyZXQ="
    assert elsewhere.received[0].headers["authorization"] == "Bearer a-token"
    assert post.url == f"{outside.url}{POST_PATH}/"


@pytest.mark.parametrize(("expires_in", "tokens"), [(86_400, 1), (60, 2)])
async def test_token_is_used_until_it_is_about_to_expire(
    outside: OutsideWorld, elsewhere: OutsideWorld, expires_in: int, tokens: int
) -> None:
    give_token(outside, expires_in=expires_in)
    elsewhere.say_json(JSON_PATH, post_page())
    posts = RedditPosts(registered(outside, elsewhere))

    await posts.post(POST)
    await posts.post(POST)

    assert (len(outside.received), len(elsewhere.received)) == (tokens, 2)


async def test_token_that_is_no_longer_accepted_is_replaced(outside: OutsideWorld, elsewhere: OutsideWorld) -> None:
    give_token(outside, "old-token")
    elsewhere.say_json(JSON_PATH, {"message": "Unauthorized", "error": 401}, 401)
    posts = RedditPosts(registered(outside, elsewhere))
    with pytest.raises(RedditUnavailable):
        await posts.post(POST)

    give_token(outside, "new-token")
    elsewhere.say_json(JSON_PATH, post_page())
    await posts.post(POST)

    assert [sent.headers["authorization"] for sent in elsewhere.received] == ["Bearer old-token", "Bearer new-token"]


@pytest.mark.parametrize(
    "refusal",
    [Reply(401, b'{"error": 401}'), Reply(200, b'{"error": "our-secret"}'), Reply(302), Reply(500, b"<html>")],
)
async def test_rejected_credentials_are_not_shown(
    outside: OutsideWorld, elsewhere: OutsideWorld, refusal: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    outside.say(TOKEN_PATH, refusal)

    with pytest.raises(RedditUnavailable) as refused:
        await RedditPosts(registered(outside, elsewhere)).post(POST)

    assert not elsewhere.received
    assert "REDDIT_CLIENT_SECRET" in caplog.text
    assert "our-secret" not in caplog.text + str(refused.value)
    assert refused.value.__cause__ is None


async def test_timeout_includes_the_request_for_a_token(outside: OutsideWorld, elsewhere: OutsideWorld) -> None:
    outside.say(TOKEN_PATH, Reply(200, b"{", is_held=True))

    with pytest.raises(RedditUnavailable):
        await RedditPosts(registered(outside, elsewhere), SHORT_TIMEOUT).post(POST)
