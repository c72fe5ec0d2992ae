"""Titles in lines of about the same length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.typesetting.line_breaks import break_lines, measured


def lines(text: str, count: int) -> list[str]:
    return list(break_lines(text, count, len))


def test_lines_are_about_equally_long() -> None:
    assert lines("The Spoon in the Lighthouse", 2) == ["The Spoon in", "the Lighthouse"]
    assert lines("The Spoon in the Lighthouse", 3) == ["The Spoon", "in the", "Lighthouse"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_blank_text_has_no_lines(text: str) -> None:
    assert lines(text, 3) == []


def test_single_word_stays_whole() -> None:
    assert lines("Lighthouse", 3) == ["Lighthouse"]


def test_japanese_is_broken_between_letters_but_not_before_punctuation_or_small_kana() -> None:
    assert lines("夜の灯台", 2) == ["夜の", "灯台"]
    assert lines("「夜」の灯", 3) == ["「夜」", "の灯"]
    assert lines("キャット、ニャー", 9) == ["キャッ", "ト、", "ニャー"]


def test_very_long_word_is_broken() -> None:
    assert lines("W" * 60, 3) == ["W" * 24, "W" * 24, "W" * 12]


@given(st.text(max_size=80), st.integers(1, 7))
def test_nothing_is_lost(text: str, count: int) -> None:
    broken = lines(text, count)

    assert len(broken) <= count
    assert "".join("".join(broken).split()) == "".join(text.split())


def test_japanese_lines_end_with_phrases_if_asked_to() -> None:
    text = "ここに戻ってくるなと言ったはずだ。「何が欲しいんだ？」"

    pieces = measured(text, len, keeps_phrases=True)

    assert pieces.texts == ("ここに", "戻ってくるなと", "言ったはずだ。", "「何が", "欲しいんだ？」")


def test_long_phrase_is_broken_nevertheless() -> None:
    pieces = measured("わたしはここにいることをしっていました", len, keeps_phrases=True)

    assert max(len(piece) for piece in pieces.texts) <= 8
    assert "".join(pieces.texts) == "わたしはここにいることをしっていました"


def test_chinese_has_no_phrases_and_is_broken_anywhere() -> None:
    assert measured("我告诉过你。", len, keeps_phrases=True).texts == ("我", "告", "诉", "过", "你。")


def test_thai_is_broken_before_vowels_that_begin_a_syllable() -> None:
    assert measured("เขาไม่แน่ใจ", len).texts == ("เขา", "ไม่", "แน่", "ใจ")


def test_long_word_is_broken_between_what_readers_take_for_letters() -> None:
    family, flag, waving = "👨‍👩‍👧", "🇩🇪", "👋🏽"
    accented = "e\N{COMBINING ACUTE ACCENT}"

    assert measured(family * 2 + waving, len).texts == (family, family, waving)
    assert set(measured(flag * 30, len).texts) == {flag * 24, flag * 6}
    assert measured(accented * 30, len).texts == (accented * 24, accented * 6)


def test_korean_is_broken_at_spaces() -> None:
    assert measured("돌아오지 말라고 했잖아.", len).texts == ("돌아오지", "말라고", "했잖아.")


def test_dash_between_words_ends_a_line() -> None:
    assert lines("Wait—what?", 2) == ["Wait—", "what?"]


def test_letters_without_width_keep_their_spaces() -> None:
    assert break_lines("a b", 1, lambda _: 0.0) == ("a b",)
