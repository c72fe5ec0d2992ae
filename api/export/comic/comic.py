"""A comic to export: what is drawn of a generation, and the plan of the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shared.images.image import Image
from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.lettering import PanelLettering, SetText
from shared.models.story import Aspect, Direction, PanelPlan, StoryAnalysis, StoryBreakdown, Style
from shared.text.clean import one_line

type ExportFormat = Literal["zip", "cbz", "pdf", "epub", "webtoon", "png", "json"]
type Rendering = ExportFormat | Literal["cover"]
"""What can be made of a comic. The cover, a JPEG, is for previews of links and no export format."""

MEDIA_TYPES: dict[ExportFormat, str] = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
    "webtoon": "application/zip",
    "png": "image/png",
    "json": "application/json",
}
COVER_PX = (1200, 630)
"""The cover's size, which link previews (Open Graph) show whole: https://developers.facebook.com/docs/sharing/webmasters/images"""
APP_NAME = "story-to-manga"


@dataclass(frozen=True, slots=True)
class Panel:
    """A planned panel; `image` is None if it is not drawn (yet)."""

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
    """A comic, complete or not.

    `id` is that of its generation; readers of a file may not learn it. `created_at` is when the generation was started.
    `language` is that of its texts (BCP 47), None if it isn't known. `model` has drawn the images. `project` is the
    address of the app's project, if there is one to name. `aspect` is the shape that panels were asked for.
    `letterings` are set over the pictures of these panels; there are none if the model has drawn the texts.
    """

    id: str
    style: Style
    direction: Direction
    created_at: datetime
    analysis: StoryAnalysis
    breakdown: StoryBreakdown | None
    panels: tuple[Panel, ...]
    cast: tuple[Portrait, ...]
    language: str | None = None
    model: str | None = None
    project: str | None = None
    aspect: Aspect = "auto"
    letterings: Mapping[int, PanelLettering] = field(default_factory=dict[int, PanelLettering])

    @property
    def title(self) -> str:
        """The story's title."""
        return self.analysis.title

    @property
    def images(self) -> tuple[Image, ...]:
        """All its images: those of the panels that are drawn, and the sheets."""
        panels = (panel.image for panel in self.panels if panel.image is not None)
        return (*panels, *(portrait.image for portrait in self.cast))

    @property
    def missing_count(self) -> int:
        """How many of its panels are not drawn."""
        return sum(panel.image is None for panel in self.panels)


def planned_sides(plan: PanelPlan, aspect: Aspect = "auto") -> tuple[int, int]:
    """Return the aspect ratio that the app asks the model for, as width and height, such as 16 and 9."""
    width, _, height = panel_aspect_ratio(plan.camera_angle, aspect).partition(":")
    return int(width), int(height)


def panel_text(panel: Panel, number: int, count: int, lettering: PanelLettering | None = None) -> str:
    """Return a panel's alternative text: its scene, and what is written in it."""
    scene = scene_text(panel, number, count)
    if lettering is not None:
        return " ".join((scene, *(spoken_text(text) for text in lettering.texts)))
    return f"{scene} Dialogue: {panel.plan.dialogue}" if panel.plan.dialogue else scene


def scene_text(panel: Panel, number: int, count: int) -> str:
    """Return what is seen in a panel."""
    return f"Panel {number} of {count}. {panel.plan.scene_description}"


def spoken_text(text: SetText) -> str:
    """Return a text with its speaker."""
    return f"{text.speaker}: {text.text}" if text.speaker else text.text


def kind_line(comic: Comic) -> str:
    """Return what kind of comic it is, such as "A manga in 8 panels"."""
    count = len(comic.panels)
    return f"A {comic.style} in {count} {'panel' if count == 1 else 'panels'}" if count else f"A {comic.style}"


def cast_line(comic: Comic) -> str:
    """Return the names of the cast."""
    return " \u00b7 ".join(one_line(character.name) for character in comic.analysis.characters)
