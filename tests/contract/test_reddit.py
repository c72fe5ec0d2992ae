"""`GET /api/reddit`: a post's text and nothing else, or why there is none."""

from typing import cast

import httpx
import pytest

from tests.contract.contract_check import JsonObject
from tests.contract.outside_world import POST_ID, POST_PATH, SUBREDDIT, OutsideWorld, Reply, post_page
from tests.contract.running_app import RunningApp

JSON_PATH = f"{POST_PATH}.json"
PASTED = f"{POST_PATH}/the_lamp/"


def ask(app: RunningApp, path: str = PASTED) -> httpx.Response:
    return app.http.get("/api/reddit", params={"path": path})


def refusal(answer: httpx.Response, status: int, code: str) -> JsonObject:
    """Return the refusal's body, which has nothing of what Reddit has said."""
    assert answer.status_code == status, answer.text
    body = cast("JsonObject", answer.json())
    assert body["code"] == code
    assert body["error"].endswith(".")
    assert set(body) <= {"error", "code", "details"}
    assert "RAW" not in answer.text
    return body


def test_a_posts_text_is_handed_out_and_nothing_else_of_it(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page())

    answer = ask(app)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "success": True,
        "post": {
            "title": "The Lamp & the Sea",
            "body": 'Mira found a lamp on the beach.\n\n"Who are you?" she asked.',
            "author": "lighthouse_keeper",
            "subreddit": SUBREDDIT,
            "url": f"{outside.url}{POST_PATH}/",
        },
    }


def test_reddit_is_asked_once_for_one_post_by_a_client_with_a_name(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page())

    ask(app, f"https://old.reddit.com{PASTED}?utm_source=share&context=3#top")

    (sent,) = outside.received
    assert (sent.method, sent.target) == ("GET", f"{JSON_PATH}?raw_json=1&limit=1")
    assert sent.headers["user-agent"].startswith("azure-functions:story-to-manga:")
    assert not {"authorization", "cookie", "x-functions-key", "referer"} & sent.headers.keys()


def test_texts_come_without_control_characters_hidden_marks_and_entities(
    app: RunningApp, outside: OutsideWorld
) -> None:
    texts = {
        "title": "The\u202e \x1b[31mLamp\nagain",
        "selftext": "Mira\x00 &amp; Jon\r\n\r\n&#x200B;\r\nran \u200bhome.",
    }
    outside.say_json(JSON_PATH, post_page(**texts))

    post = ask(app).json()["post"]

    assert (post["title"], post["body"]) == ("The [31mLamp again", "Mira & Jon\n\n\nran home.")


GONE: dict[str, tuple[dict[str, object], int, str]] = {
    "removed by a moderator": ({"selftext": "[removed]", "removed_by_category": "moderator"}, 404, "post-removed"),
    "deleted by its author": ({"selftext": "[deleted]", "author": "[deleted]"}, 404, "post-removed"),
    "emptied by Reddit": ({"selftext": "", "removed_by_category": "reddit"}, 404, "post-removed"),
    "an image": ({"selftext": "", "is_self": False, "url": "https://i.redd.it/x.png"}, 400, "post-has-no-text"),
    "blank": ({"selftext": " &#x200B;\n "}, 400, "post-has-no-text"),
    "another post": ({"id": "zzz"}, 503, "reddit-unavailable"),
    "a community with a strange name": ({"subreddit": "../../x"}, 503, "reddit-unavailable"),
    "a title that is none": ({"title": None}, 503, "reddit-unavailable"),
}


@pytest.mark.parametrize("case", GONE)
def test_a_post_without_a_story_is_told_by_its_kind(app: RunningApp, outside: OutsideWorld, case: str) -> None:
    changes, status, code = GONE[case]
    outside.say_json(JSON_PATH, post_page(**changes))

    refusal(ask(app), status, code)


def test_a_post_whose_author_has_gone_can_still_be_read(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(author="[deleted]"))

    assert ask(app).json()["post"]["author"] == "[deleted]"


def test_a_post_that_is_too_long_says_by_how_much(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(selftext="word " * 501))

    assert {"501", "500"} <= set(refusal(ask(app), 400, "post-too-long")["error"].replace(":", "").split())


def test_a_post_with_too_many_characters_says_by_how_many(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(selftext="x" * 6001))

    assert {"6001", "6000"} <= set(refusal(ask(app), 400, "post-too-long")["error"].replace(":", "").split())


def test_a_post_of_the_longest_length_is_handed_out(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(selftext="word " * 500))

    assert ask(app).status_code == 200


