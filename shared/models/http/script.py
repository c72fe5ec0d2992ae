"""`format=json`: a comic as data, for other programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import RootModel

from shared.models.base import WireModel
from shared.models.lettering import LetteringMode, PanelLettering
from shared.models.story import PanelPlan, StoryAnalysis, Style

type SchemaVersion = Literal[1]
SCHEMA_VERSION: SchemaVersion = 1
"""It is raised when a field changes its meaning or goes away. Fields may be added at any time."""


class ScriptImage(WireModel):
    """A drawn image: its path in this app, which needs the app's key, and the number of its drawing, from 1."""

    path: str
    version: int


class ScriptCharacter(WireModel):
    """A character, by its 0-based index in the analysis, and its sheet: `image` is null if it is not drawn."""

    index: int
    name: str
    image: ScriptImage | None


class ScriptPanel(WireModel):
    """A planned panel, by its 0-based index, and the shape that is asked for it, such as `16:9`.

    `image` is null if it is not drawn. `lettering` has the texts as they are set over the picture; there is none in
    comics whose lettering is drawn.
    """

    index: int
    plan: PanelPlan
    aspect_ratio: str
    image: ScriptImage | None
    lettering: PanelLettering | None = None


class ComicScript(WireModel):
    """A comic. `language` (BCP 47) is that of the title and the lettering, `languages` are all that there are.

    `schema_version` is raised when a field changes its meaning or goes away; fields may be added at any time. `number`
    is the chapter's number in its book, from 1. There are no `panels` before the plan has them.
    """

    schema_version: SchemaVersion
    id: str
    number: int
    title: str
    style: Style
    reading_direction: Literal["rtl", "ltr"]
    lettering: LetteringMode
    language: str | None = None
    languages: tuple[str, ...]
    created_at: datetime
    analysis: StoryAnalysis
    cast: tuple[ScriptCharacter, ...]
    panels: tuple[ScriptPanel, ...]


class BookScript(WireModel):
    """All chapters of a book in reading order. The title is the first one's."""

    schema_version: SchemaVersion
    title: str
    chapters: tuple[ComicScript, ...]


class ExportedScript(RootModel[ComicScript | BookScript]):
    """The comic as data; with `chapters=all`, its book."""

    @property
    def comics(self) -> Sequence[ComicScript]:
        """The comic, or those of the book."""
        return self.root.chapters if isinstance(self.root, BookScript) else (self.root,)
