"""Reddit posts by the JSON API: the only module that knows its format.

Statuses, removed posts and kinds of posts without a text become our own errors.
"""

import asyncio
import html
import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.errors import (
    FieldProblem,
    InvalidInput,
    PostHasNoText,
    PostNotFound,
    PostPrivate,
    PostRemoved,
    RedditUnavailable,
)
from shared.models.http.outside.reddit import RedditPost
from shared.models.http.outside.reddit_address import PostAddress, RedditAddress, ShareLink, parse_reddit_address
from shared.outside.bounded_http import Answer, Limits, NoAnswer, ask
from shared.outside.reddit_access import RedditAccess
from shared.settings import Settings
from shared.text.clean import clean, one_line
from shared.text.words import is_blank

# Reddit asks clients for <platform>:<app>:<version>, and is strict with the default names of libraries.
USER_AGENT = "azure-functions:story-to-manga:0.1 (reads one post when somebody asks for it)"
LIMITS = Limits(timeout_s=10, max_bytes=1024 * 1024, redirects=2)
_SHARE_REDIRECTS = 3
_NO_AUTHOR = "[deleted]"

_REMOVED_TEXTS = frozenset({"[removed]", "[deleted]"})
# Reddit redirects requests for unknown communities to its search.
_SEARCH_PATH = "/subreddits/search"
_LONGEST_WAIT_S = 600
_LONGEST_WAIT_DIGITS = 9

_logger = logging.getLogger(__name__)


class _Post(BaseModel):
    """The fields of a post (Reddit's kind `t3`) that are read."""

    id: Annotated[str, Field(pattern=r"^[0-9a-z]{1,13}$")]
    title: str
    selftext: str | None = None
    author: str | None = None
    # A profile is the community u_NAME, and names may have hyphens.
    subreddit: Annotated[str, Field(pattern=r"^(u_[A-Za-z0-9_-]{3,20}|[A-Za-z0-9_]{2,21})$")]
    removed_by_category: str | None = None
    crosspost_parent: str | None = None
    crosspost_parent_list: "tuple[_Post, ...] | None" = None
    poll_data: object = None
    is_gallery: bool | None = None
    is_video: bool | None = None
    is_self: bool | None = None
    post_hint: str | None = None

    @property
    def text(self) -> str:
        """The Markdown with its HTML entities decoded; "" if it was removed or is blank."""
        text = clean(html.unescape(self.selftext or ""))
        return "" if text in _REMOVED_TEXTS or is_blank(text) else text

    @property
    def is_removed(self) -> bool:
        """Whether its text was removed by its author, by a moderator or by Reddit."""
        is_marked = (self.selftext or "").strip() in _REMOVED_TEXTS or self.removed_by_category is not None
        return is_marked and not self.text

    @property
    def originals(self) -> "tuple[_Post, ...]":
        """The post that this one is a crosspost of, if it is one."""
        return self.crosspost_parent_list or ()

    @property
    def kind(self) -> str:
        """What the post is if it has no text, for people."""
        kinds = {
            "a crosspost": self.crosspost_parent is not None or bool(self.originals),
            "a poll": self.poll_data is not None,
            "a gallery": bool(self.is_gallery),
            "a video": bool(self.is_video) or self.post_hint in {"hosted:video", "rich:video"},
            "an image": self.post_hint == "image",
            "a link": not self.is_self,
        }
        return next((kind for kind, is_it in kinds.items() if is_it), "a title")


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

    async def post(self, address: RedditAddress) -> RedditPost:
        """See `PostSource.post`."""
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                found = await self._follow(address) if isinstance(address, ShareLink) else address
                answer = await self._ask(f"{found.path}.json?raw_json=1&limit=1")
        except (NoAnswer, TimeoutError) as exc:
            raise RedditUnavailable from exc
        post = _post_in(answer)
        if post.id != found.post_id:
            raise _unusable(answer, "another post")
        story = _with_story(post)
        return RedditPost(
            title=one_line(story.title),
            body=story.text,
            author=one_line(story.author or _NO_AUTHOR),
            subreddit=story.subreddit,
            url=f"{self._base_url}{PostAddress(story.id, story.subreddit).path}/",
        )

    async def _follow(self, link: ShareLink) -> PostAddress:
        """Return the post that a share link redirects to. Each request goes to Reddit's own host."""
        limits = replace(self._limits, redirects=0)
        for _ in range(_SHARE_REDIRECTS):
            answer = await ask("GET", f"{self._base_url}{link.path}", limits, headers={"User-Agent": USER_AGENT})
            target = self._target_of(answer)
            if isinstance(target, PostAddress):
                return target
            link = target
        raise NoAnswer(f"a share link with more than {_SHARE_REDIRECTS} redirects")

    def _target_of(self, answer: Answer) -> RedditAddress:
        location = answer.headers.get("location")
        if location is None or answer.status not in range(300, 400):
            raise _refused(answer)
        try:
            return parse_reddit_address(location.removeprefix(self._base_url))
        except InvalidInput as exc:
            raise PostNotFound from exc

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
        # Its text would write the post's content to the log.
        raise _unusable(answer, "no page of a post") from None
    if not page.data.children:
        raise PostNotFound
    return page.data.children[0].data


def _with_story(post: _Post) -> _Post:
    """Return the post that has the text: the original of a crosspost, or else the post itself."""
    candidates = (*post.originals, post)
    for candidate in candidates:
        if candidate.text:
            return candidate
    if any(candidate.is_removed for candidate in candidates):
        raise PostRemoved
    message = f"This post is {post.kind} without a text. Choose a post that tells its story in words."
    raise PostHasNoText(message, (FieldProblem("path", message),))


def _refused(answer: Answer) -> PostNotFound | PostPrivate | RedditUnavailable:
    """Return the error for a status. For a closed community the body is JSON, usually with a reason; a 403 with an HTML
    page means that Reddit refuses this server.
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
