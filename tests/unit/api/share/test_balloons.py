"""Texts over a panel of a shared comic: an SVG without inline styles, and the same words for screen readers."""

import re
from xml.etree import ElementTree as ET

from api.share.balloons import render_balloons
from api.typesetting.picture import Picture
from api.typesetting.scripts import direction_of, is_vertical
from api.typesetting.typeset import Wanted, typeset
from shared.models.lettering import PanelLettering, PlannedText

HOSTILE = '<script>alert("1")</script> & more'


def rendered(language: str, *texts: PlannedText) -> str:
    lettering = PanelLettering(
        panel=0,
        language=language,
        direction=direction_of(language),
        is_vertical=is_vertical(language),
        version=1,
        aspect=16 / 9,
        texts=typeset([Wanted(text) for text in texts], Picture(16 / 9), language, "ltr"),
    )
    return render_balloons(lettering)


def said(text: str, speaker: str | None = None) -> PlannedText:
    return PlannedText(kind="dialogue", text=text, speaker=speaker)


def svg_of(html: str) -> ET.Element:
    return ET.fromstring(f"<div>{html}</div>")[0]  # noqa: S314 - it comes from the code under test


def test_balloon_has_its_lines_and_its_sentence() -> None:
    html = rendered("en", said("It is gone for good!", "Mira"))

    lines = [line.text for line in svg_of(html).iter("text")]
    assert " ".join(str(line) for line in lines) == "It is gone for good!"
    assert "<p>Mira: It is gone for good!</p>" in html


def test_lines_are_as_long_as_they_were_measured() -> None:
    for line in svg_of(rendered("en", said("It is gone!"))).iter("text"):
        assert float(line.attrib["textLength"]) > 0
        assert line.attrib["text-anchor"] == "middle"


def test_page_needs_no_inline_styles() -> None:
    assert "style" not in rendered("en", said("It is gone!"), PlannedText(kind="effect", text="CRASH"))


def test_words_are_no_html() -> None:
    html = rendered("en", said(HOSTILE))

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_japanese_is_vertical_and_arabic_from_right_to_left() -> None:
    japanese, arabic = rendered("ja", said("消えた!")), rendered("ar", said("اختفى!"))

    assert 'writing-mode="vertical-rl"' in japanese
    assert 'lang="ja" dir="ltr"' in japanese
    assert 'lang="ar" dir="rtl"' in arabic
    assert ' direction="rtl"' in arabic
    assert "writing-mode" not in arabic


def test_captions_are_rectangles_and_effects_have_no_box() -> None:
    svg = svg_of(rendered("en", PlannedText(kind="narration", text="Rain."), PlannedText(kind="effect", text="CRASH")))

    caption, effect = (list(group.iter("rect")) for group in svg)
    assert [rectangle.get("rx") for rectangle in caption] == [None]
    assert effect == []


def test_silent_panel_has_nothing_over_it() -> None:
    assert rendered("en") == ""


def test_numbers_are_short() -> None:
    assert not re.search(r"\d\.\d{3}", rendered("en", said("It is gone!")))
