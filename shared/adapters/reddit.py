"""Posts of Reddit by its JSON API: the only place that knows what its answers look like.

Of an answer, five fields are read; its statuses and its marks of removed posts are told as our own errors.
"""

import asyncio
import html
import logging
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.adapters.bounded_http import Answer, Limits, NoAnswer, ask
from shared.adapters.reddit_access import RedditAccess
from shared.errors import PostNotFound, PostPrivate, PostRemoved, RedditUnavailable
from shared.models.reddit import RedditPost
from shared.settings import Settings
from shared.text import clean, one_line

# Reddit asks clients for <platform>:<app>:<version>, and is strict with the default names of libraries.
USER_AGENT = "azure-functions:story-to-manga:0.1 (reads one post when somebody asks for it)"
LIMITS = Limits(timeout_s=10, max_bytes=1024 * 1024, redirects=2)

_REMOVED_TEXTS = frozenset({"[removed]", "[deleted]"})
# Where a request for something that is not there is led to.
_SEARCH_PATH = "/subreddits/search"
_LONGEST_WAIT_S = 600
_LONGEST_WAIT_DIGITS = 9

_logger = logging.getLogger(__name__)


class _Post(BaseModel):
    """The fields of a post (Reddit's kind `t3`) that are read."""

    id: str
    title: str
    selftext: str = ""
    author: str = "[deleted]"
    subreddit: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{2,21}$")]
    removed_by_category: str | None = None

    @property
    def is_removed(self) -> bool:
        """Whether its text was taken away, by its author, by a moderator or by Reddit."""
        text = self.selftext.strip()
        return text in _REMOVED_TEXTS or (not text and self.removed_by_category is not None)


class _Thing(BaseModel):
    kind: Literal["t3"]
    data: _Post


class _Children(BaseModel):
    children: tuple[_Thing, ...]


class _Listing(BaseModel):
    data: _Children


class _Refusal(BaseModel):
    """Body of a 403 or 404 that is about the post or its community."""

    reason: str | None = None
    error: int


# A post's page: the listing of the post itself, and the listing of its comments.
_PAGE: TypeAdapter[tuple[_Listing, object]] = TypeAdapter(tuple[_Listing, object])


class RedditPosts:
    """PostSource (`shared.ports`) on Reddit."""

    def __init__(self, settings: Settings, limits: Limits = LIMITS) -> None:
        self._base_url = settings.reddit_base_url
        self._limits = limits
        self._access = RedditAccess(settings, limits, USER_AGENT)

    async def post(self, subreddit: str, post_id: str) -> RedditPost:
        """See `PostSource.post`."""
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                answer = await self._ask(f"/r/{subreddit}/comments/{post_id}.json?raw_json=1&limit=1")
        except (NoAnswer, TimeoutError) as exc:
            raise RedditUnavailable from exc
        post = _post_in(answer)
        if post.id != post_id:
            raise _unusable(answer, "another post")
        return RedditPost(
            title=one_line(post.title),
            body=_story(post),
            author=one_line(post.author),
            subreddit=post.subreddit,
            url=f"{self._base_url}/r/{post.subreddit}/comments/{post.id}/",
        )

    async def _ask(self, target: str) -> Answer:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **await self._access.headers()}
        answer = await ask("GET", f"{self._access.api_url}{target}", self._limits, headers=headers)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._access.forget()
        return answer


def _post_in(answer: Answer) -> _Post:
    if answer.path.startswith(_SEARCH_PATH):
        raise PostNotFound
    if answer.status != HTTPStatus.OK:
        raise _refused(answer)
    try:
        page, _ = _PAGE.validate_json(answer.body)
    except ValidationError:
        # Its text would carry what the post says into the log.
        raise _unusable(answer, "no page of a post") from None
    if not page.data.children:
        raise PostNotFound
    return page.data.children[0].data


def _story(post: _Post) -> str:
    """Return the post's Markdown with its entities (such as the editor's `&#x200B;`) as characters."""
    if post.is_removed:
        raise PostRemoved
    return clean(html.unescape(post.selftext))


def _refused(answer: Answer) -> PostNotFound | PostPrivate | RedditUnavailable:
    """Return what a status stands for. A community that is closed has a JSON body, its reason mostly named in it; a
    403 with a page of HTML is Reddit refusing this server, whatever is asked for.
    """
    try:
        refusal = _Refusal.model_validate_json(answer.body)
    except ValidationError:
        refusal = None
    match answer.status:
        case HTTPStatus.NOT_FOUND:
            return PostNotFound() if refusal is None or refusal.reason is None else PostPrivate()
        case HTTPStatus.FORBIDDEN if refusal is not None:
            return PostPrivate()
        case HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
            return PostPrivate()
        case HTTPStatus.FORBIDDEN:
            return _unusable(answer, "a refusal of this app: check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET")
        case _:
            return _unusable(answer, "no post")


def _unusable(answer: Answer, finding: str) -> RedditUnavailable:
    extra = {"action": "reddit_answer_unusable", "status": answer.status, "finding": finding}
    _logger.warning("Reddit's answer was %s", finding, extra=extra)
    return RedditUnavailable(_retry_after_s(answer))


def _retry_after_s(answer: Answer) -> int | None:
    wait = answer.headers.get("retry-after", "")
    if not (wait.isascii() and wait.isdigit() and len(wait) <= _LONGEST_WAIT_DIGITS):
        return None
    return min(max(int(wait), 1), _LONGEST_WAIT_S)
