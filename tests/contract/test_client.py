"""The Python client and the command line against the whole app, as docs/cli.md shows them."""

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest

from client import MangaClient
from client.cli import main
from shared.models.http.requests import GenerateMangaRequest
from shared.models.messages import CompleteMessage, PanelMessage, StreamMessage, sequence_of
from tests.support.running_app import BLOCKED_PANEL, STORY, RunningApp
from tools.devstack.stack import REPOSITORY

DOCS = (REPOSITORY / "docs/cli.md").read_text()
REQUEST = GenerateMangaRequest(story=STORY, style="comic", no_dialogue=True, images="url")


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)
    return str(text)


@pytest.fixture
def client_url(app: RunningApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The app's URL; files with relative names are written into `tmp_path`."""
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    monkeypatch.chdir(tmp_path)
    return app.url


def test_session_in_the_docs_works(client_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generation_id = "ID"
    for line in block("sh").splitlines():
        words = [generation_id if word == "ID" else word for word in shlex.split(line)]
        assert main(words[3:], {"MANGA_URL": client_url}) == 0, line
        shown = capsys.readouterr()
        assert shown.err == "", line
        if words[3] == "generate":
            generation_id = re.findall(r"^generation ([0-9a-f]{32}),", shown.out, re.MULTILINE)[0]

    folder = tmp_path / "out/robot"
    pages = pypdf.PdfReader(folder / "comic.pdf").pages
    assert len(pages) >= 1
    with zipfile.ZipFile(folder / "comic.cbz") as archive:
        assert archive.testzip() is None
    assert {path.name for path in folder.iterdir()} == {
        "analysis.json",
        "characters",
        "chunks.json",
        "comic.cbz",
        "comic.pdf",
        "panels",
        "stream.ndjson",
    }


def test_example_in_the_docs_runs(app: RunningApp, tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text(block("python").replace("http://127.0.0.1:7071", app.url))
    ran = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "panel 1 is drawn" in ran.stdout
    assert "saved comic.pdf (application/pdf)" in ran.stdout
    assert "refused (409)" in ran.stdout
    assert len(pypdf.PdfReader(tmp_path / "comic.pdf").pages) >= 1


async def test_retry_is_followed_from_the_earlier_end(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    async with MangaClient(app.url) as client:
        first = [message async for message in client.generate(REQUEST)][-1]
        assert isinstance(first, CompleteMessage)
        assert first.failed_panels is not None
        app.emulator.fail()

        retrying = await client.retry(first.generation_id)
        retried = [message async for message in client.follow(first.generation_id, retrying.last_seq, "url")]

    assert (retrying.status, retrying.style, retrying.no_dialogue) == ("running", "comic", True)
    panel, last = (message for message in retried if sequence_of(message) is not None)
    assert isinstance(panel, PanelMessage)
    assert isinstance(last, CompleteMessage)
    assert last.failed_panels is None


async def test_cancel_ends_the_stream(app: RunningApp) -> None:
    app.emulator.delay(image=0.4)
    async with MangaClient(app.url) as client:
        messages: list[StreamMessage] = []
        async for message in client.generate(REQUEST):
            messages.append(message)
            if message.type == "chunks":
                await client.cancel(message.generation_id)
        state = await client.generation(messages[-1].generation_id)

    assert (messages[-1].type, getattr(messages[-1], "step", "")) == ("error", "cancelled")
    assert state.status == "cancelled"
