"""Starting a generation, once: however often and however concurrently it is asked for under one key."""

import hashlib
import json
from collections.abc import Sequence

from pydantic import JsonValue

from shared.deps import Deps
from shared.errors import IdempotencyKeyReused
from shared.generations import Inputs, NamedImage
from shared.images import from_data_url, sniff_image
from shared.models.base import WireModel
from shared.models.requests import GenerateMangaRequest, UploadedReference
from shared.models.steps import MangaInput
from shared.names import MANGA_ORCHESTRATOR, claim_blob, new_generation_id
from shared.ports import Engine


class Claim(WireModel):
    """What an idempotency key stands for."""

    generation_id: str
    body_digest: str


async def start_generation(
    deps: Deps, engine: Engine, request: GenerateMangaRequest, body: JsonValue, idempotency_key: str | None
) -> str:
    """Start the generation, or find the one that the key has started, and return its id.

    The key is claimed before anything else is stored: a process that dies in between leaves a claim
    whose generation the next send of the same request starts.

    Raises:
        IdempotencyKeyReused: the key was used for another body.
    """
    if idempotency_key is None:
        return await _start(deps, engine, new_generation_id(), _inputs(request))
    claim = await _claim(deps, idempotency_key, body)
    if await engine.run(claim.generation_id) is not None:
        return claim.generation_id
    return await _start(deps, engine, claim.generation_id, _inputs(request, claim_blob(_digest(idempotency_key))))


async def _start(deps: Deps, engine: Engine, generation_id: str, inputs: Inputs) -> str:
    await deps.generations.save_inputs(generation_id, inputs)
    start_input = MangaInput(parallel_steps=deps.settings.max_parallel_steps)
    payload = start_input.model_dump(mode="json", by_alias=True, exclude_none=True)
    await engine.start(MANGA_ORCHESTRATOR, generation_id, payload)
    return generation_id


async def _claim(deps: Deps, key: str, body: JsonValue) -> Claim:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    ours = Claim(generation_id=new_generation_id(), body_digest=_digest(canonical))
    name = claim_blob(_digest(key))
    if await deps.blobs.create(name, ours.model_dump_json(by_alias=True).encode(), "application/json"):
        return ours
    blob = await deps.blobs.read(name)
    if blob is None:
        return await _claim(deps, key, body)
    claim = Claim.model_validate_json(blob.content)
    if claim.body_digest != ours.body_digest:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was sent before with another body. Use a new key for a new generation."
        )
    return claim


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
