"""Renders the entries of a ledger as messages of the stream. The same entry always gives the same message."""

from api.links import image_path
from api.streaming import texts
from api.streaming.entry_steps import steps_of
from shared.models.ledger import (
    AnalysisEntry,
    BrokenEntry,
    CancelledEntry,
    ChunksEntry,
    CompleteEntry,
    CriticalEntry,
    ImageEntry,
    Ledger,
)
from shared.models.messages import (
    AnalysisMessage,
    CharacterMessage,
    CharacterReference,
    ChunksMessage,
    CompleteMessage,
    ErrorMessage,
    GeneratedPanel,
    PanelMessage,
    StatusMessage,
    StreamMessage,
)
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.models.story import StoryAnalysis
from shared.models.usage import Usage, UsageReport
from shared.storage.generations import Generations


class Renderer:
    """Renders the messages of one generation. Images are URLs in them."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self.generations = generations
        self.generation_id = generation_id
        # By the token of the plan; None: the model's own.
        self._analyses: dict[str | None, StoryAnalysis] = {}

    async def message(self, ledger: Ledger, seq: int) -> StreamMessage:
        """Return the message of the entry with this `seq`.

        Raises:
            NotFound: the entry's result is not in storage any more.
        """
        entry, known = ledger.entries[seq - 1], ledger.until(seq)
        match entry:
            case AnalysisEntry():
                data, outdated = await self._require_analysis(entry.plan), entry.outdated or None
                message = AnalysisMessage(generation_id=self.generation_id, seq=seq, data=data, outdated=outdated)
            case ChunksEntry():
                breakdown = await self.generations.need_breakdown(self.generation_id, entry.plan)
                outdated = entry.outdated or None
                message = ChunksMessage(generation_id=self.generation_id, seq=seq, data=breakdown, outdated=outdated)
            case ImageEntry(failure=str(code)):
                message = await self._failed_image(entry, seq, code, known)
            case ImageEntry(kind="character"):
                message = await self._character(entry, seq, known)
            case ImageEntry():
                message = self._panel(entry, seq)
            case CompleteEntry():
                message = await self._complete(entry, known, seq)
            case CriticalEntry():
                step = entry.ref(self.generation_id)
                message = texts.critical(seq, step, entry.failure, await self.generations.failure(step))
            case CancelledEntry():
                message = texts.cancelled(self.generation_id, seq)
            case BrokenEntry():
                message = texts.broken(self.generation_id, seq)
        return message

    async def retry_messages(
        self, ledger: Ledger, step: StepRef, failure: FailureRecord
    ) -> tuple[ErrorMessage, StatusMessage]:
        """Return the two messages of a step's retry."""
        return texts.retry_messages(step, failure, await self.analysis(ledger))

    async def analysis(self, ledger: Ledger) -> StoryAnalysis | None:
        """Return the analysis of the ledger's plan, or None if there is none yet."""
        plan = ledger.plan
        if plan not in self._analyses:
            found = await self.generations.analysis(self.generation_id, plan)
            if found is None:
                return None
            self._analyses[plan] = found
        return self._analyses[plan]

    async def _require_analysis(self, plan: str | None) -> StoryAnalysis:
        if plan not in self._analyses:
            self._analyses[plan] = await self.generations.need_analysis(self.generation_id, plan)
        return self._analyses[plan]

    async def _character(self, entry: ImageEntry, seq: int, ledger: Ledger) -> CharacterMessage:
        character = (await self._require_analysis(ledger.plan)).characters[entry.index]
        reference = CharacterReference(
            name=character.name, image=self._image(entry), description=character.physical_description
        )
        return CharacterMessage(
            generation_id=self.generation_id, seq=seq, index=entry.index, version=entry.version, data=reference
        )

    def _panel(self, entry: ImageEntry, seq: int) -> PanelMessage:
        panel = GeneratedPanel(panel_number=entry.index + 1, image=self._image(entry))
        return PanelMessage(
            generation_id=self.generation_id, seq=seq, panel_number=entry.index, version=entry.version, data=panel
        )

    def _image(self, entry: ImageEntry) -> str:
        return image_path(entry.ref(self.generation_id))

    async def _failed_image(self, entry: ImageEntry, seq: int, code: str, ledger: Ledger) -> ErrorMessage:
        step = entry.ref(self.generation_id)
        failure = await self.generations.failure(step)
        return texts.item_failed(seq, step, code, failure, await self.analysis(ledger))

    async def _complete(self, entry: CompleteEntry, ledger: Ledger, seq: int) -> CompleteMessage:
        """Return the message; `ledger` is the one up to this entry, since a later round must not change the message."""
        return CompleteMessage(
            generation_id=self.generation_id,
            seq=seq,
            total_panels=ledger.panels or 0,
            failed_panels=ledger.failed("panel") or None,
            failed_characters=ledger.failed("character") or None,
            usage=None if entry.used is None else UsageReport.of(entry.used + await self._used_by_failures(ledger)),
            stopped_after=entry.stopped_after,
        )

    async def _used_by_failures(self, ledger: Ledger) -> Usage:
        """Return what the failed attempts of all steps in the ledger used."""
        steps = [step for step in steps_of(ledger, self.generation_id) if step is not None]
        return await self.generations.used_by_failures(steps)
