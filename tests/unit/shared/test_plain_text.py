"""Text from outside, made plain."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plain_text import one_line, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x00\x07\x1b[31mb\x7f", "a[31mb"),
        ("\u202eevil\u202c \u200bhidden\ufeff", "evil hidden"),
        ("\ttabs\tstay", "tabs\tstay"),
        ("👩\u200d🚀 क्\u200dष", "👩\u200d🚀 क्\u200dष"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("  \n blank around \n ", "blank around"),
    ],
)
def test_a_text_is_made_plain(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_a_line_has_no_second_one() -> None:
    assert one_line(" a\n\n b\tc\u2029d ") == "a b c d"


@given(st.text())
def test_a_plain_text_has_no_control_characters_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    plain = plain_text(text)

    assert plain == plain_text(plain)
    assert plain.encode().decode() == plain
    assert all(character in "\n\t" or unicodedata.category(character) != "Cc" for character in plain)
