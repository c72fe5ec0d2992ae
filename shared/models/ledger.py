"""The ledger: an orchestration's custom status, one short entry per result, each with its `seq`.

Entry n of the ledger is message n of the stream, for every reader, always; nothing else assigns a `seq`.
The platform fails an orchestration whose custom status exceeds 16 KB as UTF-16 JSON, so entries hold
kinds and numbers only; texts and images are found in storage by them (`shared.names`).
"""

from typing import Annotated, Literal, TypeGuard

from pydantic import Field, JsonValue

from shared.models.base import WireModel
from shared.models.retried import Retried
from shared.models.step_ref import ImageKind, StepRef, TextKind
from shared.models.story import StopAfter
from shared.models.usage import Usage
from shared.text.clean import shorten

MAX_STATUS_BYTES = 16 * 1024
MAX_TITLE_LENGTH = 80

type Phase = Literal["analysis", "characters", "panels", "ended"]


class _TextEntry(WireModel):
    """One of the two texts of the plan is there: made by the model or, with a `plan` (its token), edited by a client.

    Images at the `outdated` indexes, drawn before this entry, no longer count. `count_before` is how many characters or
    panels the plan had before it was edited.
    """

    retried: Retried | None = None
    plan: str | None = None
    outdated: Annotated[tuple[int, ...], Field(exclude_if=lambda outdated: not outdated)] = ()
    count_before: int | None = None


class AnalysisEntry(_TextEntry):
    """The analysis is done, or edited."""

    kind: Literal["analysis"] = "analysis"


class ChunksEntry(_TextEntry):
    """The breakdown into panels is done, or edited."""

    kind: Literal["chunks"] = "chunks"


class ImageEntry(WireModel):
    """A character's sheet or a panel was drawn, or has failed for good (`failure` is the code)."""

    kind: ImageKind
    index: int
    version: int = 1
    failure: str | None = None
    retried: Retried | None = None

    def ref(self, generation_id: str) -> StepRef:
        """Return the step that this entry is about."""
        return StepRef(generation_id=generation_id, kind=self.kind, index=self.index, version=self.version)


class CompleteEntry(WireModel):
    """The round ran to its end. `used` is the ledger's usage at that time, without later rounds.

    `stopped_after`: the plan is there, and not all of its images are drawn, as the client wished.
    """

    kind: Literal["complete"] = "complete"
    used: Usage | None = None
    stopped_after: StopAfter | None = None


class CriticalEntry(WireModel):
    """The generation ended early: a step that it can't do without has failed for good."""

    kind: Literal["critical"] = "critical"
    step: TextKind
    version: int = 1
    failure: str
    retried: Retried | None = None

    def ref(self, generation_id: str) -> StepRef:
        """Return the step that this entry is about."""
        return StepRef(generation_id=generation_id, kind=self.step, version=self.version)


class CancelledEntry(WireModel):
    """The generation was cancelled."""

    kind: Literal["cancelled"] = "cancelled"


class BrokenEntry(WireModel):
    """The generation's orchestration ended without a closing entry: something went wrong in this app."""

    kind: Literal["broken"] = "broken"


type ClosingEntry = CompleteEntry | CriticalEntry | CancelledEntry | BrokenEntry
CLOSING_ENTRIES = (CompleteEntry, CriticalEntry, CancelledEntry, BrokenEntry)
type Entry = Annotated[
    AnalysisEntry | ChunksEntry | ImageEntry | CompleteEntry | CriticalEntry | CancelledEntry | BrokenEntry,
    Field(discriminator="kind"),
]


