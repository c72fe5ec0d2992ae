"""A generation's result messages as lines, made once for all who read the generation in this process."""

from api.rendering import Renderer
from shared.generations import Generations
from shared.ledger import Ledger
from shared.models.story import ImageMode
from shared.ndjson import to_line
from shared.single_flight import SingleFlight

# A line with an image in it is shared by those who want it at the same moment, and not kept.
_MAX_KEPT_BYTES = 16 * 1024


class Lines:
    """The lines of one generation. The same `seq` gives the same line, whoever asks, so that it may be kept."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self._renderers: dict[ImageMode, Renderer] = {
            "inline": Renderer(generations, generation_id, "inline"),
            "url": Renderer(generations, generation_id, "url"),
        }
        self._kept: dict[tuple[ImageMode, int], bytes] = {}
        self._making = SingleFlight[tuple[ImageMode, int], bytes]()

    def renderer(self, images: ImageMode) -> Renderer:
        """Return what makes the messages."""
        return self._renderers[images]

    async def line(self, ledger: Ledger, seq: int, images: ImageMode) -> bytes:
        """Return the line of the entry with this `seq`.

        Raises:
            NotFound: the entry's result is not in storage any more.
        """
        key = (images, seq)
        line = self._kept.get(key)
        if line is None:
            line = await self._making.do(key, lambda: self._make(ledger, seq, images))
        return line

    async def _make(self, ledger: Ledger, seq: int, images: ImageMode) -> bytes:
        line = to_line(await self._renderers[images].message(ledger, seq))
        if len(line) <= _MAX_KEPT_BYTES:
            self._kept[images, seq] = line
        return line
