"""Titles in lines of about the same length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lettering.line_breaks import break_lines


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
