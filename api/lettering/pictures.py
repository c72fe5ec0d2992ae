"""What is known of the pictures that texts are set over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from api.lettering.source import Lettered
from api.typesetting.picture import Picture
from shared.deps import Deps
from shared.images.calm import Measured
from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.step_ref import StepRef
from shared.names import result_blob
from shared.storage.choices import chosen, read_choices


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """The picture of a panel, and its version (None: it is not drawn, and only its shape and faces are known)."""

    picture: Picture
    version: int | None


async def read_pictures(deps: Deps, comic: Lettered) -> tuple[PanelPicture, ...]:
    """Return the picture of each panel, of the version that counts."""
    versions, panels = await asyncio.gather(
        _versions(deps, comic), deps.generations.measured_panels(comic.generation_id)
    )

    def picture(index: int) -> PanelPicture:
        version = versions.get(index)
        measured = None if version is None else panels.get(result_blob(_step(comic, index, version)))
        return _picture(comic, index, version, measured)

    return tuple(map(picture, range(len(comic.plan.chunks.panels))))


async def read_picture(deps: Deps, comic: Lettered, index: int) -> PanelPicture:
    """Return the picture of a panel, of the version that counts."""
    version = (await _versions(deps, comic)).get(index)
    measured = None if version is None else await deps.generations.measured(_step(comic, index, version))
    return _picture(comic, index, version, measured)


async def _versions(deps: Deps, comic: Lettered) -> Mapping[int, int]:
    return chosen(comic.ledger, await read_choices(deps.blobs, comic.generation_id), "panel")


def _step(comic: Lettered, index: int, version: int) -> StepRef:
    return StepRef(generation_id=comic.generation_id, kind="panel", index=index, version=version)


def _picture(comic: Lettered, index: int, version: int | None, measured: Measured | None) -> PanelPicture:
    """Return the picture; one that was not measured has the aspect that is asked for."""
    panel = comic.plan.chunks.panels[index]
    faces = panel.faces or ()
    if measured is not None:
        return PanelPicture(Picture(measured.aspect, measured.calm, faces), version)
    width, _, height = panel_aspect_ratio(panel.camera_angle, comic.request.aspect).partition(":")
    return PanelPicture(Picture(int(width) / int(height), None, faces), version)
