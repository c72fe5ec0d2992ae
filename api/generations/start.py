"""Starting a generation, only once for each idempotency key."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from api.generations.chapter_starts import Chapters, chapters_of, texts_of
from api.limits.limits import Limits
from shared.costs.call_size import characters_of, image_call, text_call
from shared.deps import Deps
from shared.errors import IdempotencyKeyReused, MangaError, StartCancelled, TooManyRequests
from shared.model.prompts.analysis import analysis_prompt
from shared.models.http.requests import GenerateMangaRequest, UploadedReference
from shared.models.prices import ImageSize
from shared.models.steps import MakeMissing
from shared.models.stored.claim import Claim
from shared.models.story import Style
from shared.names import claim_blob, new_generation_id
from shared.ports import Engine
from shared.removal import begin_removal
from shared.rounds import start_round
from shared.storage.generations import Inputs, NamedImage
from shared.storage.lifecycle import Cancelling, Lifecycle, Running, is_gone, refuse_gone


class Starter:
    """Starts a generation for one request of a client.

    The limits are checked first, so that a refused request stores nothing. Then the key is claimed: if the process dies
    after that, the generation of the claim is started when the client repeats the request. A start that fails gives
    its place back.
    """

    def __init__(self, deps: Deps, limits: Limits, engine: Engine, client: str) -> None:
        self._deps = deps
        self._limits = limits
        self._engine = engine
        self._client = client

    async def start(self, request: GenerateMangaRequest, body_digest: str, idempotency_key: str | None) -> str:
        """Start a generation, or find the one that was started with the same key, and return its id.

        `body_digest` tells whether the body is the same (see `api.requests.body.digest_of`).

        Raises:
            InvalidInput: the request can't continue that generation.
            IdempotencyKeyReused: the key was used for another body.
            StartCancelled: the key was cancelled.
            TooManyRequests: too many generations are running, or the client has reached its daily limit.
            DailyBudgetExhausted: the budget of the day is used up.
            NotConfigured: there is a spending limit, and the price of a model is unknown.
        """
        new_id = new_generation_id()
        if idempotency_key is None:
            chapters = await self._checked(request)
            await self._limits.take_generation(self._engine, new_id, self._client, len(chapters.texts))
            await self._start_unclaimed(new_id, _inputs(new_id, request, chapters))
            return new_id
        name = key_claim_blob(idempotency_key)
        ours = Claim(generation_id=new_id, body_digest=body_digest)
        claim = await self._find(name, ours)
        chapters = None
        if claim is None:
            chapters = await self._checked(request)
            claim = await self._claim(name, ours, len(chapters.texts))
        if claim is not ours:
            if await self._engine.run(claim.generation_id) is not None:
                return claim.generation_id
            chapters = await self._checked(request)
            await self._limits.take_place(self._engine, claim.generation_id)
        inputs = _inputs(claim.generation_id, request, chapters or await self._checked(request), name)
        await self._start_claimed(claim.generation_id, inputs, is_counted=claim is ours)
        return claim.generation_id

    async def _start_unclaimed(self, generation_id: str, inputs: Inputs) -> None:
        """Start a generation without a key; if that fails, remove it, since no other request can."""
        try:
            await self._start(generation_id, inputs)
        except MangaError:
            await self._limits.give_generation_back(generation_id, self._client, _count(inputs))
            with suppress(MangaError):
                # If this fails, a sweep finds it.
                await begin_removal(self._deps, generation_id, "deleted", refuse_gone)
            raise

    async def _start_claimed(self, generation_id: str, inputs: Inputs, *, is_counted: bool) -> None:
        """Start the generation of a key; if that fails, a repeated request starts it, without being counted again."""
        try:
            await self._start(generation_id, inputs)
        except MangaError as exc:
            if is_counted and isinstance(exc, StartCancelled):
                await self._limits.give_generation_back(generation_id, self._client, _count(inputs))
            else:
                await self._limits.give_place_back(generation_id)
            raise

    async def _checked(self, request: GenerateMangaRequest) -> Chapters:
        """Return the chapters of the request, unless they or the budget of the day are refused. Stores nothing."""
        chapters = await chapters_of(self._deps, self._engine, request, texts_of(request, self._deps.settings))
        await self._check_budget(chapters.texts[0], request.style, request.image_size)
        return chapters

    async def _check_budget(self, story: str, style: Style, image_size: ImageSize) -> None:
        deps, settings = self._deps, self._deps.settings
        first_call = text_call(characters_of(analysis_prompt(story, style)))
        image = image_call(0, 0, settings.image_thinking, image_size)
        await deps.spending.check_day(
            first_call.priced(deps.price_of(settings.text_model)), image.priced(deps.price_of(settings.image_model))
        )

    async def _claim(self, name: str, ours: Claim, count: int) -> Claim:
        """Claim the key, or return the claim of another request that was faster."""
        try:
            await self._limits.take_generation(self._engine, ours.generation_id, self._client, count)
        except TooManyRequests:
            # A copy of this request, sent at the same time, may have taken the last place.
            if (theirs := await self._find(name, ours)) is not None:
                return theirs
            raise
        try:
            if await self._deps.blobs.create(name, ours.model_dump_json(by_alias=True).encode(), "application/json"):
                return ours
            theirs = await self._find(name, ours)
        except MangaError:
            await self._limits.give_generation_back(ours.generation_id, self._client, count)
            raise
        await self._limits.give_generation_back(ours.generation_id, self._client, count)
        return theirs or await self._claim(name, ours, count)

    async def _find(self, name: str, ours: Claim) -> Claim | None:
        """Return the claim; one whose generation has been removed is deleted."""
        blob = await self._deps.blobs.read(name)
        if blob is None:
            return None
        claim = Claim.model_validate_json(blob.content)
        if claim.cancelled:
            raise StartCancelled
        record = await self._deps.lifecycles.read(claim.generation_id)
        if is_gone(record):
            await self._deps.blobs.delete_unchanged(blob.etag, name)
            return None
        if claim.body_digest != ours.body_digest:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was sent before with another body. Use a new key for a new generation."
            )
        return claim

    async def _start(self, generation_id: str, inputs: Inputs) -> None:
        work = MakeMissing(stop_after=inputs.stop_after)
        record = await self._deps.lifecycles.change(generation_id, lambda record: self._first_round(record, work))
        if isinstance(record, Running):
            # Fills the cache, in case the first step runs in this process too.
            await self._deps.cached_generations.save_inputs(generation_id, inputs)
            await start_round(self._deps, self._engine, generation_id, record)

    def _first_round(self, record: Lifecycle | None, work: MakeMissing) -> Lifecycle:
        """Return the record of a started generation; a copy of this request may have written a later one."""
        refuse_gone(record)
        if isinstance(record, Cancelling):
            raise StartCancelled
        return record or Running(work=work, at=self._deps.utc_now())


def key_claim_blob(idempotency_key: str) -> str:
    """Return the blob with the claim of a key."""
    return claim_blob(hashlib.sha256(idempotency_key.encode()).hexdigest())


def _inputs(generation_id: str, request: GenerateMangaRequest, chapters: Chapters, claim: str | None = None) -> Inputs:
    return Inputs(
        claim=claim,
        story=chapters.texts[0],
        style=request.style,
        no_dialogue=request.no_dialogue,
        stop_after=request.stop_after,
        character_references=_named(request.uploaded_character_references),
        setting_references=_named(request.uploaded_setting_references),
        style_text=request.style_text,
        aspect=request.aspect,
        image_size=request.image_size,
        chapter=chapters.inputs(generation_id),
        lettering=request.lettering,
        language=request.language,
    )


def _count(inputs: Inputs) -> int:
    """Return how many chapters the start has, each of which counts for its client's day."""
    return 1 + len(inputs.chapter.waiting if inputs.chapter else ())


def _named(references: Sequence[UploadedReference]) -> tuple[NamedImage, ...]:
    return tuple(NamedImage(reference.name, reference.image) for reference in references)
