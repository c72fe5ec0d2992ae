"""A Reddit post, as a possible story."""

from typing import Literal

from shared.models.base import WireModel


class RedditPost(WireModel):
    """A post with a text. All texts are plain, without control characters; `url` is where people read it."""

    title: str
    body: str
    author: str
    subreddit: str
    url: str


class RedditAnswer(WireModel):
    """Answer of `GET /api/reddit`."""

    success: Literal[True] = True
    post: RedditPost
