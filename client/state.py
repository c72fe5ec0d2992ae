"""The answer of `GET /api/generations/{id}`."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.models.base import WireModel
from shared.models.http.lettering import LanguageStatus
from shared.models.http.share import ShareLink
from shared.models.lettering import LetteringMode
from shared.models.prices import ImageSize
from shared.models.story import Aspect, Style
from shared.models.usage import CostReport, UsageReport

type ImageKind = Literal["character", "panel"]


class Counts(WireModel):
    """How many images of a kind are done, failed and planned."""

    done: int = 0
    failed: int = 0
    total: int | None = None


class Progress(WireModel):
    """How many images are done."""

    characters: Counts = Field(default_factory=Counts)
    panels: Counts = Field(default_factory=Counts)


class ImageVersions(WireModel):
    """All drawn versions of an image, and the one that counts (None: none is drawn)."""

    versions: tuple[int, ...] = ()
    version: int | None = None


class Images(WireModel):
    """The versions of each character and panel, by 0-based index."""

    characters: tuple[ImageVersions, ...] = ()
    panels: tuple[ImageVersions, ...] = ()


class ChapterState(WireModel):
    """A chapter of the generation's book; `number` counts from 1. One that is `waiting` has not begun."""

    number: int
    id: str
    title: str | None = None
    status: Literal["running", "completed", "failed", "cancelled", "waiting"]


class GenerationState(WireModel):
    """The current state of a generation; times are in UTC.

    `language` is the story's (BCP 47), if it is known. `style`, `no_dialogue`, `aspect`, `image_size`, `usage` (model
    calls, tokens, images and their price) and `cost` (the same by part) are None if the app is too old to send them;
    `cost` also if the generation is older than that. `stopped_after` is `plan` if the plan waits to be drawn.
    `chapters` are those of its book, itself among them; none if it is alone. `languages` are those of its texts, if its
    `lettering` is `text`.
    """

    status: Literal["running", "completed", "failed", "cancelled"]
    phase: str | None = None
    title: str | None = None
    language: str | None = None
    style: Style | None = None
    no_dialogue: bool | None = None
    style_text: str | None = None
    aspect: Aspect | None = None
    image_size: ImageSize | None = None
    last_seq: int
    progress: Progress = Field(default_factory=Progress)
    usage: UsageReport | None = None
    cost: CostReport | None = None
    share: ShareLink | None = None
    chapters: tuple[ChapterState, ...] = ()
    lettering: LetteringMode | None = None
    languages: tuple[LanguageStatus, ...] = ()
    images: Images = Field(default_factory=Images)
    stopped_after: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether no more results will follow."""
        return self.status != "running"
