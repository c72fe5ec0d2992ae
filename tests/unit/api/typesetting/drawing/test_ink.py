"""The ink of letters stays within their balloons, pixel by pixel, in many scripts."""

import random

import PIL.Image
import PIL.ImageChops
import pytest

from api.export.comic.pixels import with_values
from api.typesetting.drawing.raster import draw_lettering
from api.typesetting.picture import Picture
from api.typesetting.scripts import direction_of, is_vertical
from api.typesetting.typeset import Wanted, typeset
from shared.models.lettering import LetteredKind, PanelLettering, PlannedText

PANELS = 6
WIDTH, HEIGHT = 900, 675
SKY = (90, 110, 130)
KINDS: tuple[LetteredKind, ...] = ("dialogue", "narration", "dialogue")
WORDS = {
    "en": "Wake up, Grandfather! Yes… why? Jellyfish gulped Quickly (twice) through the fog; WHAT?! I",
    "pl": "Zażółć gęślą jaźń, Łódź! Ćma Źdźbło święto, ŻÓŁĆ",
    "vi": "Ồ! Việt Nam ơi, những Ẩn số Ệ khó hiểu quá",
    "ru": "Привет, дедушка! Щука Ёж ЙОГУРТ, подъём?",
    "ja": "おじいちゃん、「起きて！」海に何かいるよ…。 NASA 12個 ドーン！？ っょーッ 2026年 （夜）",
    "zh": "你好，老爷爷！海里有东西…… “什么？” 灯塔",
    "ko": "할아버지, 일어나세요! 바다에 뭔가 있어요…",
    "ar": "استيقظ يا جدي! هناك شيء في الماء، قالت Mira 12 مرةً؟ إِنَّهُ",
    "he": "סבא, תתעורר! יש משהו במים… שָׁלוֹם 12 Tom",
    "hi": "उठो दादाजी! पानी में कुछ है। स्त्री श्रृंगार क्ष्म्य",
    "th": "สวัสดี ปู่ตื่นเถิด! ที่นี่ น้ำ ฐู กี้ ญู",
    "my": "မင်္ဂလာပါ အဘိုး ကြွက်ကြီး",
}


def lettered(language: str, seed: int) -> PanelLettering:
    chance = random.Random(seed)
    words = WORDS[language].split()

    def text(kind: LetteredKind) -> Wanted:
        return Wanted(PlannedText(kind=kind, text=" ".join(chance.choices(words, k=chance.randint(1, 12)))))

    texts = typeset([text(kind) for kind in KINDS], Picture(WIDTH / HEIGHT), language, "ltr")
    return PanelLettering(
        panel=0,
        language=language,
        direction=direction_of(language),
        is_vertical=is_vertical(language),
        version=0,
        aspect=WIDTH / HEIGHT,
        texts=texts,
    )


def drawn(lettering: PanelLettering) -> PIL.Image.Image:
    canvas = PIL.Image.new("RGB", (WIDTH, HEIGHT), SKY)
    draw_lettering(canvas, (0, 0, WIDTH, HEIGHT), lettering)
    return canvas.convert("L")


def without_lines(lettering: PanelLettering) -> PanelLettering:
    return lettering.model_copy(
        update={"texts": tuple(text.model_copy(update={"lines": ()}) for text in lettering.texts)}
    )


@pytest.mark.parametrize("language", WORDS)
def test_ink_of_letters_is_on_the_paper_of_balloons(language: str) -> None:
    for seed in range(PANELS):
        lettering = lettered(language, seed)
        balloons = drawn(without_lines(lettering))
        ink = with_values(PIL.ImageChops.difference(drawn(lettering), balloons), lambda value: 255 if value > 8 else 0)
        no_paper = with_values(balloons, lambda value: 0 if value == 255 else 255)

        assert ink.getbbox() is not None
        assert PIL.ImageChops.multiply(ink, no_paper).getbbox() is None, lettering
