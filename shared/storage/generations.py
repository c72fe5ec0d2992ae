"""A generation's inputs and results in blob storage.

A result is written once, on the condition that there is none yet: if a step runs twice, both runs use the first result.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from shared import names
from shared.errors import NotFound, UnknownGeneration
from shared.images.image import Image
from shared.models.http.requests import StoredReference, StoredRequest
from shared.models.ledger import Ledger
from shared.models.lettering import LetteringMode
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.step_ref import StepKind, StepRef, TextKind
from shared.models.steps import FailureRecord
from shared.models.stored.chapters import StoredChapter, WaitingChapter, WaitingChapters
from shared.models.stored.claim import Claim
from shared.models.story import Aspect, Plan, StopAfter, StoryAnalysis, StoryBreakdown, Style
from shared.models.usage import Usage
from shared.ports import Blob, BlobStore
from shared.storage.books import Books
from shared.storage.conditional import JSON, write_unchanged
from shared.storage.shares import remove_pointer

_USED = "used"
_CALM = "calm"
NOTHING_USED = Usage()

type UsageByStep = Mapping[StepKind, Usage]
type ReferenceKind = Literal["character", "setting"]
_TEXT_KINDS: Mapping[type[BaseModel], TextKind] = {StoryAnalysis: "analysis", StoryBreakdown: "chunks"}


@dataclass(frozen=True, slots=True)
class NamedImage:
    """An upload: an image, and whom or what it shows."""

    name: str
    image: Image


@dataclass(frozen=True, slots=True)
class ChapterInputs:
    """What a chapter has besides a story: its place, the sheets that it takes over by name, and what follows it."""

    place: StoredChapter
    sheets: Mapping[str, Image] = field(default_factory=dict[str, Image])
    waiting: Sequence[WaitingChapter] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a generation. `claim` is the blob of the idempotency key that it was started with."""

    story: str
    style: Style
    no_dialogue: bool
    character_references: Sequence[NamedImage] = ()
    setting_references: Sequence[NamedImage] = ()
    claim: str | None = None
    stop_after: StopAfter | None = None
    style_text: str | None = None
    aspect: Aspect = "auto"
    image_size: ImageSize = IMAGE_SIZE
    chapter: ChapterInputs | None = None
    lettering: LetteringMode = "drawn"
    language: str | None = None


