"""Reading a drawn image by its address."""

import asyncio

from shared.deps import Deps
from shared.names import ItemKind
from shared.ports import Blob
from shared.storage.lifecycle import refuse_gone


async def read_image(deps: Deps, generation_id: str, kind: ItemKind, index: int, version: int) -> Blob:
    """Return the image.

    Raises:
        UnknownGeneration: there is no such generation, or it was deleted (its blobs may still exist).
        Expired: the generation's retention has passed.
        NotFound: the generation has no such image.
    """
    record, blob = await asyncio.gather(
        deps.lifecycles.read(generation_id), deps.generations.image(generation_id, kind, index, version)
    )
    refuse_gone(record)
    return blob
