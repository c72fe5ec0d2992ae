"""Reading and editing the texts of one panel.

An edit is one conditional write: a process that dies leaves the edit before it or the new one. It calls no model, and
can be made while the generation runs.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from api.lettering.pictures import PanelPicture, read_picture
from api.lettering.reading import direction_for
from api.lettering.source import Lettered, find_lettered
from api.lettering.texts import ComicTexts, read_texts
from api.lettering.typesetting import lettering_of, set_panel, set_panels, wanted_texts
from api.typesetting.typeset import PlaceProblem
from shared.deps import Deps
from shared.errors import FieldProblem, InvalidInput, LetteringChanged, NotFound
from shared.lettering import picture_digest
from shared.models.http.lettering import LetteringRequest
from shared.models.lettering import PanelLettering
from shared.models.stored.lettering import LetteringEdit
from shared.ports import Engine
from shared.storage.conditional import until_written
from shared.storage.lettering import StoredEdit

_ETAG_LENGTH = 32


@dataclass(frozen=True, slots=True)
class VersionedLettering:
    """A panel's texts as JSON, with its entity tag."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, lettering: PanelLettering) -> "VersionedLettering":
        """Return the lettering with its tag, which depends on all that it says."""
        content = lettering.model_dump_json(by_alias=True, exclude_none=True).encode()
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:_ETAG_LENGTH]}"')


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel of a comic, its texts in a language, and its picture."""

    index: int
    comic: Lettered
    texts: ComicTexts
    picture: PanelPicture

    @property
    def key(self) -> str:
        return self.texts.keys[self.index]


async def read_panel(
    deps: Deps, engine: Engine, generation_id: str, index: int, language: str | None
) -> VersionedLettering:
    """Return the texts of a panel in the language (None: the comic's own).

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        LetteringIsDrawn: its texts are drawn into the pictures.
        NotFound: its texts are not written yet, or not translated into the language, or there is no such panel.
    """
    panel = await _find_panel(deps, engine, generation_id, index, language)
    return VersionedLettering.of(await _as_set(panel, await _read_edit(deps, panel)))


async def edit_panel(
    deps: Deps,
    engine: Engine,
    generation_id: str,
    index: int,
    language: str | None,
    edited: LetteringRequest,
    is_expected: Callable[[str], bool],
) -> VersionedLettering:
    """Store a client's words and places; return the texts as they are set. The same again changes nothing.

    `is_expected` tells by the entity tag whether the client has edited this version.

    Raises:
        UnknownGeneration, Expired, LetteringIsDrawn, NotFound: as `read_panel`.
        InvalidInput: a speaker is no character, a place can't be used, or the comic has no dialogue.
        LetteringChanged: the client has edited another version.
    """
    panel = await _find_panel(deps, engine, generation_id, index, language)
    _check_speakers(panel.comic, edited)
    wanted = LetteringEdit(
        texts=tuple(text.edited() for text in edited.texts), picture=picture_digest(panel.picture.picture.calm)
    )

    async def attempt() -> VersionedLettering | None:
        before = await _read_edit(deps, panel)
        if before is None or before.edit != wanted:
            current = VersionedLettering.of(await _as_set(panel, before))
            if not is_expected(current.etag):
                raise LetteringChanged
        lettering = VersionedLettering.of(await _as_wanted(panel, wanted))
        if before is not None and before.edit == wanted:
            return lettering
        is_saved = await deps.letterings.save_edit(generation_id, panel.texts.tag, panel.key, wanted, before)
        return lettering if is_saved else None

    return await until_written(attempt)


async def _find_panel(deps: Deps, engine: Engine, generation_id: str, index: int, language: str | None) -> _Panel:
    comic = await find_lettered(deps, engine, generation_id)
    count = len(comic.plan.chunks.panels)
    if index not in range(count):
        raise NotFound(f"This generation has no panel {index}: it has {count}, counted from 0.")
    texts, picture = await asyncio.gather(read_texts(deps, comic, language), read_picture(deps, comic, index))
    return _Panel(index, comic, texts, picture)


async def _read_edit(deps: Deps, panel: _Panel) -> StoredEdit | None:
    return await deps.letterings.edit(panel.comic.generation_id, panel.texts.tag, panel.key)


async def _as_set(panel: _Panel, stored: StoredEdit | None) -> PanelLettering:
    """Return the texts as they are set, whatever a client has stored."""
    wanted = wanted_texts(panel.texts.panels[panel.index], stored and stored.edit, panel.picture)
    direction = direction_for(panel.comic, panel.texts)
    (texts,) = await set_panels([(wanted, panel.picture.picture)], panel.texts.language, direction)
    return lettering_of(panel.index, panel.texts.tag, panel.texts.language, panel.picture, texts)


async def _as_wanted(panel: _Panel, edit: LetteringEdit) -> PanelLettering:
    """Return the texts as they are set with the client's places.

    Raises:
        InvalidInput: names all places that can't be used.
    """
    wanted = wanted_texts((), edit, panel.picture)
    direction = direction_for(panel.comic, panel.texts)
    try:
        texts = await set_panel(wanted, panel.picture.picture, panel.texts.language, direction)
    except PlaceProblem as exc:
        problems = tuple(FieldProblem(f"texts[{each.index}].place", each.message) for each in (exc, *exc.others))
        fields = ", ".join(problem.field for problem in problems)
        raise InvalidInput(f"The texts were not stored; correct {fields}. {exc.message}", problems) from None
    return lettering_of(panel.index, panel.texts.tag, panel.texts.language, panel.picture, texts)


def _check_speakers(comic: Lettered, edited: LetteringRequest) -> None:
    """Refuse texts of a comic without any, and speakers that are no characters."""
    if comic.request.no_dialogue and edited.texts:
        advice = "This comic has no dialogue: leave it out."
        problems = tuple(FieldProblem(f"texts[{number}]", advice) for number in range(len(edited.texts)))
        raise InvalidInput("This comic was started without dialogue, so its panels have no texts.", problems)
    names = {character.name for character in comic.plan.analysis.characters}
    advice = "No character of the analysis has this name: use one of their names, or leave the speaker out."
    problems = tuple(
        FieldProblem(f"texts[{number}].speaker", advice)
        for number, text in enumerate(edited.texts)
        if text.speaker is not None and text.speaker not in names
    )
    if problems:
        fields = ", ".join(problem.field for problem in problems)
        raise InvalidInput(f"The texts were not stored; correct {fields}. {advice}", problems)
