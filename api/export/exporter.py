"""Exports a generation's comic as a file, finished or as far as it is drawn."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from api.export.book.book import Book, Chapter
from api.export.comic.comic import Comic, Panel, Portrait, Rendering
from api.generations.ledgers import find_run, full_ledger
from shared.chapters.chain import LinkedChapter, read_chain
from shared.deps import Deps
from shared.errors import Expired, NothingToExport, UnknownGeneration
from shared.images.image import Image
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.prices import IMAGE_SIZE
from shared.models.step_ref import ImageKind, StepRef
from shared.models.story import DIRECTIONS, Direction, StoryAnalysis
from shared.ports import Engine, Run
from shared.storage.choices import Choices, chosen, read_choices
from shared.storage.generations import Generations

# Each export holds a whole comic in memory and keeps a CPU busy.
_MAX_CONCURRENT = 2
# How many large images of a comic are read at once, before they are made smaller.
_MOST_READ = 2
# Part of every ETag: raise it when the same comic is rendered as a different file.
_EDITION = 2
_KINDS: tuple[ImageKind, ...] = ("character", "panel")


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
        is_known: Callable[[str], bool] | None = None,
        *,
        is_book: bool = False,
    ) -> Export:
        """Return the comic as a file; without a direction, it is read in the direction of its style.

        `is_known` tells by the ETag whether the client has this version. `is_book`: with all chapters of its book.

        Raises:
            UnknownGeneration, Expired: there is no such generation.
            NothingToExport: none of its images is drawn yet.
        """
        wanted = await _find(deps, engine, generation_id)
        direction = direction or DIRECTIONS[wanted.request.style]
        sources = await _chapters(deps, engine, wanted) if is_book else [wanted]
        etag = f'"{_EDITION}-{_tag(sources)}-{rendering}-{direction}"'
        if is_known is not None and is_known(etag):
            return Export(etag)
        is_large = any(source.request.image_size != IMAGE_SIZE for source in sources)
        async with self._large if is_large else nullcontext(), self._slots:
            comics = [await _load(deps, source, direction, is_whole=rendering == "zip") for source in sources]
            title = comics[0].title
            if len(comics) == 1:
                return Export(etag, title, await self._render(comics[0], rendering))
            numbered = zip((source.number for source in sources), comics, strict=True)
            book = Book([Chapter(number, comic) for number, comic in numbered])
            return Export(etag, title, await self._render(book, rendering))


def _tag(sources: Sequence["_Source"]) -> str:
    if len(sources) == 1:
        return sources[0].tag
    chapters = " ".join(f"{source.run.instance_id}:{source.tag}" for source in sources)
    return hashlib.sha256(chapters.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Source:
    """What a comic is made of, and its number in its book."""

    run: Run
    request: StoredRequest
    ledger: Ledger
    choices: Choices
    number: int = 1

    @property
    def has_image(self) -> bool:
        return bool(self.ledger.drawn("character") or self.ledger.drawn("panel"))

    @property
    def tag(self) -> str:
        """What tells apart the comics of a generation: its results, and the versions that count."""
        return f"{self.ledger.last_seq}" + "".join(
            f"-{kind[0]}{index}.{version}"
            for kind in _KINDS
            for index, version in chosen(self.ledger, self.choices, kind).items()
            if version != self.ledger.drawn(kind)[index]
        )


async def _find(deps: Deps, engine: Engine, generation_id: str, number: int = 1) -> _Source:
    run, request, choices = await asyncio.gather(
        find_run(deps, engine, generation_id),
        deps.generations.request(generation_id),
        read_choices(deps.blobs, generation_id),
    )
    ledger = await full_ledger(deps.generations, run)
    return _Source(run, request, ledger, choices, number)


async def _chapters(deps: Deps, engine: Engine, wanted: _Source) -> list[_Source]:
    """Return the chapters of the book that have an image; the given one if none has."""
    chain = await read_chain(deps, wanted.run.instance_id, wanted.request.chapter)

    async def find(chapter: LinkedChapter) -> _Source | None:
        try:
            return await _find(deps, engine, chapter.generation_id, chapter.number)
        except (UnknownGeneration, Expired):
            # It was removed meanwhile, or is about to begin.
            return None

    found = await asyncio.gather(*(find(chapter) for chapter in chain.begun))
    return [source for source in found if source is not None and source.has_image] or [wanted]


async def _load(deps: Deps, source: _Source, direction: Direction, *, is_whole: bool) -> Comic:
    """Return the comic; unless `is_whole`, very large images are made smaller."""
    if not source.has_image:
        raise NothingToExport("No image of this comic is drawn yet. Wait for the first one and try again.")
    run, request, ledger, choices = source.run, source.request, source.ledger, source.choices
    generations, generation_id = deps.generations, run.instance_id
    sheets, panels = await asyncio.gather(
        _images(generations, generation_id, chosen(ledger, choices, "character"), "character", is_whole=is_whole),
        _images(generations, generation_id, chosen(ledger, choices, "panel"), "panel", is_whole=is_whole),
    )
    analysis = await generations.analysis(generation_id, ledger.plan)
    # A breakdown that is stored but not in the ledger yet is unknown to readers of the stream.
    breakdown = None if ledger.panels is None else await generations.breakdown(generation_id, ledger.plan)
    if analysis is None:
        raise UnknownGeneration
    return Comic(
        style=request.style,
        direction=direction,
        created_at=run.created_at,
        analysis=analysis,
        breakdown=breakdown,
        panels=tuple(
            Panel(plan, panels.get(index)) for index, plan in enumerate(breakdown.panels if breakdown else ())
        ),
        cast=_cast(analysis, sheets),
        language=analysis.language,
        model=deps.settings.image_model,
        project=_project(deps.settings.github_repository),
        aspect=request.aspect,
    )


def _project(repository: str | None) -> str | None:
    return None if repository is None else f"https://github.com/{repository}"


async def _images(
    generations: Generations, generation_id: str, versions: dict[int, int], kind: ImageKind, *, is_whole: bool
) -> dict[int, Image]:
    room = asyncio.Semaphore(_MOST_READ)

    async def read(index: int, version: int) -> Image:
        step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
        async with nullcontext() if is_whole else room:
            blob = await generations.image(step)
            image = Image(blob.content, blob.media_type)
            return image if is_whole else await asyncio.to_thread(_for_print, image)

    images = await asyncio.gather(*(read(index, version) for index, version in versions.items()))
    return dict(zip(versions, images, strict=True))


def _for_print(image: Image) -> Image:
    # Imported on first use, as the formats.
    from api.export.comic.pixels import for_print  # noqa: PLC0415

    return for_print(image)


def _cast(analysis: StoryAnalysis, sheets: dict[int, Image]) -> tuple[Portrait, ...]:
    return tuple(Portrait(index + 1, analysis.characters[index].name, image) for index, image in sorted(sheets.items()))
