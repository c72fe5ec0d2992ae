"""A generation's result messages as lines of the stream."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator

from api.links import image_path
from api.streaming.renderer import Renderer
from shared.models.ledger import ImageEntry, Ledger
from shared.models.story import ImageMode
from shared.ndjson import to_line
from shared.storage.generations import Generations

# A multiple of three, so that the base64 texts of all pieces add up to that of the whole image.
_PIECE_BYTES = 48 * 1024


class Lines:
    """The lines of one generation. The same `seq` always gives the same line.

    Each is rendered once for all readers in this process, since rendering may read from storage.
    """

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self.renderer = Renderer(generations, generation_id)
        self._generations = generations
        self._generation_id = generation_id
        # Images are in these lines as URLs.
        self._rendered: dict[int, asyncio.Task[bytes]] = {}

    async def pieces(self, ledger: Ledger, seq: int, images: ImageMode) -> AsyncIterator[bytes]:
        """Yield the line of the entry with this `seq`, in pieces of at most 64 KiB if it has an inline image.

        The image is read from the cache for each piece, so that a slow reader does not keep it in memory.

        Raises:
            NotFound: the entry's result is not in storage any more.
        """
        line = await self._line(ledger, seq)
        entry = ledger.entries[seq - 1]
        if images == "url" or not isinstance(entry, ImageEntry) or entry.failure is not None:
            yield line
            return
        step = entry.ref(self._generation_id)
        before, _, after = line.partition(f'"image":"{image_path(step)}"'.encode())
        blob = await self._generations.image(step)
        size, prefix = len(blob.content), f'"image":"data:{blob.media_type};base64,'
        del blob
        yield before + prefix.encode()
        for offset in range(0, size, _PIECE_BYTES):
            yield b64encode((await self._generations.image(step)).content[offset : offset + _PIECE_BYTES])
        yield b'"' + after

    async def _line(self, ledger: Ledger, seq: int) -> bytes:
        task = self._rendered.get(seq)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            # A reader may leave while others wait for the same line.
            task = self._rendered[seq] = asyncio.create_task(self._render(ledger, seq))
        return await asyncio.shield(task)

    async def _render(self, ledger: Ledger, seq: int) -> bytes:
        return to_line(await self.renderer.message(ledger, seq))
