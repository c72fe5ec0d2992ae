"""Matching a name against a list of known names."""

import pytest

from shared.text.matching import find_name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Mira", "Mira"),
        ("mira", "Mira"),
        ("  MIRA ", "Mira"),
        ("Anna  Berg", "Anna Berg"),
        ("José", "José"),
        ("ミラ", "ミラ"),
        ("ﾐﾗ", "ミラ"),
        ("Mir", None),
        ("Miranda", None),
        ("Anna", None),
        ("", None),
    ],
)
def test_name_is_matched_only_as_a_whole(name: str, found: str | None) -> None:
    assert find_name(name, ["Mira", "Anna Berg", "Anna Lund", "José", "ミラ"]) == found


def test_exact_match_wins_over_a_normalised_one() -> None:
    assert find_name("mira", ["Mira", "mira"]) == "mira"
