"""Directions of writing by language, and by letters where the language is unknown."""

import pytest

from api.typesetting.scripts import direction_of, is_vertical, line_height


@pytest.mark.parametrize("language", ["ar", "he", "fa-IR", "ur", "yi", "az-Arab", "pa-arab-PK", "ckb"])
def test_language_of_a_right_to_left_script_is_written_from_right_to_left(language: str) -> None:
    assert direction_of(language) == "rtl"


@pytest.mark.parametrize("language", ["en", "ja", "ar-Latn", "zh-Hant-TW", "ru", "en-x-arab", "he-Latn-IL"])
def test_other_language_is_written_from_left_to_right(language: str) -> None:
    assert direction_of(language) == "ltr"


def test_direction_of_unknown_language_is_that_of_most_letters() -> None:
    assert direction_of(None, ["قلت لك", "OK"]) == "rtl"
    assert direction_of(None, ["I said: שלום"]) == "ltr"
    assert direction_of(None, ["…!"]) == "ltr"
    assert direction_of("und", ["قلت لك"]) == "rtl"
    assert direction_of("und-Arab") == "rtl"


@pytest.mark.parametrize(("language", "expected"), [("ja", True), ("ja-JP", True), ("ja-Latn", False), ("zh", False)])
def test_only_japanese_in_its_own_script_is_set_in_columns(language: str, *, expected: bool) -> None:
    assert is_vertical(language) is expected


def test_text_with_kana_is_set_in_columns_if_its_language_is_unknown() -> None:
    assert is_vertical(None, ["夜の灯台"])
    assert is_vertical("und", ["夜の灯台"])
    assert not is_vertical(None, ["夜间的灯塔", "Night"])


def test_scripts_with_high_and_deep_marks_have_higher_lines() -> None:
    heights = [line_height(text, is_vertical=False) for text in ("Night", "Đêm tối ở", "ночь", "ที่นี่", "ខ្ញុំ")]

    assert heights == sorted(heights)
    assert heights[0] < heights[1] <= heights[2] < heights[3] < heights[4]
    assert line_height("Night ที่", is_vertical=False) == heights[3]


def test_column_is_wider_than_a_letter_in_every_script() -> None:
    assert line_height("夜", is_vertical=True) == line_height("ที่", is_vertical=True) > 1
