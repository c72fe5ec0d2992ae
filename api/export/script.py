"""`json`: the comic as data, with the paths of its images."""

import asyncio
import json
from collections.abc import Sequence

from api.export.sources import Source, read_texts
from api.links import image_path
from shared.deps import Deps
from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.http.script import (
    SCHEMA_VERSION,
    BookScript,
    ComicScript,
    ExportedScript,
    ScriptCharacter,
    ScriptImage,
    ScriptPanel,
)
from shared.models.step_ref import ImageKind, StepRef
from shared.models.story import Direction


async def read_script(deps: Deps, sources: Sequence[Source], direction: Direction, *, is_book: bool) -> ExportedScript:
    """Return the comic as data; `is_book`: its book.

    Raises:
        NothingToExport: none of its images is drawn yet.
        UnknownGeneration: it was removed meanwhile.
    """
    scripts = await asyncio.gather(*(_script(deps, source, direction) for source in sources))
    first = scripts[0]
    if not is_book:
        return ExportedScript(first)
    return ExportedScript(BookScript(schema_version=SCHEMA_VERSION, title=first.title, chapters=tuple(scripts)))


def script_file(script: ExportedScript) -> bytes:
    """Return the script as a JSON file."""
    content = script.model_dump(mode="json", by_alias=True, exclude_none=True)
    for comic in content.get("chapters", [content]):
        for part in (*comic["cast"], *comic["panels"]):
            part.setdefault("image", None)
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


async def _script(deps: Deps, source: Source, direction: Direction) -> ComicScript:
    analysis, breakdown = await read_texts(deps, source)
    aspect, lettering, own = source.request.aspect, source.lettering, analysis.language
    letterings = {} if lettering is None else {panel.panel: panel for panel in lettering.panels}
    sheets, panels = _images(source, "character"), _images(source, "panel")
    return ComicScript(
        schema_version=SCHEMA_VERSION,
        id=source.run.instance_id,
        number=source.number,
        title=analysis.title if lettering is None else lettering.title,
        style=source.request.style,
        reading_direction=direction,
        lettering=source.request.lettering,
        language=own if lettering is None else lettering.language,
        languages=source.languages if lettering is not None or own is None else (own,),
        created_at=source.run.created_at,
        analysis=analysis,
        cast=tuple(
            ScriptCharacter(index=index, name=character.name, image=sheets.get(index))
            for index, character in enumerate(analysis.characters)
        ),
        panels=tuple(
            ScriptPanel(
                index=index,
                plan=plan,
                aspect_ratio=panel_aspect_ratio(plan.camera_angle, aspect),
                image=panels.get(index),
                lettering=letterings.get(index),
            )
            for index, plan in enumerate(breakdown.panels if breakdown else ())
        ),
    )


def _images(source: Source, kind: ImageKind) -> dict[int, ScriptImage]:
    """Return where the images that are drawn are, by their index."""
    generation_id = source.run.instance_id

    def image(index: int, version: int) -> ScriptImage:
        step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
        return ScriptImage(path=image_path(step), version=version)

    return {index: image(index, version) for index, version in source.versions(kind).items()}
