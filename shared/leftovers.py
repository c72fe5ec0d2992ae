"""What steps save of a generation while it is being deleted: removed soon afterwards, with nobody waiting for that.

A delete removes what it finds; a step that still runs may save its result behind it. So a process looks, a moment after
a step has ended in it, whether the generation is still there. One that dies in that moment leaves the result to the
retention (`maintenance.storage`), as a delete that is cut short does.
"""

import asyncio
import logging

from shared.errors import StorageUnavailable
from shared.generations import Generations

# Steps that end together share a look, and it keeps nobody from going on.
LOOK_AFTER_S = 0.5

_logger = logging.getLogger(__name__)


class Leftovers:
    """The looks that are to be made in this process."""

    def __init__(self, look_after_s: float = LOOK_AFTER_S) -> None:
        self._look_after_s = look_after_s
        self._due: set[str] = set()
        self._looks: set[asyncio.Task[None]] = set()

    def look_soon(self, generations: Generations, generation_id: str) -> None:
        """Have what is left of the generation removed, if it turns out to be deleted."""
        if generation_id in self._due:
            return
        self._due.add(generation_id)
        look = asyncio.create_task(self._look(generations, generation_id), name=f"leftovers-{generation_id}")
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def looked(self) -> None:
        """Wait until all looks are made that were asked for."""
        while self._looks:
            await asyncio.wait(self._looks)

    async def _look(self, generations: Generations, generation_id: str) -> None:
        await asyncio.sleep(self._look_after_s)
        # Whoever saves something from here on wants another look.
        self._due.remove(generation_id)
        try:
            if await generations.is_deleted(generation_id):
                await generations.delete(generation_id)
        except StorageUnavailable:
            _logger.warning(
                "Whether a generation was deleted is not known",
                extra={"action": "leftovers_not_looked_for", "generation_id": generation_id},
            )
