"""Words are counted by one rule; the page's module runs the same table (tests/web/test_modules.py)."""

import json
from pathlib import Path
from typing import TypedDict, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.clean import clean
from shared.text.words import count_words, is_blank


class Row(TypedDict):
    text: str
    words: int
    characters: int


TABLE = cast("list[Row]", json.loads((Path(__file__).parents[3] / "support" / "word_counts.json").read_text()))
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u0301\u3164"


@pytest.mark.parametrize("row", TABLE, ids=[row["text"][:20] for row in TABLE])
def test_words_and_characters_are_counted_as_in_the_shared_table(row: Row) -> None:
    assert (count_words(row["text"]), len(row["text"])) == (row["words"], row["characters"])


@given(st.text(st.characters(exclude_categories=())))
def test_cleaning_a_text_does_not_change_its_number_of_words(text: str) -> None:
    assert count_words(clean(text)) == count_words(text)


@given(st.text(max_size=30), st.data())
def test_zero_width_characters_neither_split_nor_join_words(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    with_mark = text[:position] + data.draw(st.sampled_from(ZERO_WIDTH)) + text[position:]

    assert count_words(with_mark) == count_words(text)
    assert is_blank(with_mark) == is_blank(text)


def test_counting_underscores_takes_linear_time() -> None:
    assert count_words("_" * 1_000_000) == 0


@pytest.mark.parametrize("text", ["", " \n\u3000", "\u200b\ufeff", "\u115f\u1160\u3164\uffa0", "\u0301\x00"])
def test_text_without_a_visible_character_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "…", "🐈", " ク "])
def test_text_with_a_visible_character_is_not_blank(text: str) -> None:
    assert not is_blank(text)
