"""A scripted app and the command line for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.cli import main
from tests.client.command_line import Command, Ran
from tests.client.scripted_app import ScriptedApp


@pytest.fixture
async def app() -> AsyncIterator[ScriptedApp]:
    running = ScriptedApp()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The same without the second that a process takes to start; `story.txt` is there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.txt").write_text("The lamp went out.")

    async def run_here(*arguments: str) -> Ran:
        try:
            status: int | str | None = await asyncio.to_thread(main, arguments, {})
        except SystemExit as exit_:
            status = exit_.code
        shown = capsys.readouterr()
        return Ran(int(status or 0), shown.out, shown.err)

    return run_here
