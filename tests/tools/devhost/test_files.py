"""Files are replaced as a whole or not at all."""

import stat
from pathlib import Path

import pytest

from tools.devhost.files import write_atomically


def test_file_is_replaced_and_has_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("before")
    write_atomically(path, "after", mode=0o600)
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_crash_before_the_end_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    path.write_text("before")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "after")
    assert path.read_text() == "before"