class Ledger(WireModel):
    """The results of a generation so far, as clients and the portal see them.

    A generation ends with a closing entry. A retry or a redo reopens it: further entries continue with the next `seq`,
    and the round ends with another closing entry. The ledger in a status may start later than at 1: `first_seq` is the
    `seq` of its first entry, and the entries before that are in the saved ledger.
    `used` is the usage of its results, each counted once; that of failures is in their failure records. It is None
    while nothing was counted. `language` is the story's (BCP 47), if the analysis has one. `stop_after`: the running
    round draws nothing.
    """

    phase: Phase = "analysis"
    title: str | None = None
    language: str | None = None
    characters: int | None = None
    panels: int | None = None
    used: Usage | None = None
    first_seq: int = 1
    stop_after: StopAfter | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the last entry ends the stream."""
        return self.phase == "ended"

    @property
    def last_seq(self) -> int:
        """The last entry's `seq`; 0 if there is none."""
        return self.first_seq + len(self.entries) - 1

    @property
    def round(self) -> int:
        """How many rounds have ended: 0 during the first one."""
        return sum(isinstance(entry, CLOSING_ENTRIES) for entry in self.entries)

    def to_status(self, first_seq: int = 1) -> dict[str, JsonValue]:
        """Return the custom status that an orchestration publishes: the ledger from a `seq` on."""
        shown = self.model_copy(update={"first_seq": first_seq, "entries": self.entries[first_seq - self.first_seq :]})
        return shown.model_dump(mode="json", by_alias=True, exclude_none=True)

    def continuing(self, saved: "Ledger") -> "Ledger":
        """Return this ledger with the entries before it, from the saved ledger."""
        missing = saved.entries[: self.first_seq - 1]
        return self.model_copy(update={"first_seq": 1, "entries": (*missing, *self.entries)})

    def until(self, seq: int) -> "Ledger":
        """Return the ledger up to the entry with this `seq`, with the plan of that time."""
        counts = {
            "characters" if entry.kind == "analysis" else "panels": entry.count_before
            for entry in reversed(self.entries[seq:])
            if isinstance(entry, AnalysisEntry | ChunksEntry) and entry.plan is not None
        }
        return self.model_copy(update={"entries": self.entries[:seq], **counts})

    @property
    def plan(self) -> str | None:
        """The token of the edited plan that counts; None for the plan that the model made."""
        tokens = (entry.plan for entry in reversed(self.entries) if isinstance(entry, AnalysisEntry))
        return next(tokens, None)

    @property
    def stopped_after(self) -> StopAfter | None:
        """After what the last round stopped as the client wished, if it did."""
        last = self.entries[-1] if self.is_closed else None
        return last.stopped_after if isinstance(last, CompleteEntry) else None

    def reopened(self, stop_after: StopAfter | None = None) -> "Ledger":
        """Return the ledger, open for a further round."""
        phase = "analysis" if self.characters is None else "panels"
        if self.characters is not None and (self.panels is None or self.untried("character")):
            phase = "characters"
        return self.model_copy(update={"phase": phase, "stop_after": stop_after})

    def with_entry(self, entry: Entry, **changes: object) -> "Ledger":
        """Return the ledger with one more entry and these fields changed."""
        return self.model_copy(update={"entries": (*self.entries, entry), **changes})

    def with_used(self, used: Usage | None) -> "Ledger":
        """Return the ledger with the usage of one more result."""
        return self if used is None else self.model_copy(update={"used": (self.used or Usage()) + used})

    def closed(self, entry: ClosingEntry) -> "Ledger":
        """Return the ledger with its closing entry."""
        return self.with_entry(entry, phase="ended", stop_after=None)

    def drawn(self, kind: ImageKind) -> dict[int, int]:
        """Return the latest drawn version of each image, by 0-based index."""
        return {entry.index: entry.version for entry in self._images(kind) if entry.failure is None}

    def versions(self, kind: ImageKind) -> dict[int, tuple[int, ...]]:
        """Return all drawn versions of each image, by 0-based index."""
        versions: dict[int, tuple[int, ...]] = {}
        for entry in self._images(kind):
            if entry.failure is None:
                versions[entry.index] = (*versions.get(entry.index, ()), entry.version)
        return versions

    def failed(self, kind: ImageKind) -> tuple[int, ...]:
        """Return the 0-based indexes of images that were tried but never drawn, in order."""
        tried = {entry.index for entry in self._images(kind)}
        return tuple(sorted(tried - self.drawn(kind).keys()))

    def missing(self, kind: ImageKind) -> list[int]:
        """Return the 0-based indexes of planned images that were never drawn, in order."""
        return [index for index in range(self.planned(kind)) if index not in self.drawn(kind)]

    def untried(self, kind: ImageKind) -> list[int]:
        """Return the 0-based indexes of planned images that have no entry yet, in order."""
        tried = {entry.index for entry in self._images(kind)}
        return [index for index in range(self.planned(kind)) if index not in tried]

    @property
    def is_all_tried(self) -> bool:
        """Whether everything is planned, and each planned image was tried."""
        return self.panels is not None and not self.untried("character") and not self.untried("panel")

    def next_version(self, kind: ImageKind, index: int) -> int:
        """Return the next version of an image: each version is tried in one round only.

        A plan that outdates the image skips one: a cancelled round may have drawn it without an entry.
        """
        version = 0
        for entry in self.entries:
            if isinstance(entry, ImageEntry) and (entry.kind, entry.index) == (kind, index):
                version = max(version, entry.version)
            elif _outdates(entry, kind) and index in entry.outdated:
                version += 1
        return version + 1

    def planned(self, kind: ImageKind) -> int:
        """Return how many images of the kind are planned; 0 if that is not known yet."""
        return (self.characters if kind == "character" else self.panels) or 0

    def _images(self, kind: ImageKind) -> list[ImageEntry]:
        """Return the entries about images of the plan, without outdated ones."""
        planned = self.characters if kind == "character" else self.panels
        images: list[ImageEntry] = []
        for entry in self.entries:
            if isinstance(entry, ImageEntry) and entry.kind == kind:
                images.append(entry)
            elif _outdates(entry, kind):
                images = [image for image in images if image.index not in entry.outdated]
        return [image for image in images if planned is None or image.index < planned]


def _outdates(entry: "Entry", kind: ImageKind) -> TypeGuard[AnalysisEntry | ChunksEntry]:
    """Return whether the entry is about the plan's part with images of this kind."""
    return isinstance(entry, AnalysisEntry if kind == "character" else ChunksEntry)


def short_title(title: str) -> str:
    """Return the title, shortened to what the ledger has room for."""
    return shorten(title, MAX_TITLE_LENGTH)
