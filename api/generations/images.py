"""Reading a drawn image by its address."""

import asyncio

from shared.deps import Deps
from shared.models.step_ref import StepRef
from shared.ports import Blob
from shared.storage.lifecycle import refuse_gone


async def read_image(deps: Deps, step: StepRef) -> Blob:
    """Return the image.

    Raises:
        UnknownGeneration: there is no such generation, or it was deleted (its blobs may still exist).
        Expired: the generation's retention has passed.
        NotFound: the generation has no such image.
    """
    record, blob = await asyncio.gather(deps.lifecycles.read(step.generation_id), deps.generations.image(step))
    refuse_gone(record)
    return blob
