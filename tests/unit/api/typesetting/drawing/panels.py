"""Panels whose texts are set by hand, in several scripts."""

from collections.abc import Sequence
from typing import Literal

from api.typesetting.drawing.letters import is_bold
from api.typesetting.shaping import measure
from shared.models.lettering import LetteredKind, PanelLettering, Place, SetLine, SetText

ASPECT = 4 / 3
_LINE = 1.2
_COLUMN = 1.3


def panel(
    *texts: SetText, language: str = "en", is_vertical: bool = False, direction: Literal["ltr", "rtl"] = "ltr"
) -> PanelLettering:
    return PanelLettering(
        panel=0, language=language, direction=direction, is_vertical=is_vertical, version=0, aspect=ASPECT, texts=texts
    )


def set_text(
    lines: Sequence[str],
    place: tuple[float, float, float, float],
    *,
    kind: LetteredKind = "dialogue",
    font_size: float = 0.04,
    language: str = "en",
    is_vertical: bool = False,
    tail: tuple[float, float] | None = None,
) -> SetText:
    """Return a text whose lines are in the middle of its place."""
    x, y, width, height = place
    text = SetText(
        kind=kind,
        text=" ".join(lines),
        place=Place(x=x, y=y, width=width, height=height),
        font_size=font_size,
        lines=(),
        tail=tail,
    )

    def line(number: int, words: str) -> SetLine:
        length = measure(words, language, font_size, is_vertical=is_vertical, is_bold=is_bold(text))
        shift = (number - (len(lines) - 1) / 2) * font_size
        middle = (x + width / 2, y + height / 2)
        if is_vertical:
            return SetLine(text=words, x=middle[0] - shift * _COLUMN, y=middle[1], length=length * ASPECT)
        return SetLine(text=words, x=middle[0], y=middle[1] + shift * _LINE * ASPECT, length=length)

    return text.model_copy(update={"lines": tuple(line(number, words) for number, words in enumerate(lines))})


def speech(*, tail: tuple[float, float] | None = (0.6, 0.9)) -> PanelLettering:
    return panel(set_text(["Wake up,", "Grandfather!"], (0.1, 0.1, 0.4, 0.3), tail=tail))


def column() -> PanelLettering:
    words = ["「起きて！", "おじいちゃん…。」"]
    return panel(
        set_text(words, (0.6, 0.1, 0.25, 0.7), language="ja", is_vertical=True, tail=(0.4, 0.9)),
        language="ja",
        is_vertical=True,
    )


def arabic() -> PanelLettering:
    return panel(
        set_text(["استيقظ يا جدي!", "(Mira قالت 12 مرة)"], (0.4, 0.2, 0.5, 0.3), language="ar"),
        language="ar",
        direction="rtl",
    )


def effect() -> PanelLettering:
    return panel(set_text(["KRRRASH!"], (0.3, 0.6, 0.5, 0.2), kind="effect", font_size=0.09))


def caption() -> PanelLettering:
    return panel(set_text(["That night."], (0.05, 0.05, 0.3, 0.1), kind="narration"))


ALL = {"speech": speech, "column": column, "arabic": arabic, "effect": effect, "caption": caption}
