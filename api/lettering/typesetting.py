"""Typesetting of texts that clients may have edited, on another thread. The latest results are kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from api.lettering.pictures import PanelPicture
from api.typesetting.picture import Picture
from api.typesetting.scripts import direction_of, is_vertical
from api.typesetting.typeset import PlaceProblem, Wanted, typeset
from shared.lettering import picture_digest
from shared.models.lettering import PanelLettering, PlannedText, SetText
from shared.models.stored.lettering import LetteringEdit
from shared.models.story import DIRECTIONS, Direction, Style

# A few dozen comics.
_MOST_KEPT = 500


def reading_direction(style: Style, language: str | None, texts: Sequence[PlannedText]) -> Direction:
    """Return in which direction texts follow each other: that of the style, or of a script from right to left."""
    return "rtl" if direction_of(language, [text.text for text in texts]) == "rtl" else DIRECTIONS[style]


def wanted_texts(texts: Sequence[PlannedText], edit: LetteringEdit | None, picture: PanelPicture) -> tuple[Wanted, ...]:
    """Return the texts to set: the edited ones if there are any; places hold for the picture that they are for."""
    if edit is None:
        return tuple(Wanted(text) for text in texts)
    is_same_picture = edit.picture == picture_digest(picture.picture.calm)
    return tuple(
        Wanted(
            PlannedText(kind=text.kind, text=text.text, speaker=text.speaker), text.place if is_same_picture else None
        )
        for text in edit.texts
    )


async def set_panels(
    panels: Sequence[tuple[tuple[Wanted, ...], Picture]], language: str | None, reading: Direction
) -> list[tuple[SetText, ...]]:
    """Return the texts of panels as they are set. A place that can't be used any more is chosen again."""

    def set_all() -> list[tuple[SetText, ...]]:
        return [_set_anyway(wanted, picture, language, reading) for wanted, picture in panels]

    return await asyncio.to_thread(set_all)


async def set_panel(
    wanted: tuple[Wanted, ...], picture: Picture, language: str | None, reading: Direction
) -> tuple[SetText, ...]:
    """Return the texts of a panel as they are set; raises PlaceProblem if a place can't be used."""
    return await asyncio.to_thread(_typeset, wanted, picture, language, reading)


def lettering_of(
    panel: int, tag: str, language: str | None, picture: PanelPicture, texts: tuple[SetText, ...]
) -> PanelLettering:
    """Return the lettering of a panel; `tag` names its language, even if it is not known."""
    words = [text.text for text in texts]
    return PanelLettering(
        panel=panel,
        language=tag,
        direction=direction_of(language, words),
        is_vertical=is_vertical(language, words),
        version=picture.version,
        aspect=picture.picture.aspect,
        texts=texts,
    )


def _set_anyway(
    wanted: tuple[Wanted, ...], picture: Picture, language: str | None, reading: Direction
) -> tuple[SetText, ...]:
    while True:
        try:
            return _typeset(wanted, picture, language, reading)
        except PlaceProblem as exc:
            # Fonts or rules have changed since the client has chosen it.
            wanted = (*wanted[: exc.index], replace(wanted[exc.index], place=None), *wanted[exc.index + 1 :])


@lru_cache(maxsize=_MOST_KEPT)
def _typeset(
    wanted: tuple[Wanted, ...], picture: Picture, language: str | None, reading: Direction
) -> tuple[SetText, ...]:
    return typeset(wanted, picture, language, reading)
