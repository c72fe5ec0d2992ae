"""Protocols for what the app needs from outside: models, storage, the durable engine, Reddit and GitHub."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, JsonValue

from shared.images.image import Image
from shared.models.http.outside.issue_report import IssueReport
from shared.models.http.outside.reddit import RedditPost
from shared.models.http.outside.reddit_address import RedditAddress
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.usage import Usage

type AspectRatio = Literal["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image in a prompt, after a line of text with its number (see `shared.model.prompts.images`)."""

    label: str
    image: Image


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked: its rules, the task with its data, and the reference images."""

    rules: str
    task: str
    images: tuple[LabelledImage, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered[Value]:
    """The model's answer and its usage."""

    value: Value
    used: Usage

    def map[Other](self, make: Callable[[Value], Other]) -> "Answered[Other]":
        """Return an answer with another value and the same usage."""
        return Answered(make(self.value), self.used)


class TextModel(Protocol):
    """A model that answers with JSON of a given shape."""

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """Return the model's answer, validated as `shape`.

        Raises:
            ModelError: there is no answer. The class says why and whether to retry, and `used` has the usage of the
                failed call.
        """
        ...


class ImageModel(Protocol):
    """A model that draws."""

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = IMAGE_SIZE) -> Answered[Image]:
        """Return an image of about that size, which is known to decode.

        Raises:
            ModelError: there is no image. The class says why and whether to retry, and `used` has the usage of the
                failed call.
        """
        ...


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored blob and its entity tag."""

    content: bytes
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class ListedBlob:
    """A stored blob in a list. `written_at` is aware, in UTC; each write changes the `etag`."""

    name: str
    written_at: datetime
    etag: str
    notes: Mapping[str, str] = field(default_factory=dict[str, str])


class BlobStore(Protocol):
    """Durable storage of named blobs. Every method raises StorageUnavailable if the storage does not answer."""

    async def read(self, name: str) -> Blob | None:
        """Return the blob, or None if there is none of that name."""
        ...

    async def exists(self, name: str) -> bool:
        """Return whether there is a blob of that name."""
        ...

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        """Store the blob with these notes (metadata), unless there is one of that name. Atomic.

        Return its entity tag, or None if there is one already.
        """
        ...

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        """Store the blob, replacing any of that name. Atomic."""
        ...

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        """Replace the blob that has this entity tag, and return the new tag. Atomic.

        Return None, with nothing stored, if the blob has changed or is gone.
        """
        ...

    async def notes(self, name: str) -> Mapping[str, str] | None:
        """Return the blob's notes, or None if there is no blob of that name."""
        ...

    async def delete(self, name: str) -> None:
        """Remove the blob, if there is one."""
        ...

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        """Remove the blob if it still has this entity tag. Atomic."""
        ...

    def names(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names of all blobs that begin with the prefix."""
        ...

    def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        """Yield all blobs whose names begin with the prefix, in the order of their names."""
        ...


type RunState = Literal["pending", "running", "suspended", "completed", "failed", "terminated"]
OVER: frozenset[RunState] = frozenset({"completed", "failed", "terminated"})
UNDER_WAY: frozenset[RunState] = frozenset({"pending", "running", "suspended"})


@dataclass(frozen=True, slots=True)
class Run:
    """An orchestration as the engine reports it. Times are aware, in UTC."""

    instance_id: str
    state: RunState
    custom_status: JsonValue
    created_at: datetime
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether this run has ended."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which orchestrations to list (empty `states`: any state), and how many per page."""

    limit: int
    states: frozenset[RunState] = frozenset()
    created_after: datetime | None = None
    created_before: datetime | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of orchestrations; `next_token` is for the next page (None: this is the last)."""

    runs: Sequence[Run]
    next_token: str | None


class Engine(Protocol):
    """The durable engine. Every method raises EngineUnavailable if it does not answer."""

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        """Start an orchestration with this id, replacing one that is over; return whether it was started.

        One that is running with this id is left as it is.
        """
        ...

    async def run(self, instance_id: str) -> Run | None:
        """Return the orchestration of that id, or None."""
        ...

    async def runs(self, prefix: str) -> Sequence[Run]:
        """Return all orchestrations whose ids begin with the prefix."""
        ...

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        """Return one page of the matching orchestrations, the first one without a token.

        A token that the engine did not create finds none.
        """
        ...

    async def raise_event(self, instance_id: str, event: str) -> None:
        """Raise an event for an orchestration; one that is over ignores it."""
        ...

    async def terminate(self, instance_id: str, reason: str) -> None:
        """Terminate an orchestration; one that is over stays as it is."""
        ...

    async def purge(self, instance_id: str) -> None:
        """Remove an orchestration that is over, including its history."""
        ...


class PostSource(Protocol):
    """A source of posts that can become stories."""

    async def post(self, address: RedditAddress) -> RedditPost:
        """Return a post with a text; for a crosspost, the original.

        Raises:
            PostHasNoText: it is an image, a gallery, a video, a poll or a link without a text.
            PostNotFound, PostPrivate, PostRemoved: it is not available.
            RedditUnavailable: it is not available right now.
        """
        ...


class IssueTracker(Protocol):
    """Takes reports from users."""

    async def report(self, report: IssueReport) -> str:
        """Submit a report; return the address that will show it.

        Raises:
            NotConfigured: there is no issue tracker.
            IssueTrackerUnavailable: it did not take the report.
        """
        ...
