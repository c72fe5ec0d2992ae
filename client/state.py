"""What `GET /api/generations/{id}` says about a generation."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.models.base import WireModel
from shared.models.story import Style
from shared.models.usage import UsageReport

type ImageKind = Literal["character", "panel"]


class Counts(WireModel):
    """How many of a kind are done, have failed, and are planned."""

    done: int = 0
    failed: int = 0
    total: int | None = None


class Progress(WireModel):
    """How far the drawing is."""

    characters: Counts = Field(default_factory=Counts)
    panels: Counts = Field(default_factory=Counts)


class GenerationState(WireModel):
    """A generation as it stands; times are in UTC.

    `style`, `no_dialogue` and `usage` (calls of the model, tokens, images and their price) are None where an older
    app does not tell them.
    """

    status: Literal["running", "completed", "failed", "cancelled"]
    phase: str | None = None
    title: str | None = None
    style: Style | None = None
    no_dialogue: bool | None = None
    last_seq: int
    progress: Progress = Field(default_factory=Progress)
    usage: UsageReport | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is going to come."""
        return self.status != "running"
