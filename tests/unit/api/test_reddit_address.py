"""Which post is meant: two parts that can name nothing but a post."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.reddit_address import PostAddress, parse_post_address
from shared.errors import InvalidInput

POST = PostAddress("shortstories", "abc123")

UNDERSTOOD = [
    "/r/shortstories/comments/abc123",
    "/r/shortstories/comments/abc123/",
    "/r/shortstories/comments/abc123/the_lamp/",
    "/r/shortstories/comments/abc123/the_lamp/k1x2y3/?context=3",
    "/r/shortstories/comments/abc123/größe_ラ/",
    "/r/shortstories/comments/abc123/%E3%83%A9%E3%83%B3/",
    "/r/shortstories/comments/ABC123",
    "/r/shortstories/comments/abc123?utm_source=share&utm_medium=web",
    "/r/shortstories/comments/abc123/#top",
    "https://www.reddit.com/r/shortstories/comments/abc123/the_lamp/",
    "http://reddit.com/r/shortstories/comments/abc123",
    "https://old.reddit.com/r/shortstories/comments/abc123/?ref=https://evil.example/",
    "https://sh.reddit.com/r/shortstories/comments/abc123",
    "www.reddit.com/r/shortstories/comments/abc123",
    " /r/shortstories/comments/abc123\n",
]

REFUSED = [
    "",
    " ",
    "/",
    "abc123",
    "r/shortstories/comments/abc123",
    "/r/shortstories",
    "/r/shortstories/comments/",
    "/r/shortstories/comments//abc123",
    "/r/shortstories/s/AbCdEf",
    "/user/somebody/comments/abc123",
    "/R/shortstories/comments/abc123",
    # outside of what a name and an id can be
    "/r/x/comments/abc123",
    "/r/" + "x" * 22 + "/comments/abc123",
    "/r/shortstories/comments/" + "1" * 14,
    "/r/short-stories/comments/abc123",
    "/r/shortstories/comments/abc_123",
    "/r/short\u017ftories/comments/abc123",
    "/r/shortstories/comments/\u0661\u0662\u0663",
    "/r/shortstories/comments/\uff11\uff12\uff13",
    "/r/\u212aitchen/comments/abc123",
    # out of the folder
    "/r/../comments/abc123",
    "/r/shortstories/comments/..",
    "/r/shortstories/../../api/v1/me/comments/abc123",
    "/r/shortstories/comments/abc123/../../../../etc/passwd",
    "/r/%2e%2e/comments/abc123",
    "/r/shortstories/comments/%2e%2e",
    "/r/shortstories%2f..%2f/comments/abc123",
    "/r/shortstories/comments/abc123.json",
    "/r/shortstories/comments/abc123;x",
    "\\r\\shortstories\\comments\\abc123",
    "/r/shortstories/comments/abc123\\..\\x",
    # to another host
    "//evil.example/r/shortstories/comments/abc123",
    "///r/shortstories/comments/abc123",
    "https://evil.example/r/shortstories/comments/abc123",
    "https://reddit.com.evil.example/r/shortstories/comments/abc123",
    "https://evilreddit.com/r/shortstories/comments/abc123",
    "https://evil.example/reddit.com/r/shortstories/comments/abc123",
    "https://evil.example#.reddit.com/r/shortstories/comments/abc123",
    "https://evil.example?.reddit.com/r/shortstories/comments/abc123",
    "https://www.reddit.com@evil.example/r/shortstories/comments/abc123",
    "https://user:password@www.reddit.com/r/shortstories/comments/abc123",
    "https://www.reddit.com:8080/r/shortstories/comments/abc123",
    "https://127.0.0.1/r/shortstories/comments/abc123",
    "https://www.reddit.com\\@evil.example/r/shortstories/comments/abc123",
    "https:/www.reddit.com/r/shortstories/comments/abc123",
    "ftp://www.reddit.com/r/shortstories/comments/abc123",
    "file:///r/shortstories/comments/abc123",
    "javascript:/r/shortstories/comments/abc123",
    "@evil.example/r/shortstories/comments/abc123",
    "/r/shortstories@evil.example/comments/abc123",
    "/r/shortstories/comments/abc123@evil.example",
    "/r/shortstories/comments/abc123:80",
    # into another request
    "/r/shortstories/comments/abc123\r\nHost: evil.example",
    "/r/shortstories/comments/abc123/\nx",
    "/r/shortstories\n/comments/abc123",
    "/r/shortstories/comments/abc123\x00",
    "/r/shortstories/comments/abc123/\u2028x",
    "/r/shortstories/comments/abc123/" + "x" * 3000,
]


@pytest.mark.parametrize("pasted", UNDERSTOOD)
def test_what_people_paste_is_understood(pasted: str) -> None:
    assert parse_post_address(pasted) == POST


@pytest.mark.parametrize("pasted", REFUSED)
def test_anything_else_is_refused_by_the_parameters_name(pasted: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_post_address(pasted)

    assert [problem.field for problem in refused.value.problems] == ["path"]


PIECES = [
    *("/", "\\", "..", "%2e", "%2f", "@", ":", "?", "#", ";", "//", "\n", "\x00", "\u0661", "\u212a"),
    *(
        "r",
        "comments",
        "shortstories",
        "abc123",
        "https:",
        "www.reddit.com",
        "evil.example",
        ".json",
        "/r/",
        "/comments/",
    ),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join), st.from_regex(r"/r/.*/comments/.*")))
@example("/r/shortstories/comments/abc123")
def test_nothing_that_is_understood_can_name_more_than_a_post(pasted: str) -> None:
    try:
        address = parse_post_address(pasted)
    except InvalidInput:
        return

    assert re.fullmatch(rb"[A-Za-z0-9_]{2,21}", address.subreddit.encode())
    assert re.fullmatch(rb"[0-9a-z]{1,13}", address.post_id.encode())
    assert address.subreddit in pasted
    assert address.post_id in pasted.lower()
