"""Files are written atomically."""

import stat
from pathlib import Path

import pytest

from tools.devhost.files import write_atomically


def test_file_is_replaced_with_the_requested_mode(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("before")
    write_atomically(path, "after", mode=0o600)
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_crash_during_a_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    path.write_text("before")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "after")
    assert path.read_text() == "before"
