"""A generation's result messages as lines, rendered once for all who read the generation in this process."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator

from api.links import image_path
from api.streaming.rendering import Renderer
from shared.models.ledger import ImageEntry, Ledger
from shared.models.story import ImageMode
from shared.ndjson import to_line
from shared.storage.generations import Generations

# A multiple of three, so that the pieces' base64 texts make one text.
_PIECE_BYTES = 48 * 1024


class Lines:
    """The lines of one generation. The same `seq` always gives the same line."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self.renderer = Renderer(generations, generation_id)
        self._generations = generations
        self._generation_id = generation_id
        # With images by address; they are short.
        self._lines: dict[int, asyncio.Task[bytes]] = {}

    async def pieces(self, ledger: Ledger, seq: int, images: ImageMode) -> AsyncIterator[bytes]:
        """Yield the line of the entry with this `seq`, which is in pieces of 64 KiB if it has an image in it.

        The image is read from the cache for each piece: a client that reads slowly must not keep it in memory.

        Raises:
            NotFound: the entry's result is not in storage any more.
        """
        line = await self._line(ledger, seq)
        entry = ledger.entries[seq - 1]
        if images == "url" or not isinstance(entry, ImageEntry) or entry.failure is not None:
            yield line
            return
        step = entry.ref(self._generation_id)
        head, _, tail = line.partition(f'"image":"{image_path(step)}"'.encode())
        blob = await self._generations.image(step)
        size, data_url = len(blob.content), f"data:{blob.media_type};base64,"
        del blob
        yield head + f'"image":"{data_url}'.encode()
        for offset in range(0, size, _PIECE_BYTES):
            yield b64encode((await self._generations.image(step)).content[offset : offset + _PIECE_BYTES])
        yield b'"' + tail

    async def _line(self, ledger: Ledger, seq: int) -> bytes:
        rendering = self._lines.get(seq)
        if rendering is None:
            rendering = self._lines[seq] = asyncio.create_task(self._render(ledger, seq))
            rendering.add_done_callback(lambda done: self._forget_failure(seq, done))
        return await asyncio.shield(rendering)

    async def _render(self, ledger: Ledger, seq: int) -> bytes:
        return to_line(await self.renderer.message(ledger, seq))

    def _forget_failure(self, seq: int, rendering: asyncio.Task[bytes]) -> None:
        """Let the next reader try again."""
        if rendering.cancelled() or rendering.exception():
            del self._lines[seq]
