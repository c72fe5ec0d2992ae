"""Starting a generation, once: however often and however concurrently it is asked for under one key."""

import asyncio
import hashlib
from collections.abc import Sequence

from api.ledgers import find_run_if_any
from api.limits.limits import Limits
from shared.call_size import characters_of, image_call, text_call
from shared.deps import Deps
from shared.errors import IdempotencyKeyReused, TooManyRequests
from shared.generations import Inputs, NamedImage
from shared.images import from_data_url, sniff_image
from shared.models.claim import Claim
from shared.models.requests import GenerateMangaRequest, UploadedReference
from shared.models.steps import MangaInput
from shared.names import MANGA_ORCHESTRATOR, claim_blob, new_generation_id
from shared.ports import Engine
from shared.prompts.analysis import analysis_prompt
from shared.telemetry.metrics import STARTED


class Starter:
    """Starts the generation that one request of a client asks for.

    The key is claimed before anything else is stored: a process that dies in between leaves a claim whose generation
    the next send of the same request starts. Limits are asked before that, so that a refusal leaves nothing behind.
    """

    def __init__(self, deps: Deps, limits: Limits, engine: Engine, client: str) -> None:
        self._deps = deps
        self._limits = limits
        self._engine = engine
        self._client = client

    async def start(self, request: GenerateMangaRequest, body_digest: str, idempotency_key: str | None) -> str:
        """Start the generation, or find the one that the key has started, and return its id.

        `body_digest` is the same for the same body (see `api.requests.digest_of`).

        Raises:
            IdempotencyKeyReused: the key was used for another body.
            TooManyRequests: there is no place for it, or its client has used up its day.
            DailyBudgetExhausted: nothing more may be spent today.
            NotConfigured: there is a spending limit, and a model without a price.
            Expired: the generation of the key is being purged.
        """
        new_id = new_generation_id()
        if idempotency_key is None:
            await self._check_budget(request)
            await self._limits.take_generation(self._engine, new_id, self._client)
            return await self._start(new_id, await asyncio.to_thread(_inputs, request))
        name = claim_blob(_digest(idempotency_key))
        ours = Claim(generation_id=new_id, body_digest=body_digest)
        claim = await self._find(name, ours)
        if claim is None:
            await self._check_budget(request)
            claim = await self._claim(name, ours)
        if claim is not ours:
            if await find_run_if_any(self._deps, self._engine, claim.generation_id) is not None:
                return claim.generation_id
            await self._check_budget(request)
            await self._deps.expiry.keep(claim.generation_id)
            await self._limits.take_place(self._engine, claim.generation_id)
        return await self._start(claim.generation_id, await asyncio.to_thread(_inputs, request, name))

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
        if await self._deps.blobs.create(name, ours.model_dump_json(by_alias=True).encode(), "application/json"):
            return ours
        await self._limits.give_place_back(ours.generation_id)
        return await self._find(name, ours) or await self._claim(name, ours)

    async def _find(self, name: str, ours: Claim) -> Claim | None:
        blob = await self._deps.blobs.read(name)
        if blob is None:
            return None
        claim = Claim.model_validate_json(blob.content)
        if claim.body_digest != ours.body_digest:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was sent before with another body. Use a new key for a new generation."
            )
        return claim

    async def _start(self, generation_id: str, inputs: Inputs) -> str:
        # This process may do the first step as well, which then need not read them.
        await self._deps.recent_generations.save_inputs(generation_id, inputs)
        telemetry = self._deps.telemetry
        start_input = MangaInput(
            parallel_steps=self._deps.settings.max_parallel_steps, trace_parent=telemetry.trace_parent
        )
        payload = start_input.model_dump(mode="json", by_alias=True, exclude_none=True)
        if await self._engine.start(MANGA_ORCHESTRATOR, generation_id, payload):
            telemetry.count(STARTED, {"manga.work": "new"})
        return generation_id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
    return tuple(
        NamedImage(" ".join(reference.name.split()), sniff_image(from_data_url(reference.image)))
        for reference in references
    )
