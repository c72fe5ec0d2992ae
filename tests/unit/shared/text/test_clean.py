"""Untrusted text: cleaned, shortened, reduced to one line, and used as a file name."""

import ntpath
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.clean import MAX_FILE_NAME_BYTES, clean, file_name, one_line, shorten

ANY_TEXT = st.text(st.characters(exclude_categories=()))
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\u2029b\x0bc\x0cd\x85e", "a\n\nb\nc\nd\ne"),
        ("a\x00\x07\x1b[31mb\x7f", "a[31mb"),
        ("\u202eevil\u202c \u200bhid\u00add\u2060en\ufeff", "evil hidden"),
        (f"a{BIDI_CONTROLS}b", "ab"),
        ("\ufffeno\uffff", "no"),
        ("\ttabs\tstay", "tabs\tstay"),
        ("👩\u200d🚀 क्\u200dष", "👩\u200d🚀 क्\u200dष"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("  \n blank around \n ", "blank around"),
    ],
)
def test_clean_removes_unprintable_characters(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(ANY_TEXT)
def test_clean_is_idempotent_and_returns_valid_xml(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert not set(cleaned) & set(BIDI_CONTROLS)
    assert all(character in "\n\t" or unicodedata.category(character) != "Cc" for character in cleaned)
    element = ET.Element("text")
    element.text = cleaned
    assert (ET.fromstring(ET.tostring(element, encoding="unicode")).text or "") == cleaned  # noqa: S314 - our own XML


def test_one_line_has_no_line_breaks() -> None:
    assert one_line(" a\n\n b\tc\u2029d ") == "a b c d"


def test_one_line_has_no_cursor_or_text_direction_controls() -> None:
    assert one_line("a\x1b[2J\r\nb\u202ec\tд") == "a[2J bc д"


@pytest.mark.parametrize(
    ("text", "max_characters", "expected"),
    [
        ("short", 5, "short"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("unbroken", 5, "unbr…"),
        ("夜の灯台の話", 4, "夜の灯…"),
        ("ae\u0301e\u0301e\u0301", 5, "ae\u0301…"),
        ("👩\u200d🚀👩\u200d🚀", 5, "👩\u200d🚀…"),
        ("👩\u200d🚀👩\u200d🚀!", 6, "👩\u200d🚀…"),
    ],
)
def test_long_text_is_shortened_at_a_word_boundary(text: str, max_characters: int, expected: str) -> None:
    assert shorten(text, max_characters) == expected


@given(ANY_TEXT, st.integers(2, 50))
def test_shortened_text_is_within_the_limit(text: str, max_characters: int) -> None:
    assert len(shorten(text, max_characters)) <= max_characters


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mira", "Mira"),
        ("Old Tom", "Old-Tom"),
        ("夜の灯台", "夜の灯台"),
        ("हिन्दी", "हिन्दी"),
        ("e\u0301", "é"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\C:\\x", "C-x"),
        ("a\u200db\u202ec", "abc"),
        (".hidden.", "hidden"),
        ("CON", "CON_"),
        ("com1", "com1_"),
        ("", "unnamed"),
        ("///", "unnamed"),
        ("a" * 79 + " b", "a" * 79),
        ("\ud800", "unnamed"),
    ],
)
def test_file_name_keeps_allowed_characters(name: str, expected: str) -> None:
    assert file_name(name) == expected


@given(st.text(max_size=200))
def test_file_name_is_one_short_path_component_on_every_system(name: str) -> None:
    safe = file_name(name)

    assert 0 < len(safe.encode()) <= MAX_FILE_NAME_BYTES
    assert PurePosixPath(safe).parts == (safe,)
    assert PureWindowsPath(safe).parts == (safe,)
    assert not set(safe) & set('<>:"/\\|?*\0. ')
    assert not ntpath.isreserved(safe)
    assert not ntpath.isreserved(f"{safe}.pdf")


@pytest.mark.parametrize("name", ["con", "PRN", "Aux", "NUL.", " nul ", "COM9", "com¹", "LPT³", "con.", "aux:"])
def test_windows_device_name_is_not_used_as_a_file_name(name: str) -> None:
    assert not ntpath.isreserved(file_name(name))
    assert not ntpath.isreserved(f"{file_name(name)}.pdf")
