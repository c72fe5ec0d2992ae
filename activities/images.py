"""What the two kinds of drawn images have in common: where they are found and kept."""

from shared.deps import Deps
from shared.images.image import Image
from shared.models.steps import StepDone, StepRequest
from shared.ports import Answered
from shared.storage.generations import ImagePlace


async def find_image(deps: Deps, step: StepRequest) -> StepDone | None:
    """Return the step's outcome if its image is stored."""
    used = await deps.generations.image_usage(*_place(step))
    return None if used is None else StepDone(used=used)


async def keep_image(deps: Deps, step: StepRequest, drawn: Answered[Image]) -> StepDone:
    """Store the image that was drawn."""
    await deps.generations.keep_image(*_place(step), drawn.value, drawn.used)
    return StepDone(used=drawn.used)


def _place(step: StepRequest) -> ImagePlace:
    return (step.generation_id, "panel" if step.kind == "panel" else "character", step.index, step.version)
