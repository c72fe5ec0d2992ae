"""Steps' results in storage: an existing one is found, a new one is kept, an image is copied."""

import asyncio
import logging

from pydantic import JsonValue

from shared.deps import Deps
from shared.errors import NotFound
from shared.images.calm import Measured, measure
from shared.images.check import NotAnImage
from shared.images.image import Image
from shared.models.http.requests import StoredRequest
from shared.models.ledger import short_title
from shared.models.step_ref import StepRef
from shared.models.steps import COPIES, CopyRequest, ImageCopy, StepDone
from shared.models.stored.lettering import TranslatedSet
from shared.models.story import StoryAnalysis, StoryBreakdown
from shared.models.usage import Usage
from shared.ports import Answered

type StepResult = Answered[StoryAnalysis] | Answered[StoryBreakdown] | Answered[Image] | Answered[TranslatedSet]


_logger = logging.getLogger(__name__)


async def find_result(deps: Deps, step: StepRef) -> StepDone | None:
    """Return the step's outcome if its result is stored."""
    used = await deps.generations.result_usage(step)
    if used is None:
        return None
    match step.kind:
        case "analysis":
            return _done(await deps.generations.need_analysis(step.generation_id), used)
        case "chunks":
            return _done(await deps.generations.need_breakdown(step.generation_id), used)
        case "character" | "panel" | "lettering":
            return StepDone(used=used)


async def existing_image(deps: Deps, step: StepRef, version: int | None) -> Image | None:
    """Return another version of the step's image; None without a version.

    Raises:
        NotFound: it is not stored.
    """
    if version is None:
        return None
    blob = await deps.generations.image(step.model_copy(update={"version": version}))
    return Image(blob.content, blob.media_type)


async def keep_result(deps: Deps, step: StepRef, made: StepResult, request: StoredRequest) -> StepDone:
    """Store the result unless there is one already, and return the outcome of the stored one.

    With a panel whose texts are set over it, what placing them needs to know is stored.
    """
    if isinstance(made.value, Image):
        is_lettered = step.kind == "panel" and request.lettering == "text" and not request.no_dialogue
        measured = await asyncio.to_thread(_measured, step, made.value) if is_lettered else None
        await deps.generations.keep_image(step, made.value, made.used, measured)
        return StepDone(used=made.used)
    if isinstance(made.value, TranslatedSet):
        await deps.letterings.keep_translation(step, made.value, made.used)
        return StepDone(used=made.used)
    return _done(await deps.generations.keep_text(step.generation_id, made.value, made.used), made.used)


def _measured(step: StepRef, image: Image) -> Measured | None:
    """Return what is measured of the image; None if it does not decode: it was paid for, so it is kept."""
    try:
        return measure(image)
    except NotAnImage as exc:
        extra = {"action": "image_not_measured", **step.log_fields}
        _logger.warning("An image could not be measured", extra=extra, exc_info=exc)
        return None


async def copy_images(deps: Deps, payload: object) -> JsonValue:
    """Copy images within a generation, at no cost; return the copies that exist now, as JSON.

    A second run finds the copies of the first. A removed generation stores nothing.
    """
    request = CopyRequest.model_validate(payload)
    done = await asyncio.gather(*(_copy(deps, request.generation_id, copy) for copy in request.copies))
    copies = tuple(copy for copy, is_done in zip(request.copies, done, strict=True) if is_done)
    return COPIES.dump_python(copies, mode="json", by_alias=True)


async def _copy(deps: Deps, generation_id: str, copy: ImageCopy) -> bool:
    """Copy one image; return False if there is none."""
    source = StepRef(generation_id=generation_id, kind=copy.kind, index=copy.index, version=copy.version)
    try:
        blob, measured = await asyncio.gather(deps.generations.image(source), deps.generations.measured(source))
        await deps.lifecycles.refuse_gone(generation_id)
    except NotFound:
        return False
    target = StepRef(generation_id=generation_id, kind=copy.kind, index=copy.to_index, version=copy.to_version)
    await deps.generations.keep_image(target, Image(blob.content, blob.media_type), measured=measured)
    return True


def _done(text: StoryAnalysis | StoryBreakdown, used: Usage) -> StepDone:
    if isinstance(text, StoryAnalysis):
        return StepDone(title=short_title(text.title), language=text.language, count=len(text.characters), used=used)
    return StepDone(count=len(text.panels), used=used)
