"""Which name is meant."""

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
def test_a_name_is_found_by_its_whole_text_only(name: str, found: str | None) -> None:
    assert find_name(name, ["Mira", "Anna Berg", "Anna Lund", "José", "ミラ"]) == found


def test_the_exact_text_goes_before_a_normalised_one() -> None:
    assert find_name("mira", ["Mira", "mira"]) == "mira"
