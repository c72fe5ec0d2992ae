"""Comics whose texts are set over their pictures."""

from collections.abc import Sequence
from dataclasses import replace

from api.export.comic.comic import Comic
from api.typesetting.picture import Picture
from api.typesetting.scripts import direction_of, is_vertical
from api.typesetting.typeset import Wanted, typeset
from shared.images.image import Image
from shared.models.lettering import PanelLettering, PlannedText, SetText
from tests.unit.api.export.comics import comic

WORDS = {
    "en": ("Where did the keeper go?", "Later, in the harbour", "CRASH!"),
    "ja": ("灯台が暗い！12日だよ", "その夜、港で", "ドーン"),
    "ar": ("أين ذهب حارس المنارة؟", "في وقت لاحق", "بوم"),
    "he": ("לאן הלך שומר המגדלור?", "מאוחר יותר", "בום"),
}
"""What is said, told and heard."""


def set_texts(language: str, *, aspect: float = 4 / 3) -> tuple[SetText, ...]:
    """Return a text of each kind, set over a picture."""
    said, told, heard = WORDS[language]
    texts = (
        PlannedText(kind="narration", text=told),
        PlannedText(kind="dialogue", text=said, speaker="Mira"),
        PlannedText(kind="effect", text=heard),
    )
    return typeset([Wanted(text) for text in texts], Picture(aspect), language, direction_of(language))


def lettering(language: str, panel: int, texts: tuple[SetText, ...] | None = None) -> PanelLettering:
    """Return the texts of a panel."""
    return PanelLettering(
        panel=panel,
        language=language,
        direction=direction_of(language),
        is_vertical=is_vertical(language),
        version=1,
        aspect=4 / 3,
        texts=set_texts(language) if texts is None else texts,
    )


def lettered_comic(images: Sequence[Image | None], language: str = "en", title: str = "The Lamp") -> Comic:
    """Return a comic that has a text of each kind over every panel but the last one, which has none."""
    drawn = comic(images, language=language, title=title, direction=direction_of(language))
    last = len(images) - 1
    return replace(
        drawn,
        letterings={
            index: lettering(language, index, () if index == last > 0 else None) for index in range(len(images))
        },
    )
