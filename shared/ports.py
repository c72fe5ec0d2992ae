"""What the app needs from the outside, as small protocols; `shared.adapters` has the real ones."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, JsonValue

from shared.images.image import Image
from shared.models.http.issue_report import IssueReport
from shared.models.http.reddit import RedditPost
from shared.models.http.reddit_address import RedditAddress
from shared.models.usage import Usage

type AspectRatio = Literal["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image that goes into a prompt behind a line of text: its number (see `shared.model.prompts.images`)."""

    label: str
    image: Image


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked: its rules, the task with its data, and the images it may look at."""

    rules: str
    task: str
    images: tuple[LabelledImage, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered[Value]:
    """What the model answered, and what that used."""

    value: Value
    used: Usage

    def map[Other](self, make: Callable[[Value], Other]) -> "Answered[Other]":
        """Return what is made of the answer, which used the same."""
        return Answered(make(self.value), self.used)


class TextModel(Protocol):
    """A model that answers with JSON of a given shape."""

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """Return the model's answer, validated as `shape`.

        Raises:
            ModelError: there is no answer; the class says why and whether another try is worth it, and `used` what
                the call used all the same.
        """
        ...


class ImageModel(Protocol):
    """A model that draws."""

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio) -> Answered[Image]:
        """Return an image that decodes.

        Raises:
            ModelError: there is no image; the class says why and whether another try is worth it, and `used` what
                the call used all the same.
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
    """A stored blob as a list shows it; `written_at` is aware, in UTC. Each write gives it another `etag`."""

    name: str
    written_at: datetime
    etag: str
    notes: Mapping[str, str] = field(default_factory=dict[str, str])


class BlobStore(Protocol):
    """Durable storage of named blobs. Every method raises StorageUnavailable when storage does not answer."""

    async def read(self, name: str) -> Blob | None:
        """Return the blob, or None if there is none of that name."""
        ...

    async def exists(self, name: str) -> bool:
        """Tell whether there is a blob of that name."""
        ...

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        """Store the blob, carrying these notes, unless there is one of that name. Atomic.

        Return its entity tag, or None if there is one already.
        """
        ...

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        """Store the blob in the place of whatever has that name. Atomic."""
        ...

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        """Store the blob in the place of the one with that entity tag, and return the new tag. Atomic.

        Return None, with nothing stored, if the blob of that name has changed since or is gone.
        """
        ...

    async def notes(self, name: str) -> Mapping[str, str] | None:
        """Return the notes that the blob carries, or None if there is no blob of that name."""
        ...

    async def delete(self, name: str) -> None:
        """Remove the blob, if there is one."""
        ...

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        """Remove the blob if it is the one with that entity tag. Atomic."""
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
        """Whether nothing of this run will change any more."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which orchestrations are asked for (empty `states`: of any state), and how many at most at a time."""

    limit: int
    states: frozenset[RunState] = frozenset()
    created_after: datetime | None = None
    created_before: datetime | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some of the orchestrations that were asked for; `next_token` asks for more (None: these were the last)."""

    runs: Sequence[Run]
    next_token: str | None


class Engine(Protocol):
    """The durable engine. Every method raises EngineUnavailable when it does not answer."""

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        """Start an orchestration under the id, in the place of one that is over; tell whether it was started.

        One that runs under the id already is left as it is.
        """
        ...

    async def run(self, instance_id: str) -> Run | None:
        """Return the orchestration of that id, or None."""
        ...

    async def runs(self, prefix: str) -> Sequence[Run]:
        """Return all orchestrations whose ids begin with the prefix."""
        ...

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        """Return some of the orchestrations that match, from where the token points to.

        A token that the engine never gave out finds none.
        """
        ...

    async def raise_event(self, instance_id: str, event: str) -> None:
        """Let an orchestration know of an event; one that is over takes no notice."""
        ...

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an orchestration where it is; one that is over stays as it is."""
        ...

    async def purge(self, instance_id: str) -> None:
        """Remove an orchestration that is over, its history included."""
        ...


class PostSource(Protocol):
    """Where posts come from that can become stories."""

    async def post(self, address: RedditAddress) -> RedditPost:
        """Return a post with a text; of a crosspost, the original.

        Raises:
            PostHasNoText: it is an image, a gallery, a video, a poll or a link without a text.
            PostNotFound, PostPrivate, PostRemoved: it can't be had.
            RedditUnavailable: it can't be had right now.
        """
        ...


class IssueTracker(Protocol):
    """Where reports of users go."""

    async def report(self, report: IssueReport) -> None:
        """Hand a report over.

        Raises:
            NotConfigured: there is no issue tracker.
            IssueTrackerUnavailable: it did not take the report.
        """
        ...
