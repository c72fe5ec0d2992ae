"""What is known of the pictures that texts are set over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from api.lettered.source import Lettered
from api.lettering.picture import Picture
from shared.deps import Deps
from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.step_ref import StepRef
from shared.storage.choices import chosen, read_choices


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """The picture of a panel, and its version (None: it is not drawn, and only its shape and faces are known)."""

    picture: Picture
    version: int | None


async def read_pictures(deps: Deps, comic: Lettered) -> tuple[PanelPicture, ...]:
    """Return the picture of each panel, of the version that counts."""
    versions = await _versions(deps, comic)
    indexes = range(len(comic.plan.chunks.panels))
    return tuple(await asyncio.gather(*(_read(deps, comic, index, versions.get(index)) for index in indexes)))


async def read_picture(deps: Deps, comic: Lettered, index: int) -> PanelPicture:
    """Return the picture of a panel, of the version that counts."""
    return await _read(deps, comic, index, (await _versions(deps, comic)).get(index))


async def _versions(deps: Deps, comic: Lettered) -> Mapping[int, int]:
    return chosen(comic.ledger, await read_choices(deps.blobs, comic.generation_id), "panel")


async def _read(deps: Deps, comic: Lettered, index: int, version: int | None) -> PanelPicture:
    panel = comic.plan.chunks.panels[index]
    width, _, height = panel_aspect_ratio(panel.camera_angle, comic.request.aspect).partition(":")
    calm: str | None = None
    if version is not None:
        step = StepRef(generation_id=comic.generation_id, kind="panel", index=index, version=version)
        calm = await deps.generations.calm(step)
    return PanelPicture(Picture(int(width) / int(height), calm, panel.faces or ()), version)
