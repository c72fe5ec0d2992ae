"""Random texts of panels, pictures for them, and a measure that needs no font."""

import unicodedata
from itertools import cycle, islice

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from api.typesetting.picture import CALM_CELLS, Picture
from api.typesetting.typeset import Wanted
from shared.models.lettering import (
    MAX_FACES,
    MAX_LETTERED_LENGTH,
    MAX_TEXTS_A_PANEL,
    LetteredKind,
    PicturePart,
    Place,
    PlannedFace,
    PlannedText,
)

PARTS: tuple[PicturePart, ...] = (
    *("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"),
)
NAMES = ("Ann", "Bob", "Cleo", "Dan")
SAMPLES = {
    "en": "I told you not to come back here. What do you want? Only the key, Ann – it's mine! ",
    "de": "Donaudampfschifffahrtsgesellschaftskapitän, Rindfleischetikettierungsüberwachung! ",
    "ar": "قلت لك ألا تعود إلى هنا. ماذا تريد؟ المفتاح فقط يا صديقي! ",
    "he": "אמרתי לך לא לחזור לכאן. מה אתה רוצה? ",
    "ja": "ここに戻ってくるなと言ったはずだ。「何が欲しいんだ？」鍵だけだ、アン！",
    "zh": "我告诉过你不要回到这里来。你想要什么？只要钥匙。",
    "th": "ฉันบอกแล้วว่าอย่ากลับมาที่นี่อีกคุณต้องการอะไร ",
    "hi": "मैंने तुमसे कहा था कि यहाँ वापस मत आना। तुम क्या चाहते हो? ",
    "und": "😀👩🏽‍🚀🇩🇪👨‍👩‍👧🎉❤️",
    "fr": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
}
KINDS: tuple[LetteredKind, ...] = ("dialogue", "narration", "effect")
_SLOTS = 4


def letters_measure(text: str, language: str, font_size: float, *, is_vertical: bool, is_bold: bool) -> float:
    """Give each letter a width, as a font would."""
    narrow = 1.0 if is_vertical else 0.55 if is_bold else 0.5

    def width(letter: str) -> float:
        if unicodedata.category(letter) in {"Mn", "Cf"}:
            return 0.0
        return 1.0 if unicodedata.east_asian_width(letter) in {"W", "F"} else 0.3 if letter == " " else narrow

    return font_size * sum(width(letter) for letter in text)


def sample(language: str, length: int, start: int = 0) -> str:
    """Return a text of a language with exactly so many letters; it neither begins nor ends with a space."""
    text = "".join(islice(cycle(SAMPLES[language]), start, start + length))
    return f"{text[:-1]}!" if text.endswith(" ") else text


@st.composite
def pictures(draw: DrawFn) -> Picture:
    """Return a picture of any usual shape, with up to four faces, and with a calm map or without one."""
    aspect = draw(st.sampled_from([9 / 16, 2 / 3, 3 / 4, 1.0, 4 / 3, 16 / 9, 21 / 9]) | st.floats(9 / 16, 21 / 9))
    parts = draw(st.lists(st.sampled_from(PARTS), max_size=MAX_FACES))
    faces = tuple(PlannedFace(name=name, part=part) for name, part in zip(NAMES, parts, strict=False))
    randomly = draw(st.none() | st.randoms(use_true_random=False))
    if randomly is None:
        return Picture(aspect, None, faces)
    rows = [randomly.choices("0123456789abcdef", k=4) for _ in range(4)]
    calm = "".join(rows[y * 4 // CALM_CELLS][x * 4 // CALM_CELLS] for y in range(CALM_CELLS) for x in range(CALM_CELLS))
    return Picture(aspect, calm, faces)


@st.composite
def wanted_texts(draw: DrawFn) -> tuple[tuple[Wanted, ...], str | None]:
    """Return the texts of a panel, some of them with a place by hand, and their language."""
    language = draw(st.sampled_from(sorted(SAMPLES)))
    lengths = st.integers(1, 12) | st.integers(10, 80) | st.integers(80, MAX_LETTERED_LENGTH)
    count = draw(st.integers(1, MAX_TEXTS_A_PANEL))
    by_hand = draw(st.just(frozenset[int]()) | st.frozensets(st.integers(0, _SLOTS**2 - 1), max_size=count))
    slots = iter(sorted(by_hand))
    texts: list[Wanted] = []
    for _ in range(count):
        kind, speaker = draw(st.sampled_from(KINDS)), draw(st.none() | st.sampled_from(NAMES))
        length = draw(lengths)
        text = PlannedText(kind=kind, text=sample(language, length, draw(st.integers(0, 40))), speaker=speaker)
        texts.append(Wanted(text, _slot(next(slots, None))))
    return tuple(draw(st.permutations(texts))), None if language == "und" else language


def _slot(number: int | None) -> Place | None:
    if number is None:
        return None
    row, column = divmod(number, _SLOTS)
    return Place(x=column / _SLOTS, y=row / _SLOTS, width=0.9 / _SLOTS, height=1 / _SLOTS)
