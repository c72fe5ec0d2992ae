"""Runs the command line."""

import asyncio
from pathlib import Path

import pytest

from client.cli import main
from tests.client.cli.command_line import Command, Ran


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command line in this process, which is faster than starting one; `story.txt` exists."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.txt").write_text("The lamp went out.")

    async def run_here(*arguments: str) -> Ran:
        try:
            status: int | str | None = await asyncio.to_thread(main, arguments, {})
        except SystemExit as exit_:
            status = exit_.code
        printed = capsys.readouterr()
        return Ran(int(status or 0), printed.out, printed.err)

    return run_here
