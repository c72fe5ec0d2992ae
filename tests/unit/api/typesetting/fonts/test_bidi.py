"""The order in which lines of mixed directions are seen."""

import pytest

from api.typesetting.fonts.bidi import as_seen, levels


def seen(text: str, *, is_right_to_left: bool) -> str:
    return "".join(as_seen(zip(levels(text, is_right_to_left=is_right_to_left), text, strict=True)))


@pytest.mark.parametrize(
    ("text", "left_to_right", "right_to_left"),
    [
        ("plain words!", "plain words!", "!plain words"),
        ("אבג", "גבא", "גבא"),
        ("see אבג now", "see גבא now", "now גבא see"),
        ("אבג 12 דה", "הד 12 גבא", "הד 12 גבא"),
        ("אב, Tom said 12%!", "בא, Tom said 12%!", "!Tom said 12% ,בא"),
        ("", "", ""),
    ],
)
def test_line_is_ordered_as_unicode_demands(text: str, left_to_right: str, right_to_left: str) -> None:
    assert seen(text, is_right_to_left=False) == left_to_right
    assert seen(text, is_right_to_left=True) == right_to_left


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_joiners_stay_within_their_word(*, is_right_to_left: bool) -> None:
    assert levels("می\u200cخواهم", is_right_to_left=is_right_to_left) == [1] * 8


def test_lines_without_right_to_left_letters_have_one_level() -> None:
    assert levels("Mira 12 と", is_right_to_left=False) == [0] * 9
