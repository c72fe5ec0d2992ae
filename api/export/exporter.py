"""Exports a generation's comic as a file, finished or as far as it is drawn."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass

from api.export.comic.comic import DIRECTIONS, Comic, Direction, Panel, Portrait, Rendering
from api.generations.ledgers import find_run, full_ledger
from shared.deps import Deps
from shared.errors import NothingToExport, UnknownGeneration
from shared.images.image import Image
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.prices import IMAGE_SIZE
from shared.models.step_ref import ImageKind, StepRef
from shared.models.story import StoryAnalysis
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


async def render_in_thread(comic: Comic, rendering: Rendering) -> bytes:
    """Render the comic as a file, on another thread."""
    return await asyncio.to_thread(_render, comic, rendering)


def _render(comic: Comic, rendering: Rendering) -> bytes:
    # Imported on first use: it takes most of a second.
    from api.export.formats import render  # noqa: PLC0415

    return render(comic, rendering)


class Exporter:
    """Exports comics, at most two at once in this process; further requests wait for their turn."""

    def __init__(self, render: Callable[[Comic, Rendering], Awaitable[bytes]] = render_in_thread) -> None:
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
    ) -> Export:
        """Return the comic as a file; without a direction, it is read in the direction of its style.

        `is_known` tells by the ETag whether the client has this version.

        Raises:
            UnknownGeneration, Expired: there is no such generation.
            NothingToExport: none of its images is drawn yet.
        """
        run, request, choices = await asyncio.gather(
            find_run(deps, engine, generation_id),
            deps.generations.request(generation_id),
            read_choices(deps.blobs, generation_id),
        )
        ledger = await full_ledger(deps.generations, run)
        direction = direction or DIRECTIONS[request.style]
        etag = f'"{_EDITION}-{ledger.last_seq}{_tag(ledger, choices)}-{rendering}-{direction}"'
        if is_known is not None and is_known(etag):
            return Export(etag)
        async with nullcontext() if request.image_size == IMAGE_SIZE else self._large, self._slots:
            comic = await _load(deps, run, ledger, choices, request, direction, is_whole=rendering == "zip")
            return Export(etag, comic.title, await self._render(comic, rendering))


def _tag(ledger: Ledger, choices: Choices) -> str:
    """Return what tells apart the comics of one ledger: where another version than the newest counts."""
    return "".join(
        f"-{kind[0]}{index}.{version}"
        for kind in _KINDS
        for index, version in chosen(ledger, choices, kind).items()
        if version != ledger.drawn(kind)[index]
    )


async def _load(
    deps: Deps,
    run: Run,
    ledger: Ledger,
    choices: Choices,
    request: StoredRequest,
    direction: Direction,
    *,
    is_whole: bool,
) -> Comic:
    """Return the comic; unless `is_whole`, very large images are made smaller."""
    if not ledger.drawn("character") and not ledger.drawn("panel"):
        raise NothingToExport("No image of this comic is drawn yet. Wait for the first one and try again.")
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
