"""The Reddit post that a pasted link or path names.

Only validated parts are returned, and addresses are built from them: nothing that was pasted chooses where a request
goes.
"""

import re
from typing import NamedTuple

from shared.errors import FieldProblem, InvalidInput

_LONGEST = 2000
# `re.ASCII`: no other letter matches by its case.
_HOST = r"(?:(?:(?i:https?)://)?(?:[A-Za-z0-9-]{1,20}\.)?(?i:reddit\.com))?"
_SUBREDDIT = r"u_[A-Za-z0-9_-]{3,20}|[A-Za-z0-9_]{2,21}"
_USER = r"(?:user|u)/[A-Za-z0-9_-]{3,20}"
_ID = r"(?P<id>[0-9A-Za-z]{1,13})"
_QUERY = r"(?:[?#].*)?"
# Behind the id a title, a comment's id and a query.
_POST = re.compile(
    rf"{_HOST}/(?:r/(?P<subreddit>{_SUBREDDIT})/comments|{_USER}/comments|comments|gallery|poll)/{_ID}"
    rf"(?:/[^/?#\\@:.]*){{0,3}}{_QUERY}",
    re.ASCII,
)
_SHORT = re.compile(rf"(?:(?i:https?)://)?(?i:(?:www\.)?redd\.it)/{_ID}/?{_QUERY}", re.ASCII)
_SHARE = re.compile(rf"{_HOST}(?P<path>/(?:r/(?:{_SUBREDDIT})|{_USER})/s/[A-Za-z0-9]{{1,32}})/?{_QUERY}", re.ASCII)

_HINT = "It has to be a post's address such as /r/shortstories/comments/abc123, or a link to a post."
# What is pasted in a post's place, and what to do.
_OTHERS = {
    re.compile(r"(?:https?://)?(?:i|v|preview|external-preview)\.redd\.it/.*"): (
        "This is the address of an image or a video. Give the address of its post."
    ),
    re.compile(r"(?:https?://)?reddit\.app\.link/.*"): (
        "This is a link of Reddit's app. Open it, and copy the address that it leads to."
    ),
    re.compile(
        rf"{_HOST}/r/[^/]+/?{_QUERY}"
    ): "This is the address of a community. Give the address of one of its posts.",
    re.compile(rf"{_HOST}/(?:user|u)/[^/]+/?{_QUERY}"): (
        "This is the address of a person. Give the address of one of their posts."
    ),
}


class PostAddress(NamedTuple):
    """A post: `post_id` is a lower-case number to the base 36, `subreddit` may be unknown."""

    post_id: str
    subreddit: str | None = None

    @property
    def path(self) -> str:
        """The post's path, as Reddit's API has it."""
        return f"/comments/{self.post_id}" if self.subreddit is None else f"/r/{self.subreddit}/comments/{self.post_id}"


class ShareLink(NamedTuple):
    """A link of Reddit's "Share" button. Only Reddit knows the post: the link redirects to it."""

    path: str


type RedditAddress = PostAddress | ShareLink


def parse_reddit_address(text: str) -> RedditAddress:
    """Return the post that a path or a link names.

    Raises:
        InvalidInput: naming `path`.
    """
    pasted = text.strip()
    if len(pasted) > _LONGEST or not pasted.isprintable():
        raise _refusal(_HINT)
    if match := _POST.fullmatch(pasted):
        return PostAddress(match["id"].lower(), match["subreddit"])
    if match := _SHORT.fullmatch(pasted):
        return PostAddress(match["id"].lower())
    if match := _SHARE.fullmatch(pasted):
        return ShareLink(match["path"])
    raise _refusal(next((hint for pattern, hint in _OTHERS.items() if pattern.fullmatch(pasted)), _HINT))


def _refusal(hint: str) -> InvalidInput:
    return InvalidInput(f"The request was not accepted; correct path. {hint}", (FieldProblem("path", hint),))
