"""`GET /api/reddit`: the text of a post and nothing else, or why there is none.

Invalid addresses are among the hostile inputs.
"""

from typing import cast

import httpx
import pytest

from tests.support.contract_check import JsonObject
from tests.support.outside_world import POST_ID, POST_PATH, SUBREDDIT, OutsideWorld, Reply, post_page
from tests.support.running_app import RunningApp, broken_fields, refusal

JSON_PATH = f"{POST_PATH}.json"
PASTED = f"{POST_PATH}/the_lamp/"


def ask(app: RunningApp, path: str = PASTED) -> httpx.Response:
    return app.http.get("/api/reddit", params={"path": path})


def post(app: RunningApp, path: str = PASTED) -> JsonObject:
    answer = ask(app, path)
    assert answer.status_code == 200, answer.text
    return cast("JsonObject", answer.json()["post"])


def test_only_the_text_of_a_post_is_handed_out(app: RunningApp, outside: OutsideWorld) -> None:
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


def test_reddit_gets_one_request_for_one_post_from_a_named_client(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page())

    ask(app, f"https://old.reddit.com{PASTED}?utm_source=share&context=3#top")

    (sent,) = outside.received
    assert (sent.method, sent.target) == ("GET", f"{JSON_PATH}?raw_json=1&limit=1")
    assert sent.headers["user-agent"].startswith("azure-functions:story-to-manga:")
    assert not {"authorization", "cookie", "x-functions-key", "referer"} & sent.headers.keys()


def test_control_characters_hidden_marks_and_entities_are_removed(app: RunningApp, outside: OutsideWorld) -> None:
    texts = {
        "title": "The\u202e \x1b[31mLamp\nagain",
        "selftext": "Mira\x00 &amp; Jon\r\n\r\n&#x200B;\r\nran \u200bhome.",
    }
    outside.say_json(JSON_PATH, post_page(**texts))

    read = post(app)

    assert (read["title"], read["body"]) == ("The [31mLamp again", "Mira & Jon\n\n\nran home.")


PROFILE = "u_some-body"


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://www.reddit.com/user/some-body/comments/{POST_ID}/the_lamp/",
        f"/u/some-body/comments/{POST_ID}",
        f"https://redd.it/{POST_ID}",
        f"https://www.reddit.com/gallery/{POST_ID}",
    ],
)
def test_post_without_its_community_is_found_by_its_id(app: RunningApp, outside: OutsideWorld, pasted: str) -> None:
    outside.say_json(f"/comments/{POST_ID}.json", post_page(subreddit=PROFILE))

    read = post(app, pasted)

    assert (read["subreddit"], read["url"]) == (PROFILE, f"{outside.url}/r/{PROFILE}/comments/{POST_ID}/")


ORIGINAL: dict[str, object] = {
    "id": "zzz999",
    "title": "The First Lamp",
    "selftext": "The original story.",
    "author": "mira",
    "subreddit": "stories",
}


def crosspost(**original: object) -> dict[str, object]:
    """Return the fields of a post without a text that shares another one."""
    parents = [{**ORIGINAL, **original}]
    return {"selftext": "", "is_self": False, "crosspost_parent": "t3_zzz999", "crosspost_parent_list": parents}


