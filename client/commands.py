"""What the command line can be asked to do: one value for each command, read and checked."""

from dataclasses import dataclass
from pathlib import Path

from client.export import Direction, ExportFormat
from client.state import ImageKind
from shared.models.http.admin import GenerationStatus
from shared.models.http.requests import GenerateMangaRequest


@dataclass(frozen=True)
class Connection:
    """Where the app is, and the function key that it may ask for."""

    url: str
    key: str | None


@dataclass(frozen=True)
class Generate:
    """Start a generation and receive its comic into `out` (None: a folder of its own)."""

    request: GenerateMangaRequest
    out: Path | None


@dataclass(frozen=True)
class Estimate:
    """Tell what a generation would take."""

    request: GenerateMangaRequest


@dataclass(frozen=True)
class Attach:
    """Receive a generation that was started before."""

    generation_id: str
    out: Path | None


@dataclass(frozen=True)
class Retry:
    """Have what is missing drawn and, with `wait`, receive the comic to its new end."""

    generation_id: str
    out: Path | None
    wait: bool


@dataclass(frozen=True)
class Redo:
    """Have one image drawn again; `index` is 0-based, as in the app's addresses."""

    generation_id: str
    kind: ImageKind
    index: int
    instructions: str | None
    out: Path | None
    wait: bool


@dataclass(frozen=True)
class Status:
    """Tell how a generation stands."""

    generation_id: str


@dataclass(frozen=True)
class Cancel:
    """Stop a generation."""

    generation_id: str


@dataclass(frozen=True)
class Export:
    """Save a comic as one file; `out` is a file or a folder that exists (None: the comic's own folder)."""

    generation_id: str
    format: ExportFormat
    direction: Direction | None
    out: Path | None


@dataclass(frozen=True)
class Delete:
    """Remove a generation from the app."""

    generation_id: str


@dataclass(frozen=True)
class AdminList:
    """List the app's generations, from a token on."""

    status: GenerationStatus | None
    limit: int
    token: str | None


@dataclass(frozen=True)
class AdminMeasure:
    """Tell how the app did in the last hours."""

    hours: int


type Watched = Generate | Attach | Retry | Redo
type Administered = AdminList | AdminMeasure
type Asked = Estimate | Status | Cancel | Retry | Redo | Export | Delete
type Command = Watched | Asked | Administered
