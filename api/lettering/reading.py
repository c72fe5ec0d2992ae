"""Reading the texts of a comic as they are set over its pictures."""

import asyncio
from collections.abc import Sequence
from itertools import chain

from api.generations.languages import read_languages
from api.lettering.pictures import PanelPicture, read_pictures
from api.lettering.source import Lettered, find_lettered
from api.lettering.texts import ComicTexts, read_texts
from api.lettering.typesetting import lettering_of, reading_direction, set_panels, wanted_texts
from shared.deps import Deps
from shared.models.http.lettering import ComicLettering
from shared.models.lettering import PanelLettering
from shared.models.stored.lettering import LetteringEdit
from shared.models.story import Direction
from shared.ports import Engine


async def read_lettering(deps: Deps, engine: Engine, generation_id: str, language: str | None = None) -> ComicLettering:
    """Return all texts of a comic in the language (None: its own).

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        LetteringIsDrawn: its texts are drawn into the pictures.
        NotFound: its texts are not written yet, or not translated into the language.
    """
    return await lettering_in(deps, engine, await find_lettered(deps, engine, generation_id), language)


async def lettering_in(deps: Deps, engine: Engine, comic: Lettered, language: str | None) -> ComicLettering:
    """Return all texts of this comic in the language (None: its own); raises NotFound if it has none in it."""
    texts, pictures, languages = await asyncio.gather(
        read_texts(deps, comic, language),
        read_pictures(deps, comic),
        read_languages(deps, engine, comic.generation_id, comic.plan),
    )
    return ComicLettering(
        lettering=comic.request.lettering,
        language=texts.tag,
        title=texts.title,
        languages=languages,
        panels=await _set(comic, texts, pictures, await _read_edits(deps, comic, texts)),
    )


def direction_for(comic: Lettered, texts: ComicTexts) -> Direction:
    """Return in which direction the texts of each panel follow each other."""
    return reading_direction(comic.request.style, texts.language, list(chain.from_iterable(texts.panels)))


async def _read_edits(deps: Deps, comic: Lettered, texts: ComicTexts) -> list[LetteringEdit | None]:
    edited = await deps.letterings.edited_panels(comic.generation_id, texts.tag)

    async def read(key: str) -> LetteringEdit | None:
        stored = await deps.letterings.edit(comic.generation_id, texts.tag, key) if key in edited else None
        return stored and stored.edit

    return await asyncio.gather(*(read(key) for key in texts.keys))


async def _set(
    comic: Lettered, texts: ComicTexts, pictures: Sequence[PanelPicture], edits: Sequence[LetteringEdit | None]
) -> tuple[PanelLettering, ...]:
    panels = [
        (wanted_texts(planned, edit, picture), picture.picture)
        for planned, edit, picture in zip(texts.panels, edits, pictures, strict=True)
    ]
    set_texts = await set_panels(panels, texts.language, direction_for(comic, texts))
    return tuple(
        lettering_of(index, texts.tag, texts.language, picture, each)
        for index, (each, picture) in enumerate(zip(set_texts, pictures, strict=True))
    )