class Generations:
    """A generation's blobs, typed. Every method raises StorageUnavailable if the storage does not answer."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def save_inputs(self, generation_id: str, inputs: Inputs) -> None:
        """Store the inputs, the request last: if it exists, all others do too."""
        if inputs.chapter is not None:
            await self._save_chapter(generation_id, inputs.chapter)
        request = StoredRequest(
            story=inputs.story,
            style=inputs.style,
            no_dialogue=inputs.no_dialogue,
            claim=inputs.claim,
            stop_after=inputs.stop_after,
            character_references=await self._save_uploads(generation_id, "character", inputs.character_references),
            setting_references=await self._save_uploads(generation_id, "setting", inputs.setting_references),
            style_text=inputs.style_text,
            aspect=inputs.aspect,
            image_size=inputs.image_size,
            chapter=inputs.chapter and inputs.chapter.place,
            lettering=inputs.lettering,
            language=inputs.language,
        )
        await self._save_input(names.request_blob(generation_id), _to_json(request), JSON)

    async def request(self, generation_id: str) -> StoredRequest:
        """Return the inputs, without their images.

        Raises:
            UnknownGeneration: there are none.
        """
        blob = await self._blobs.read(names.request_blob(generation_id))
        if blob is None:
            raise UnknownGeneration
        return StoredRequest.model_validate_json(blob.content)

    async def uploads(
        self, generation_id: str, kind: ReferenceKind, references: Sequence[StoredReference]
    ) -> Sequence[NamedImage]:
        """Return the uploads.

        Raises:
            NotFound: one is missing.
        """
        images: list[NamedImage] = []
        for reference in references:
            name = names.upload_blob(generation_id, kind, reference.index)
            blob = await self._need(name, f"An uploaded image of generation {generation_id}")
            images.append(NamedImage(reference.name, Image(blob.content, blob.media_type)))
        return images

    async def analysis(self, generation_id: str, plan: str | None = None) -> StoryAnalysis | None:
        """Return the analysis (that of the edited plan with this token), or None if there is none yet."""
        if plan is None:
            return await self._text(generation_id, StoryAnalysis)
        edited = await self._edited_plan(generation_id, plan)
        return edited and edited.analysis

    async def known_sheet(self, generation_id: str, sheet: str) -> Image:
        """Return the copy of a known character's sheet.

        Raises:
            NotFound: it is missing.
        """
        blob = await self._need(names.cast_blob(generation_id, sheet), f"A sheet of generation {generation_id}")
        return Image(blob.content, blob.media_type)

    async def waiting(self, generation_id: str) -> Sequence[WaitingChapter]:
        """Return the chapters that follow the generation and have not begun."""
        blob = await self._blobs.read(names.waiting_blob(generation_id))
        return WaitingChapters.model_validate_json(blob.content).chapters if blob else ()

    async def breakdown(self, generation_id: str, plan: str | None = None) -> StoryBreakdown | None:
        """Return the breakdown into panels (that of the edited plan with this token), or None if there is none yet."""
        if plan is None:
            return await self._text(generation_id, StoryBreakdown)
        edited = await self._edited_plan(generation_id, plan)
        return edited and edited.chunks

    async def need_analysis(self, generation_id: str, plan: str | None = None) -> StoryAnalysis:
        """Return the analysis; raises NotFound if there is none."""
        return _needed(await self.analysis(generation_id, plan), generation_id, "analysis")

    async def need_breakdown(self, generation_id: str, plan: str | None = None) -> StoryBreakdown:
        """Return the breakdown into panels; raises NotFound if there is none."""
        return _needed(await self.breakdown(generation_id, plan), generation_id, "chunks")

    async def need_plan(self, generation_id: str, token: str | None) -> Plan:
        """Return the edited plan with this token (None: the model's plan); raises NotFound if there is none."""
        if token is not None:
            return _needed(await self._edited_plan(generation_id, token), generation_id, "plan")
        analysis, breakdown = await asyncio.gather(
            self.need_analysis(generation_id), self.need_breakdown(generation_id)
        )
        return Plan(analysis=analysis, chunks=breakdown)

    async def save_plan(self, generation_id: str, token: str, plan: Plan) -> None:
        """Store an edited plan, unless it is stored already: its token depends on what it says."""
        await self._blobs.create(names.plan_blob(generation_id, token), _to_json(plan), JSON)

    async def result_usage(self, step: StepRef) -> Usage | None:
        """Return what the step's result used, or None if there is no result."""
        return usage_in(await self._blobs.notes(names.result_blob(step)))

    async def keep_text[Text: StoryAnalysis | StoryBreakdown](
        self, generation_id: str, text: Text, used: Usage = NOTHING_USED
    ) -> Text:
        """Store the text and what it used, unless there is one already; return the stored one."""
        name = _text_blob(generation_id, type(text))
        if await self._blobs.create(name, _to_json(text), JSON, usage_note(used)):
            return text
        await count_unkept(self._blobs, generation_id, _TEXT_KINDS[type(text)], used)
        return _needed(await self._text(generation_id, type(text)), generation_id, _TEXT_KINDS[type(text)])

    async def keep_image(
        self, step: StepRef, image: Image, used: Usage = NOTHING_USED, calm: str | None = None
    ) -> None:
        """Store the image, what it used and its calm map (`shared.images.calm`), unless there is one already."""
        name = names.result_blob(step)
        notes = {**usage_note(used), **({} if calm is None else {_CALM: calm})}
        if await self._blobs.create(name, image.content, image.media_type, notes) is None:
            await count_unkept(self._blobs, step.generation_id, step.kind, used)

    async def calm(self, step: StepRef) -> str | None:
        """Return the calm map of a drawn image; None if it has none, or there is no such image."""
        notes = await self._blobs.notes(names.result_blob(step))
        return notes.get(_CALM) if notes else None

    async def calm_maps(self, generation_id: str) -> Mapping[str, str]:
        """Return the calm maps of all panels and their versions that have one, by the names of their blobs."""
        listed = self._blobs.listed(names.image_folder(generation_id, "panel"))
        return {blob.name: blob.notes[_CALM] async for blob in listed if _CALM in blob.notes}

    async def image(self, step: StepRef) -> Blob:
        """Return a drawn image.

        Raises:
            UnknownGeneration: there is no such generation.
            NotFound: the generation has no such image.
        """
        blob = await self._blobs.read(names.result_blob(step))
        if blob is not None:
            return blob
        await self.request(step.generation_id)
        raise NotFound(
            f"This generation has no version {step.version} of {step.kind} {step.index} ({step.kind}s count from 0)."
        )

    async def save_ledger(self, generation_id: str, ledger: Ledger) -> Ledger:
        """Store the ledger unless the stored one is at least as long; return the stored one."""
        name = names.ledger_blob(generation_id)
        while True:
            blob = await self._blobs.read(name)
            stored = blob and Ledger.model_validate_json(blob.content)
            if stored is not None and len(stored.entries) >= len(ledger.entries):
                return stored
            if await write_unchanged(self._blobs, name, blob and blob.etag, _to_json(ledger)) is not None:
                return ledger

    async def ledger(self, generation_id: str) -> Ledger | None:
        """Return the ledger as of the generation's last end, or None if it has not ended."""
        blob = await self._blobs.read(names.ledger_blob(generation_id))
        return blob and Ledger.model_validate_json(blob.content)

    async def old_instructions(self, generation_id: str, token: str) -> str:
        """Return the instructions in this blob; orchestrations that earlier versions of the app started use them."""
        blob = await self._need(names.instructions_blob(generation_id, token), "The instructions for the image")
        return blob.content.decode()

    async def delete(self, generation_id: str) -> None:
        """Remove all blobs of the generation, the pointer to its share, and the claim of its idempotency key.

        A claim that another generation has stays. Its book no longer lists it.
        """
        inputs = await self._blobs.read(names.request_blob(generation_id))
        request = inputs and StoredRequest.model_validate_json(inputs.content)
        if request is not None:
            await self._release_claim(generation_id, request.claim)
        book = request.chapter.book if request and request.chapter else generation_id
        await Books(self._blobs).remove(book, generation_id)
        await remove_pointer(self._blobs, generation_id)
        async for name in self._blobs.names(names.generation_prefix(generation_id)):
            if name != names.request_blob(generation_id):
                await self._blobs.delete(name)
        # The inputs go last: a removal that starts over finds the claim in them.
        await self._blobs.delete(names.request_blob(generation_id))

    async def _release_claim(self, generation_id: str, name: str | None) -> None:
        blob = await self._blobs.read(name) if name else None
        if name and blob and Claim.model_validate_json(blob.content).generation_id == generation_id:
            await self._blobs.delete_unchanged(blob.etag, name)

    async def save_failure(self, step: StepRef, failure: FailureRecord) -> None:
        """Store why the step's latest attempt failed."""
        await self._blobs.replace(names.failure_blob(step), _to_json(failure), JSON)

    async def failure(self, step: StepRef) -> FailureRecord | None:
        """Return why the step's latest attempt failed, or None if that was not stored."""
        blob = await self._blobs.read(names.failure_blob(step))
        return blob and FailureRecord.model_validate_json(blob.content)

    async def failures(self, generation_id: str) -> AsyncIterator[tuple[StepRef, str]]:
        """Yield the steps that have a failure record, each with the record's entity tag."""
        async for blob in self._blobs.listed(names.failure_prefix(generation_id)):
            if step := names.step_of_failure_blob(blob.name):
                yield step, blob.etag

    async def used_by_failures(self, steps: Collection[StepRef]) -> Usage:
        """Return what the failed attempts of these steps of one generation used."""
        if not steps:
            return NOTHING_USED
        prefix = names.failure_prefix(next(iter(steps)).generation_id)
        stored = {name async for name in self._blobs.names(prefix)}
        failures = await asyncio.gather(*(self.failure(step) for step in steps if names.failure_blob(step) in stored))
        return sum((failure.used for failure in failures if failure is not None), NOTHING_USED)

    async def used(self, generation_id: str) -> UsageByStep:
        """Return what all calls for the generation used whose results or failures are stored, by the kind of step.

        Each counts once, even if the ledger has no entry for it: a generation may end while calls are under way.
        """
        used: defaultdict[StepKind, Usage] = defaultdict(Usage)
        failed: list[StepRef] = []
        async for blob in self._blobs.listed(names.generation_prefix(generation_id)):
            of_blob = usage_in(blob.notes) or NOTHING_USED
            used[names.kind_of_step_blob(blob.name) or _likely_kind(of_blob)] += of_blob
            if step := names.step_of_failure_blob(blob.name):
                failed.append(step)
        failures = await asyncio.gather(*(self.failure(step) for step in failed))
        for step, failure in zip(failed, failures, strict=True):
            used[step.kind] += failure.used if failure is not None else NOTHING_USED
        return used

    async def _text[Text: BaseModel](self, generation_id: str, shape: type[Text]) -> Text | None:
        blob = await self._blobs.read(_text_blob(generation_id, shape))
        return blob and shape.model_validate_json(blob.content)

    async def _edited_plan(self, generation_id: str, token: str) -> Plan | None:
        blob = await self._blobs.read(names.plan_blob(generation_id, token))
        return blob and Plan.model_validate_json(blob.content)

    async def _save_uploads(
        self, generation_id: str, kind: ReferenceKind, references: Sequence[NamedImage]
    ) -> tuple[StoredReference, ...]:
        for index, reference in enumerate(references):
            name = names.upload_blob(generation_id, kind, index)
            await self._save_input(name, reference.image.content, reference.image.media_type)
        return tuple(StoredReference(name=ref.name, index=index) for index, ref in enumerate(references))

    async def _save_chapter(self, generation_id: str, chapter: ChapterInputs) -> None:
        # A sheet is named by the drawing that it is a copy of: one that exists is the same.
        for sheet, image in chapter.sheets.items():
            await self._blobs.create(names.cast_blob(generation_id, sheet), image.content, image.media_type)
        if chapter.waiting:
            waiting = WaitingChapters(chapters=tuple(chapter.waiting))
            await self._blobs.create(names.waiting_blob(generation_id), _to_json(waiting), JSON)
        await Books(self._blobs).add(generation_id, chapter.place)

    async def _save_input(self, name: str, content: bytes, media_type: str) -> None:
        """Create the blob, so that a cache keeps it; if there is one already, replace it."""
        if await self._blobs.create(name, content, media_type) is None:
            await self._blobs.replace(name, content, media_type)

    async def _need(self, name: str, what: str) -> Blob:
        blob = await self._blobs.read(name)
        if blob is None:
            raise NotFound(f"{what} is missing: it was deleted, or never stored.")
        return blob


async def count_unkept(blobs: BlobStore, generation_id: str, kind: StepKind, used: Usage) -> None:
    """Record the usage of an answer that was paid for although the step has another result."""
    if used.calls:
        name = names.unkept_blob(generation_id, kind, secrets.token_hex(8))
        await blobs.create(name, b"", "text/plain", usage_note(used))


def _text_blob(generation_id: str, shape: type[BaseModel]) -> str:
    return names.result_blob(StepRef(generation_id=generation_id, kind=_TEXT_KINDS[shape]))


def _needed[Text: StoryAnalysis | StoryBreakdown | Plan](text: Text | None, generation_id: str, kind: str) -> Text:
    if text is None:
        raise NotFound(f"Generation {generation_id} has no {kind}: it may have been deleted.")
    return text


def _likely_kind(used: Usage) -> StepKind:
    """Return the likely step of an unkept answer whose blob names none, as earlier versions of this app wrote it."""
    return "panel" if used.images else "analysis"


def usage_note(used: Usage) -> dict[str, str]:
    """Return the usage as a note on the result's blob: one write stores both."""
    return {_USED: used.model_dump_json(by_alias=True)}


def usage_in(notes: Mapping[str, str] | None) -> Usage | None:
    """Return the usage in a result's notes; results from before usage was counted have none."""
    if notes is None:
        return None
    return Usage.model_validate_json(notes[_USED]) if _USED in notes else NOTHING_USED


def _to_json(model: BaseModel) -> bytes:
    return model.model_dump_json(by_alias=True, exclude_none=True).encode()
