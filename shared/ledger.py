"""The ledger: an orchestration's custom status, one short entry per result, each with its `seq`.

Nothing else gives out a `seq`: entry n of the ledger is message n of the stream, to every reader, for ever.
The platform fails an orchestration whose custom status is over 16 KB as UTF-16 JSON, so entries hold
kinds and numbers only; texts and images are found in storage by them (`shared.names`).
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from shared.models.base import WireModel

MAX_STATUS_BYTES = 16 * 1024
MAX_TITLE_LENGTH = 80

type Phase = Literal["analysis", "characters", "panels", "ended"]


class AnalysisEntry(WireModel):
    """The analysis is there."""

    kind: Literal["analysis"] = "analysis"


class ChunksEntry(WireModel):
    """The breakdown into panels is there."""

    kind: Literal["chunks"] = "chunks"


class ImageEntry(WireModel):
    """A character's sheet or a panel is there, or has failed for good (`failure` is its code)."""

    kind: Literal["character", "panel"]
    index: int
    version: int = 1
    failure: str | None = None


class CompleteEntry(WireModel):
    """The generation ran to its end."""

    kind: Literal["complete"] = "complete"


class CriticalEntry(WireModel):
    """The generation ended early: the step that it can't do without has failed for good."""

    kind: Literal["critical"] = "critical"
    step: Literal["analysis", "chunks"]
    failure: str


type Entry = Annotated[
    AnalysisEntry | ChunksEntry | ImageEntry | CompleteEntry | CriticalEntry,
    Field(discriminator="kind"),
]


class Ledger(WireModel):
    """What a generation has come to; also what a person sees of it in the portal."""

    phase: Phase = "analysis"
    title: str | None = None
    characters: int | None = None
    panels: int | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the last entry ends the stream."""
        return bool(self.entries) and isinstance(self.entries[-1], CompleteEntry | CriticalEntry)

    def to_status(self) -> dict[str, JsonValue]:
        """Return the ledger as the custom status that an orchestration publishes."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def with_entry(self, entry: Entry, **changes: object) -> "Ledger":
        """Return the ledger with one more entry, and fields changed with it."""
        return self.model_copy(update={"entries": (*self.entries, entry), **changes})

    def failed(self, kind: Literal["character", "panel"]) -> tuple[int, ...]:
        """Return the 0-based indexes whose latest entry is a failure, in order."""
        latest = {entry.index: entry for entry in self._images(kind)}
        return tuple(sorted(index for index, entry in latest.items() if entry.failure is not None))

    def drawn(self, kind: Literal["character", "panel"]) -> dict[int, int]:
        """Return the latest version that is there, by 0-based index."""
        return {entry.index: entry.version for entry in self._images(kind) if entry.failure is None}

    def open_indexes(self, kind: Literal["character", "panel"]) -> list[int]:
        """Return the 0-based indexes of which there is nothing yet, neither an image nor a failure."""
        count = self.characters if kind == "character" else self.panels
        settled = {entry.index for entry in self._images(kind)}
        return [index for index in range(count or 0) if index not in settled]

    def _images(self, kind: Literal["character", "panel"]) -> list[ImageEntry]:
        return [entry for entry in self.entries if isinstance(entry, ImageEntry) and entry.kind == kind]


def short_title(title: str) -> str:
    """Return the title, cut to what the ledger has room for."""
    return title if len(title) <= MAX_TITLE_LENGTH else title[: MAX_TITLE_LENGTH - 1] + "…"
