"""A comic as it is taken away: all that is drawn of a generation, and what is known of the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.images.image import Image
from shared.models.story import PanelPlan, StoryAnalysis, StoryBreakdown, Style

type Direction = Literal["rtl", "ltr"]
type ExportFormat = Literal["zip", "cbz", "pdf", "png"]

MEDIA_TYPES: dict[ExportFormat, str] = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "png": "image/png",
}
DIRECTIONS: dict[Style, Direction] = {"manga": "rtl", "comic": "ltr"}
"""How each style is read."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One planned panel; `image` is None where none is drawn (yet)."""

    plan: PanelPlan
    image: Image | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """A character's sheet; `number` counts from 1 in the analysis."""

    number: int
    name: str
    image: Image


@dataclass(frozen=True, slots=True)
class Comic:
    """What there is of a generation. `created_at` is when it was started."""

    direction: Direction
    created_at: datetime
    analysis: StoryAnalysis
    breakdown: StoryBreakdown | None
    panels: tuple[Panel, ...]
    cast: tuple[Portrait, ...]

    @property
    def title(self) -> str:
        """The story's title."""
        return self.analysis.title


def panel_text(panel: Panel, number: int, count: int) -> str:
    """Return what a panel shows and says, for those who can't see it."""
    plan = panel.plan
    parts = [f"Panel {number} of {count}. {plan.scene_description}"]
    if plan.dialogue:
        parts.append(f"Dialogue: {plan.dialogue}")
    return " ".join(parts)
