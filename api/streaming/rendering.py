"""From the ledger's entries to the stream's messages: the same entry always gives the same message."""

from api.links import image_path
from api.streaming import narration
from api.streaming.spent import used_by
from shared.models.ledger import (
    AnalysisEntry,
    BrokenEntry,
    CancelledEntry,
    ChunksEntry,
    CompleteEntry,
    CriticalEntry,
    Entry,
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
from shared.models.usage import UsageReport
from shared.storage.generations import Generations


class Renderer:
    """Makes one generation's messages. Images are in them by their address."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self.generations = generations
        self.generation_id = generation_id
        self._analysis: StoryAnalysis | None = None

    async def message(self, ledger: Ledger, seq: int) -> StreamMessage:
        """Return the message of the entry with this `seq`.

        Raises:
            NotFound: the entry's result is not in storage any more.
        """
        entry: Entry = ledger.entries[seq - 1]
        match entry:
            case AnalysisEntry():
                message = AnalysisMessage(generation_id=self.generation_id, seq=seq, data=await self._need_analysis())
            case ChunksEntry():
                message = await self._chunks(seq)
            case ImageEntry():
                message = await self._image_message(entry, seq)
            case CompleteEntry():
                message = await self._complete(entry, ledger.until(seq), seq)
            case CriticalEntry():
                step = entry.ref(self.generation_id)
                message = narration.critical(seq, step, entry.failure, await self.generations.failure(step))
            case CancelledEntry():
                message = narration.cancelled(self.generation_id, seq)
            case BrokenEntry():
                message = narration.broken(self.generation_id, seq)
        return message

    async def retry_messages(self, step: StepRef, failure: FailureRecord) -> tuple[ErrorMessage, StatusMessage]:
        """Return the two messages of a step's retry."""
        return narration.retry_messages(step, failure, await self.analysis())

    async def analysis(self) -> StoryAnalysis | None:
        """Return the analysis, if it is there yet; once there, it never changes."""
        if self._analysis is None:
            self._analysis = await self.generations.analysis(self.generation_id)
        return self._analysis

    async def _need_analysis(self) -> StoryAnalysis:
        if self._analysis is None:
            self._analysis = await self.generations.need_analysis(self.generation_id)
        return self._analysis

    async def _chunks(self, seq: int) -> ChunksMessage:
        breakdown = await self.generations.need_breakdown(self.generation_id)
        return ChunksMessage(generation_id=self.generation_id, seq=seq, data=breakdown)

    async def _image_message(self, entry: ImageEntry, seq: int) -> StreamMessage:
        if entry.failure is not None:
            return await self._item_failed(entry, seq, entry.failure)
        return await self._character(entry, seq) if entry.kind == "character" else self._panel(entry, seq)

    async def _character(self, entry: ImageEntry, seq: int) -> CharacterMessage:
        character = (await self._need_analysis()).characters[entry.index]
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

    async def _item_failed(self, entry: ImageEntry, seq: int, code: str) -> ErrorMessage:
        step = entry.ref(self.generation_id)
        failure = await self.generations.failure(step)
        return narration.item_failed(seq, step, code, failure, await self.analysis())

    async def _complete(self, entry: CompleteEntry, ledger: Ledger, seq: int) -> CompleteMessage:
        return CompleteMessage(
            generation_id=self.generation_id,
            seq=seq,
            total_panels=ledger.panels or 0,
            failed_panels=ledger.failed("panel") or None,
            failed_characters=ledger.failed("character") or None,
            usage=await self._usage(ledger.model_copy(update={"used": entry.used})),
        )

    async def _usage(self, ledger: Ledger) -> UsageReport | None:
        """The same message for ever: what a later round used is not part of it."""
        if ledger.used is None:
            return None
        return UsageReport.of(await used_by(self.generations, self.generation_id, ledger))
