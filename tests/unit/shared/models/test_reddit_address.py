"""Parsing of Reddit addresses: the result can only name a post."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.models.http.outside.reddit_address import PostAddress, ShareLink, parse_reddit_address

POST = PostAddress("abc123", "shortstories")

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
    "https://np.reddit.com/r/shortstories/comments/abc123/the_lamp/",
    "https://new.reddit.com/r/shortstories/comments/abc123/the_lamp/",
    "https://m.reddit.com/r/shortstories/comments/abc123/the_lamp/",
    "HTTPS://Old.Reddit.com/r/shortstories/comments/abc123/the_lamp/",
    "www.reddit.com/r/shortstories/comments/abc123",
    " /r/shortstories/comments/abc123\n",
]

WITHOUT_A_COMMUNITY = [
    "https://redd.it/abc123",
    "http://www.redd.it/abc123/",
    "redd.it/ABC123?utm_source=share",
    "https://www.reddit.com/user/some-body/comments/abc123/the_lamp/",
    "https://old.reddit.com/u/somebody/comments/abc123/",
    "/user/somebody/comments/abc123",
    "/u/some_body/comments/abc123/the_lamp/k1x2y3/",
    "https://www.reddit.com/comments/abc123",
    "https://www.reddit.com/gallery/abc123",
    "https://www.reddit.com/poll/abc123",
]

SHARED = {
    "https://www.reddit.com/r/shortstories/s/AbCdEf1234": "/r/shortstories/s/AbCdEf1234",
    "https://reddit.com/r/u_some-body/s/AbCdEf1234/?utm_name=x": "/r/u_some-body/s/AbCdEf1234",
    "/u/some-body/s/AbCdEf1234": "/u/some-body/s/AbCdEf1234",
    "/user/somebody/s/AbCdEf1234#top": "/user/somebody/s/AbCdEf1234",
}

NAMED = {
    "https://i.redd.it/abc123.png": "an image or a video",
    "https://v.redd.it/abc123": "an image or a video",
    "https://preview.redd.it/abc123.png?width=640": "an image or a video",
    "https://reddit.app.link/xyz": "a link of Reddit's app",
    "https://www.reddit.com/r/shortstories/": "the address of a community",
    "/r/shortstories?sort=new": "the address of a community",
    "https://www.reddit.com/user/somebody": "the address of a person",
    "/u/some-body/": "the address of a person",
}

REFUSED = [
    "",
    " ",
    "/",
    "abc123",
    "r/shortstories/comments/abc123",
    "/r/shortstories",
    "/r/shortstories/comments/",
    "/r/shortstories/comments//abc123",
    "/r/shortstories/s/",
    "/r/shortstories/s/AbCd/EfGh",
    "/r/shortstories/s/" + "x" * 33,
    "/r/shortstories/s/AbCdEf.json",
    "/user/somebody/submitted/abc123",
    "/user/no/comments/abc123",
    "/user/../comments/abc123",
    "/user/somebody/comments/",
    "/user/somebody/s/../../x",
    "https://redd.it/",
    "https://redd.it/abc123.json",
    "https://redd.it/abc123/../x",
    "https://redd.it.evil.example/abc123",
    "https://evilredd.it/abc123",
    "https://evil.example/redd.it/abc123",
    "https://redd.it@evil.example/abc123",
    "https://redd.it:8080/abc123",
    "/r/u_no/comments/../abc123",
    "https://evil.example/r/shortstories/s/AbCdEf",
    "https://www.reddit.com@evil.example/r/shortstories/s/AbCdEf",
    "https://redd\u0131t.com/r/shortstories/comments/abc123",
    "http\u017f://www.reddit.com/r/shortstories/comments/abc123",
    "/R/shortstories/comments/abc123",
    # not a valid name or id
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
def test_pasted_post_address_is_parsed(pasted: str) -> None:
    assert parse_reddit_address(pasted) == POST


@pytest.mark.parametrize("pasted", WITHOUT_A_COMMUNITY)
def test_post_address_without_a_community_is_parsed(pasted: str) -> None:
    assert parse_reddit_address(pasted) == PostAddress("abc123")


def test_post_address_of_a_profile_is_parsed() -> None:
    assert parse_reddit_address("/r/u_some-body/comments/abc123") == PostAddress("abc123", "u_some-body")


@pytest.mark.parametrize("pasted", SHARED)
def test_share_link_keeps_only_its_path(pasted: str) -> None:
    assert parse_reddit_address(pasted) == ShareLink(SHARED[pasted])


@pytest.mark.parametrize("pasted", NAMED)
def test_refusal_names_what_the_address_points_to(pasted: str) -> None:
    with pytest.raises(InvalidInput, match=NAMED[pasted]) as refused:
        parse_reddit_address(pasted)

    assert [problem.field for problem in refused.value.problems] == ["path"]


@pytest.mark.parametrize("pasted", REFUSED)
def test_refusal_of_any_other_text_names_the_parameter(pasted: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_reddit_address(pasted)

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
        "/user/",
        "/s/",
        "redd.it",
    ),
]


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join), st.from_regex(r"/(r|user)/.*/(comments|s)/.*"))
)
@example("/r/shortstories/comments/abc123")
def test_parsed_address_can_only_name_a_post(pasted: str) -> None:
    try:
        address = parse_reddit_address(pasted)
    except InvalidInput:
        return

    if isinstance(address, ShareLink):
        assert re.fullmatch(rb"/(r|u|user)/[A-Za-z0-9_-]{2,22}/s/[A-Za-z0-9]{1,32}", address.path.encode())
        assert address.path in pasted
        return
    assert re.fullmatch(rb"(/r/(u_)?[A-Za-z0-9_-]{2,21})?/comments/[0-9a-z]{1,13}", address.path.encode())
    assert (address.subreddit or "") in pasted
    assert address.post_id in pasted.lower()
