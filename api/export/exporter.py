"""Exports a generation's comic as a file, finished or as far as it is drawn."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from api.export.book.book import Book, Chapter
from api.export.comic.comic import Comic, Rendering
from api.export.loading import load_comic
from api.export.script import read_script, script_file
from api.export.sources import Source, find_chapters, find_source, tag_of, with_lettering
from shared.deps import Deps
from shared.models.story import Direction
from shared.ports import Engine

# Each export holds a whole comic in memory and keeps a CPU busy.
_MAX_CONCURRENT = 2
# Part of every ETag: raise it when the same comic is rendered as a different file.
_EDITION = 3


@dataclass(frozen=True, slots=True)
class Export:
    """An exported comic. `content` is None if the client has this version already."""

    etag: str
    title: str = ""
    content: bytes | None = None


async def render_in_thread(comic: Comic | Book, rendering: Rendering) -> bytes:
    """Render the comic as a file, on another thread."""
    return await asyncio.to_thread(_render, comic, rendering)


def _render(comic: Comic | Book, rendering: Rendering) -> bytes:
    # Imported on first use: it takes most of a second.
    from api.export.formats import render  # noqa: PLC0415

    return render(comic, rendering)


class Exporter:
    """Exports comics, at most two at once in this process; further requests wait for their turn."""

    def __init__(self, render: Callable[[Comic | Book, Rendering], Awaitable[bytes]] = render_in_thread) -> None:
        self._render = render
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        # A comic with images of 4K has some 400 MB.
        self._large = asyncio.Lock()

    async def export(
        self,
        deps: Deps,
        engine: Engine,
        generation_id: str,
        rendering: Rendering,
        direction: Direction | None = None,
        language: str | None = None,
        is_known: Callable[[str], bool] | None = None,
        *,
        is_book: bool = False,
    ) -> Export:
        """Return the comic as a file; without a direction, it is read in that of its style or of its script.

        `language` (BCP 47) is that of the texts over the pictures. `is_known` tells by the ETag whether the client has
        this version. `is_book`: with all chapters of its book.

        Raises:
            UnknownGeneration, Expired: there is no such generation.
            NothingToExport: none of its images is drawn yet.
            LetteringIsDrawn: another language is wanted, and the texts are drawn into the pictures.
            NotFound: there are no texts in the language.
        """
        wanted = await find_source(deps, engine, generation_id)
        found = await find_chapters(deps, engine, wanted) if is_book else [wanted]
        # No words of panels are on a cover.
        has_words = rendering != "cover"
        lettered = (with_lettering(deps, engine, source, language) for source in found)
        sources = await asyncio.gather(*lettered) if has_words else found
        direction = direction or sources[0].direction
        etag = f'"{_EDITION}-{tag_of(sources)}-{rendering}-{direction}"'
        if is_known is not None and is_known(etag):
            return Export(etag)
        if rendering == "json":
            script = await read_script(deps, sources, direction, is_book=is_book)
            return Export(etag, script.root.title, script_file(script))
        return await self._export_drawn(deps, sources, direction, rendering, etag)

    async def _export_drawn(
        self, deps: Deps, sources: Sequence[Source], direction: Direction, rendering: Rendering, etag: str
    ) -> Export:
        """Return the comic as a file with its images."""
        is_large = any(source.has_large_images for source in sources)
        async with self._large if is_large else nullcontext(), self._slots:
            comics = [await load_comic(deps, source, direction, is_whole=rendering == "zip") for source in sources]
            title = comics[0].title
            if len(comics) == 1:
                return Export(etag, title, await self._render(comics[0], rendering))
            numbered = zip((source.number for source in sources), comics, strict=True)
            book = Book([Chapter(number, comic) for number, comic in numbered])
            return Export(etag, title, await self._render(book, rendering))