def test_crosspost_has_the_text_of_the_original_post(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say_json(JSON_PATH, post_page(title="Look at this", **crosspost()))

    assert post(app) == {
        "title": "The First Lamp",
        "body": "The original story.",
        "author": "mira",
        "subreddit": "stories",
        "url": f"{outside.url}/r/stories/comments/zzz999/",
    }


def test_crosspost_of_a_picture_is_read_if_it_has_a_text_itself(app: RunningApp, outside: OutsideWorld) -> None:
    page = post_page(crosspost_parent="t3_zzz999", crosspost_parent_list=[{**ORIGINAL, "selftext": ""}])
    outside.say_json(JSON_PATH, page)

    assert post(app)["subreddit"] == SUBREDDIT


KINDS: dict[str, dict[str, object]] = {
    "a crosspost": {"crosspost_parent": "t3_zzz999", "crosspost_parent_list": [], "is_self": False},
    "a poll": {"poll_data": {"options": [{"id": "1", "text": "RAW"}], "total_vote_count": 3}},
    "a gallery": {"is_gallery": True, "gallery_data": {"items": []}, "is_self": False},
    "a video": {"is_video": True, "is_self": False},
    "an image": {"post_hint": "image", "is_self": False},
    "a link": {"is_self": False},
    "a title": {},
}


@pytest.mark.parametrize("kind", KINDS)
def test_post_without_a_text_is_named_by_its_kind(app: RunningApp, outside: OutsideWorld, kind: str) -> None:
    outside.say_json(JSON_PATH, post_page(selftext="", **KINDS[kind]))

    body = refusal(ask(app), 400, "post-has-no-text")

    assert body["error"].startswith(f"This post is {kind} without a text.")
    assert [problem["field"] for problem in body["details"]] == ["path"]


READABLE: dict[str, dict[str, object]] = {
    **{kind: KINDS[kind] for kind in ("a poll", "a gallery", "a video", "an image", "a link")},
    "a deleted author": {"author": "[deleted]"},
    "no author": {"author": None},
    "500 words": {"selftext": "word " * 500},
}


@pytest.mark.parametrize("case", READABLE)
def test_post_with_a_text_is_read(app: RunningApp, outside: OutsideWorld, case: str) -> None:
    outside.say_json(JSON_PATH, post_page(**READABLE[case]))

    assert post(app)["author"] == ("[deleted]" if "author" in case else "lighthouse_keeper")


GONE: dict[str, tuple[dict[str, object], int, str]] = {
    "removed by a moderator": ({"selftext": "[removed]", "removed_by_category": "moderator"}, 404, "post-removed"),
    "deleted by its author": ({"selftext": "[deleted]", "author": "[deleted]"}, 404, "post-removed"),
    "emptied by Reddit": ({"selftext": "", "removed_by_category": "reddit"}, 404, "post-removed"),
    "a crosspost of a removed post": (
        crosspost(selftext="[removed]", removed_by_category="moderator"),
        404,
        "post-removed",
    ),
    "an image": ({"selftext": "", "is_self": False, "url": "https://i.redd.it/x.png"}, 400, "post-has-no-text"),
    "blank": ({"selftext": " &#x200B;\n "}, 400, "post-has-no-text"),
    "letters without a shape": ({"selftext": "&#x3164;"}, 400, "post-has-no-text"),
    "another post": ({"id": "zzz"}, 503, "reddit-unavailable"),
    "a community with a strange name": ({"subreddit": "../../x"}, 503, "reddit-unavailable"),
    "no text at all": ({"selftext": None, "is_self": False}, 400, "post-has-no-text"),
    "a title that is none": ({"title": None}, 503, "reddit-unavailable"),
}


@pytest.mark.parametrize("case", GONE)
def test_post_without_a_story_is_refused(app: RunningApp, outside: OutsideWorld, case: str) -> None:
    changes, status, code = GONE[case]
    outside.say_json(JSON_PATH, post_page(**changes))

    refusal(ask(app), status, code)


@pytest.mark.parametrize(
    ("text", "numbers"), [("word " * 501, {"501", "500"}), ("x" * 6001, {"6001", "6000"})], ids=["words", "characters"]
)
def test_post_that_is_too_long_says_by_how_much(
    app: RunningApp, outside: OutsideWorld, text: str, numbers: set[str]
) -> None:
    outside.say_json(JSON_PATH, post_page(selftext=text))

    assert numbers <= set(refusal(ask(app), 400, "post-too-long")["error"].replace(":", "").split())


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
def test_failure_of_reddit_is_reported_in_our_words(app: RunningApp, outside: OutsideWorld, case: str) -> None:
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
def test_delay_that_reddit_asks_for_is_passed_on_within_limits(
    app: RunningApp, outside: OutsideWorld, said: str, told: str
) -> None:
    outside.say(JSON_PATH, Reply(429, b"", {"Retry-After": said.encode().decode("latin-1")}))

    assert ask(app).headers["retry-after"] == told


def test_missing_address_is_named(app: RunningApp, outside: OutsideWorld) -> None:
    assert broken_fields(app.http.get("/api/reddit")) == ["path"]
    assert not outside.received


def moved(location: str) -> Reply:
    return Reply(302, b"RAW", {"Location": location})


def test_post_that_has_moved_is_followed_on_its_host(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved(f"{POST_PATH}/the_lamp.json"))
    outside.say(f"{POST_PATH}/the_lamp.json", moved(f"{outside.url}/r/stories/comments/{POST_ID}.json"))
    outside.say_json(f"/r/stories/comments/{POST_ID}.json", post_page(subreddit="stories"))

    assert post(app)["subreddit"] == "stories"


def test_unknown_community_that_redirects_to_a_search_is_not_found(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved("/subreddits/search.json?q=shortstories"))
    outside.say_json("/subreddits/search.json", {"kind": "Listing", "data": {"children": []}})

    refusal(ask(app), 404, "post-not-found")


def test_third_redirect_is_not_followed(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(JSON_PATH, moved(JSON_PATH))

    refusal(ask(app), 503, "reddit-unavailable")
    assert len(outside.received) == 3


@pytest.mark.parametrize(
    "form", ["{url}/x", "//{authority}/x", "\\\\{authority}/x", "http://x@{authority}/x", "file:///etc/passwd"]
)
def test_redirect_to_another_host_is_not_followed(
    app: RunningApp, outside: OutsideWorld, elsewhere: OutsideWorld, form: str
) -> None:
    authority = elsewhere.url.removeprefix("http://")
    outside.say(JSON_PATH, moved(form.format(url=elsewhere.url, authority=authority)))
    elsewhere.say_json("/x", post_page())

    assert ask(app).status_code in {404, 503}
    assert not elsewhere.received


def test_redirect_to_another_name_of_the_host_is_not_followed(app: RunningApp, outside: OutsideWorld) -> None:
    port = outside.url.rpartition(":")[2]
    outside.say(JSON_PATH, moved(f"http://localhost:{port}{JSON_PATH}"))

    refusal(ask(app), 503, "reddit-unavailable")
    assert len(outside.received) == 1


SHARE_PATH = f"/r/{SUBREDDIT}/s/AbCdEf1234"
SHARED = f"https://www.reddit.com{SHARE_PATH}"


@pytest.mark.parametrize(
    "location",
    [
        f"https://www.reddit.com{PASTED}?share_id=x&utm_source=share",
        f"https://old.reddit.com{PASTED}",
        f"{{url}}{PASTED}",
        PASTED,
    ],
)
def test_share_link_leads_to_its_post(app: RunningApp, outside: OutsideWorld, location: str) -> None:
    outside.say(SHARE_PATH, moved(location.format(url=outside.url)))
    outside.say_json(JSON_PATH, post_page())

    assert ask(app, SHARED).status_code == 200
    assert [sent.target for sent in outside.received] == [SHARE_PATH, f"{JSON_PATH}?raw_json=1&limit=1"]


def test_share_link_to_another_share_link_is_followed(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say("/u/some-body/s/First", moved(f"https://www.reddit.com{SHARE_PATH}"))
    outside.say(SHARE_PATH, moved(PASTED))
    outside.say_json(JSON_PATH, post_page())

    assert ask(app, "/u/some-body/s/First").status_code == 200


def test_share_link_to_itself_is_refused(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(SHARE_PATH, moved(SHARED))

    refusal(ask(app, SHARED), 503, "reddit-unavailable")
    assert len(outside.received) == 3


@pytest.mark.parametrize(
    "location",
    [
        "{url}/r/x/comments/abc123",
        "{url}" + SHARE_PATH,
        "//{authority}" + SHARE_PATH,
        "https://www.reddit.com@{authority}" + SHARE_PATH,
        "{ours}@{authority}" + SHARE_PATH,
        "{ours}.evil.example" + SHARE_PATH,
        "file:///etc/passwd",
        "https://www.reddit.com/login",
        "",
    ],
)
def test_share_link_to_another_place_is_not_followed(
    app: RunningApp, outside: OutsideWorld, elsewhere: OutsideWorld, location: str
) -> None:
    authority = elsewhere.url.removeprefix("http://")
    outside.say(SHARE_PATH, moved(location.format(url=elsewhere.url, authority=authority, ours=outside.url)))
    elsewhere.say_json("/r/x/comments/abc123.json", post_page())

    refusal(ask(app, SHARED), 404, "post-not-found")
    assert not elsewhere.received
    assert len(outside.received) == 1


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (Reply(404, b"<html>RAW"), 404, "post-not-found"),
        (Reply(403, b"<html>RAW"), 503, "reddit-unavailable"),
        (Reply(429, b"", {"Retry-After": "5"}), 503, "reddit-unavailable"),
        (Reply(200, b"<html>RAW"), 503, "reddit-unavailable"),
        (Reply(302, b"RAW"), 503, "reddit-unavailable"),
        (Reply(200, b"RAW", {"Location": PASTED}), 503, "reddit-unavailable"),
    ],
)
def test_share_link_that_reddit_does_not_resolve_is_reported_in_our_words(
    app: RunningApp, outside: OutsideWorld, reply: Reply, status: int, code: str
) -> None:
    outside.say(SHARE_PATH, reply)

    refusal(ask(app, SHARED), status, code)
