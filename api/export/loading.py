"""Reads the comic of a generation, with all its images, into memory."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext

from api.export.comic.comic import Comic, Panel, Portrait
from api.export.sources import Source, read_texts
from shared.deps import Deps
from shared.images.image import Image
from shared.models.step_ref import ImageKind, StepRef
from shared.models.story import Direction, StoryAnalysis
from shared.storage.generations import Generations
from shared.text.language import language_tag

# How many large images of a comic are read at once, before they are made smaller.
_MOST_READ = 2


async def load_comic(deps: Deps, source: Source, direction: Direction, *, is_whole: bool) -> Comic:
    """Return the comic; unless `is_whole`, very large images are made smaller.

    Raises:
        NothingToExport: none of its images is drawn yet.
        UnknownGeneration: it was removed meanwhile.
    """
    analysis, breakdown = await read_texts(deps, source)
    lettering = source.lettering
    sheets, panels = await asyncio.gather(
        _images(deps.generations, source, "character", is_whole=is_whole),
        _images(deps.generations, source, "panel", is_whole=is_whole),
    )
    return Comic(
        id=source.run.instance_id,
        style=source.request.style,
        direction=direction,
        created_at=source.run.created_at,
        analysis=analysis if lettering is None else analysis.model_copy(update={"title": lettering.title}),
        breakdown=breakdown,
        panels=tuple(
            Panel(plan, panels.get(index)) for index, plan in enumerate(breakdown.panels if breakdown else ())
        ),
        cast=_cast(analysis, sheets),
        language=analysis.language if lettering is None else language_tag(lettering.language),
        model=deps.settings.image_model,
        project=_project(deps.settings.github_repository),
        aspect=source.request.aspect,
        letterings={panel.panel: panel for panel in lettering.panels} if lettering else {},
    )


def _project(repository: str | None) -> str | None:
    return None if repository is None else f"https://github.com/{repository}"


async def _images(generations: Generations, source: Source, kind: ImageKind, *, is_whole: bool) -> Mapping[int, Image]:
    versions = source.versions(kind)
    room = asyncio.Semaphore(_MOST_READ)

    async def read(index: int, version: int) -> Image:
        step = StepRef(generation_id=source.run.instance_id, kind=kind, index=index, version=version)
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


def _cast(analysis: StoryAnalysis, sheets: Mapping[int, Image]) -> tuple[Portrait, ...]:
    return tuple(Portrait(index + 1, analysis.characters[index].name, image) for index, image in sorted(sheets.items()))
