"""The commands of the command line, with their checked arguments."""

from dataclasses import dataclass
from pathlib import Path

from client.export import Direction, ExportedChapters, ExportFormat
from client.lettering import LetteringFile
from client.plan import PlanFile
from client.state import ImageKind
from shared.models.http.admin import GenerationStatus
from shared.models.http.requests import GenerateMangaRequest, Origin


@dataclass(frozen=True)
class Generate:
    """Start a generation and save its comic in `out` (None: a new folder).

    Without `is_agreed`, the user is asked before it may cost more than `max_price` dollars (None: anything).
    """

    request: GenerateMangaRequest
    out: Path | None
    max_price: float | None
    is_agreed: bool


@dataclass(frozen=True)
class Estimate:
    """Estimate a generation."""

    request: GenerateMangaRequest


@dataclass(frozen=True)
class Attach:
    """Save the comic of a generation that was started earlier."""

    generation_id: str
    out: Path | None


@dataclass(frozen=True)
class Retry:
    """Draw the missing images and, with `wait`, save the comic; `max_price` and `is_agreed` as in Generate."""

    generation_id: str
    out: Path | None
    wait: bool
    max_price: float | None
    is_agreed: bool


@dataclass(frozen=True)
class Redo:
    """Draw one image again; `index` counts from 0, as in the app's paths. `origin` is what it is drawn from."""

    generation_id: str
    kind: ImageKind
    index: int
    instructions: str | None
    origin: Origin
    out: Path | None
    wait: bool


@dataclass(frozen=True)
class SavePlan:
    """Save the plan in a file to edit it (None: the comic's default folder)."""

    generation_id: str
    out: Path | None


@dataclass(frozen=True)
class PutPlan:
    """Replace the plan by an edited one."""

    generation_id: str
    edited: PlanFile


@dataclass(frozen=True)
class SaveLettering:
    """Save the texts of a comic in one language (None: its own) in a file to edit them."""

    generation_id: str
    language: str | None
    out: Path | None


@dataclass(frozen=True)
class PutLettering:
    """Replace the texts of a comic by edited ones."""

    generation_id: str
    edited: LetteringFile


@dataclass(frozen=True)
class Translate:
    """Translate the texts of a comic into a language."""

    generation_id: str
    language: str


@dataclass(frozen=True)
class Choose:
    """Let an earlier version of an image count; `index` counts from 0, `version` from 1."""

    generation_id: str
    kind: ImageKind
    index: int
    version: int


@dataclass(frozen=True)
class Share:
    """Make a link that anybody can read the comic with, for so many days (None: the app's default)."""

    generation_id: str
    days: int | None


@dataclass(frozen=True)
class Unshare:
    """Revoke the link of a comic."""

    generation_id: str


@dataclass(frozen=True)
class Status:
    """Show the state of a generation."""

    generation_id: str


@dataclass(frozen=True)
class Cancel:
    """Stop a generation."""

    generation_id: str


@dataclass(frozen=True)
class Export:
    """Save a comic as one file; `out` is a file or an existing folder (None: the comic's default folder)."""

    generation_id: str
    format: ExportFormat
    direction: Direction | None
    chapters: ExportedChapters
    language: str | None
    out: Path | None


@dataclass(frozen=True)
class Delete:
    """Delete a generation from the app."""

    generation_id: str


@dataclass(frozen=True)
class ListGenerations:
    """List the app's generations, starting at a token."""

    status: GenerationStatus | None
    limit: int
    token: str | None


@dataclass(frozen=True)
class ShowMetrics:
    """Show the app's metrics of the last hours."""

    hours: int


type StreamCommand = Generate | Attach | Retry | Redo
type LetteringCommand = SaveLettering | PutLettering | Translate
type LookUp = Estimate | Status | SavePlan | Export | ListGenerations | ShowMetrics
type Change = Cancel | Retry | Redo | PutPlan | Choose | Share | Unshare | Delete
type CallCommand = LookUp | Change | LetteringCommand
type Command = StreamCommand | CallCommand
