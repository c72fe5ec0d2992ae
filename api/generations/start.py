"""Starting a generation, once: however often and however concurrently it is asked for under one key."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from api.generations.rounds import start_round
from api.limits.limits import Limits
from shared.costs.call_size import characters_of, image_call, text_call
from shared.deps import Deps
from shared.errors import IdempotencyKeyReused, MangaError, StartCancelled, TooManyRequests
from shared.model.prompts.analysis import analysis_prompt
from shared.models.claim import Claim
from shared.models.http.requests import GenerateMangaRequest, UploadedReference
from shared.names import claim_blob, new_generation_id
from shared.ports import Engine
from shared.removal import begin_removal
from shared.storage.generations import Inputs, NamedImage
from shared.storage.lifecycle import Cancelling, Lifecycle, Running, is_gone, refuse_gone


class Starter:
    """Starts the generation that one request of a client asks for.

    The key is claimed before anything else is stored: a process that dies in between leaves a claim whose generation
    the next send of the same request starts. Limits are asked before that, so that a refusal leaves nothing behind. A
    start that fails gives its place back.
    """

    def __init__(self, deps: Deps, limits: Limits, engine: Engine, client: str) -> None:
        self._deps = deps
        self._limits = limits
        self._engine = engine
        self._client = client

    async def start(self, request: GenerateMangaRequest, body_digest: str, idempotency_key: str | None) -> str:
        """Start the generation, or find the one that the key has started, and return its id.

        `body_digest` is the same for the same body (see `api.requests.body.digest_of`).

        Raises:
            IdempotencyKeyReused: the key was used for another body.
            StartCancelled: the key was cancelled.
            TooManyRequests: there is no place for it, or its client has used up its day.
            DailyBudgetExhausted: nothing more may be spent today.
            NotConfigured: there is a spending limit, and a model without a price.
        """
        new_id = new_generation_id()
        if idempotency_key is None:
            await self._check_budget(request)
            await self._limits.take_generation(self._engine, new_id, self._client)
            await self._start_unclaimed(new_id, _inputs(request))
            return new_id
        name = key_claim_blob(idempotency_key)
        ours = Claim(generation_id=new_id, body_digest=body_digest)
        claim = await self._find(name, ours)
        if claim is None:
            await self._check_budget(request)
            claim = await self._claim(name, ours)
        if claim is not ours:
            if await self._engine.run(claim.generation_id) is not None:
                return claim.generation_id
            await self._check_budget(request)
            await self._limits.take_place(self._engine, claim.generation_id)
        await self._start_claimed(claim.generation_id, _inputs(request, name), is_counted=claim is ours)
        return claim.generation_id

    async def _start_unclaimed(self, generation_id: str, inputs: Inputs) -> None:
        """Start a generation whose id nobody else knows; if that fails, it is removed."""
        try:
            await self._start(generation_id, inputs)
        except MangaError:
            await self._limits.give_generation_back(generation_id, self._client)
            with suppress(MangaError):
                # Otherwise a sweep finds it.
                await begin_removal(self._deps, generation_id, "deleted", refuse_gone)
            raise

    async def _start_claimed(self, generation_id: str, inputs: Inputs, *, is_counted: bool) -> None:
        """Start the generation of a key; if that fails, the same request sent again starts it, and is not counted."""
        try:
            await self._start(generation_id, inputs)
        except MangaError as exc:
            if is_counted and isinstance(exc, StartCancelled):
                await self._limits.give_generation_back(generation_id, self._client)
            else:
                await self._limits.give_place_back(generation_id)
            raise

    async def _check_budget(self, request: GenerateMangaRequest) -> None:
        deps, settings = self._deps, self._deps.settings
        first_call = text_call(characters_of(analysis_prompt(request.story, request.style)))
        image = image_call(characters=0, images_shown=0, thinking=settings.image_thinking)
        await deps.spending.check_day(
            first_call.priced(deps.price_of(settings.text_model)), image.priced(deps.price_of(settings.image_model))
        )

    async def _claim(self, name: str, ours: Claim) -> Claim:
        """Claim the key, or return the claim of somebody who was faster."""
        try:
            await self._limits.take_generation(self._engine, ours.generation_id, self._client)
        except TooManyRequests:
            # The same request, sent at the same time, may have got the last place.
            if (theirs := await self._find(name, ours)) is not None:
                return theirs
            raise
        try:
            if await self._deps.blobs.create(name, ours.model_dump_json(by_alias=True).encode(), "application/json"):
                return ours
            theirs = await self._find(name, ours)
        except MangaError:
            await self._limits.give_generation_back(ours.generation_id, self._client)
            raise
        await self._limits.give_generation_back(ours.generation_id, self._client)
        return theirs or await self._claim(name, ours)

    async def _find(self, name: str, ours: Claim) -> Claim | None:
        """Return the claim of that name; one whose generation was removed since is removed as well."""
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
        record = await self._deps.lifecycles.change(generation_id, self._first_round)
        if isinstance(record, Running):
            # This process may do the first step as well, which then need not read them.
            await self._deps.cached_generations.save_inputs(generation_id, inputs)
            await start_round(self._deps, self._engine, generation_id, record)

    def _first_round(self, record: Lifecycle | None) -> Lifecycle:
        """Return the record of a generation that is started; another send of the request may have ended it by now."""
        refuse_gone(record)
        if isinstance(record, Cancelling):
            raise StartCancelled
        return record or Running(at=self._deps.utc_now())


def key_claim_blob(idempotency_key: str) -> str:
    """Return the blob that says what a key stands for."""
    return claim_blob(hashlib.sha256(idempotency_key.encode()).hexdigest())


def _inputs(request: GenerateMangaRequest, claim: str | None = None) -> Inputs:
    return Inputs(
        claim=claim,
        story=request.story,
        style=request.style,
        no_dialogue=request.no_dialogue,
        character_references=_named(request.uploaded_character_references),
        setting_references=_named(request.uploaded_setting_references),
    )


def _named(references: Sequence[UploadedReference]) -> tuple[NamedImage, ...]:
    return tuple(NamedImage(reference.name, reference.image) for reference in references)
