"""Names from outside as file names, and text from outside as single lines."""

import ntpath
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.safe_text import MAX_NAME_BYTES, file_name, one_line


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
        ("\ud800", "unnamed"),
    ],
)
def test_a_name_is_kept_as_far_as_a_file_may_have_it(name: str, expected: str) -> None:
    assert file_name(name) == expected


@given(st.text(max_size=200))
def test_a_name_is_one_short_component_on_every_system(name: str) -> None:
    safe = file_name(name)

    assert 0 < len(safe.encode()) <= MAX_NAME_BYTES
    assert PurePosixPath(safe).parts == (safe,)
    assert PureWindowsPath(safe).parts == (safe,)
    assert not set(safe) & set('<>:"/\\|?*\0. ')
    assert not ntpath.isreserved(safe)
    assert not ntpath.isreserved(f"{safe}.pdf")


@pytest.mark.parametrize("name", ["con", "PRN", "Aux", "NUL.", " nul ", "COM9", "com¹", "LPT³", "con.", "aux:"])
def test_a_device_of_windows_is_no_file_name(name: str) -> None:
    assert not ntpath.isreserved(file_name(name))
    assert not ntpath.isreserved(f"{file_name(name)}.pdf")


def test_a_line_can_neither_move_the_cursor_nor_turn_the_text() -> None:
    assert one_line("a\x1b[2J\r\nb\u202ec\tд") == "a [2J b c д"