RAW = "<html>a RAW page</html>"
STATUSES: dict[str, tuple[int, object, int, str]] = {
    "no such post": (404, {"message": "RAW: Not Found", "error": 404}, 404, "post-not-found"),
    "no such page": (404, RAW, 404, "post-not-found"),
    "a private community": (403, {"reason": "private", "message": "RAW", "error": 403}, 404, "post-private"),
    "a quarantined community": (403, {"reason": "quarantined", "message": "RAW", "error": 403}, 404, "post-private"),
    "a closed community": (403, {"message": "RAW: Forbidden", "error": 403}, 404, "post-private"),
    "a banned community": (404, {"reason": "banned", "message": "RAW", "error": 404}, 404, "post-private"),
    "a refusal of the whole server": (403, RAW, 503, "reddit-unavailable"),
    "too many requests": (429, {"message": "RAW: Too Many Requests", "error": 429}, 503, "reddit-unavailable"),
    "a fault": (500, {"message": "RAW: Internal Server Error", "error": 500}, 503, "reddit-unavailable"),
    "a fault of a proxy": (502, RAW, 503, "reddit-unavailable"),
    "a page that is no JSON": (200, RAW, 503, "reddit-unavailable"),
    "JSON of another kind": (200, {"kind": "Listing", "data": {"children": []}}, 503, "reddit-unavailable"),
    "a page without a post": (200, [{"data": {"children": []}}, {}], 404, "post-not-found"),
    "comments in the post's place": (200, [post_page()[1], post_page()[0]], 503, "reddit-unavailable"),
}


@pytest.mark.parametrize("case", STATUSES)
def test_what_reddit_says_is_told_in_our_words(app: RunningApp, outside: OutsideWorld, case: str) -> None:
    said, content, status, code = STATUSES[case]
    if isinstance(content, str):
        outside.say(JSON_PATH, Reply(said, content.encode(), {"Content-Type": "text/html"}))
    else:
        outside.say_json(JSON_PATH, content, said)

    answer = ask(app)

    refusal(answer, status, code)
    assert ("retry-after" in answer.headers) == (status == 503)
    assert len(outside.received) == 1


@pytest.mark.parametrize(("said", "told"), [("17", "17"), ("0", "1"), ("999999", "600"), ("soon", "60"), ("٣", "60")])
def test_how_long_reddit_wants_us_to_wait_is_passed_on_within_reason(
    app: RunningApp, outside: OutsideWorld, said: str, told: str
) -> None:
    outside.say(JSON_PATH, Reply(429, b"", {"Retry-After": said.encode().decode("latin-1")}))

    assert ask(app).headers["retry-after"] == told


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "abc123",
        "/user/somebody/comments/abc123",
        f"https://evil.example{PASTED}",
        "/r/x/../comments/abc123",
        "/r/a\nb",
    ],
)
def test_an_address_that_is_none_of_a_post_is_named_and_nobody_is_asked(
    app: RunningApp, outside: OutsideWorld, pasted: str
) -> None:
    body = refusal(ask(app, pasted), 400, "invalid-input")

    assert [problem["field"] for problem in body["details"]] == ["path"]
    assert not outside.received


def test_a_missing_address_is_named(app: RunningApp, outside: OutsideWorld) -> None:
    body = refusal(app.http.get("/api/reddit"), 400, "invalid-input")

    assert [problem["field"] for problem in body["details"]] == ["path"]


def moved(location: str) -> Reply:
    return Reply(302, b"RAW", {"Location": location})


def test_a_post_that_has_moved_is_followed_on_its_host(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved(f"{POST_PATH}/the_lamp.json"))
    outside.say(f"{POST_PATH}/the_lamp.json", moved(f"{outside.url}/r/stories/comments/{POST_ID}.json"))
    outside.say_json(f"/r/stories/comments/{POST_ID}.json", post_page(subreddit="stories"))

    assert ask(app).json()["post"]["subreddit"] == "stories"


def test_a_community_that_is_not_there_leads_to_reddits_search(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved("/subreddits/search.json?q=shortstories"))
    outside.say_json("/subreddits/search.json", {"kind": "Listing", "data": {"children": []}})

    refusal(ask(app), 404, "post-not-found")


def test_a_third_redirect_is_not_followed(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved(JSON_PATH))

    refusal(ask(app), 503, "reddit-unavailable")
    assert len(outside.received) == 3


@pytest.mark.parametrize(
    "form", ["{url}/x", "//{authority}/x", "\\\\{authority}/x", "http://x@{authority}/x", "file:///etc/passwd"]
)
def test_a_redirect_to_another_host_is_not_followed(
    app: RunningApp, outside: OutsideWorld, elsewhere: OutsideWorld, form: str
) -> None:
    authority = elsewhere.url.removeprefix("http://")
    outside.say(JSON_PATH, moved(form.format(url=elsewhere.url, authority=authority)))
    elsewhere.say_json("/x", post_page())

    assert ask(app).status_code in {404, 503}
    assert not elsewhere.received


def test_a_redirect_to_the_same_host_under_another_name_is_not_followed(app: RunningApp, outside: OutsideWorld) -> None:
    port = outside.url.rpartition(":")[2]
    outside.say(JSON_PATH, moved(f"http://localhost:{port}{JSON_PATH}"))

    refusal(ask(app), 503, "reddit-unavailable")
    assert len(outside.received) == 1
