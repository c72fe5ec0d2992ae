"""`make demo`: a story becomes files, and no process is left behind, however it ends."""

import io
import json
import os
import pty
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import PIL.Image
import pypdf
import pytest

from shared.ndjson import from_line
from tests.acceptance.programs import PATIENCE_S, devstack, processes_naming
from tests.support.contract_check import check_stream, has_number, messages_of
from tests.support.emulator_control import EmulatorControl
from tests.support.running_app import STORY
from tests.support.waiting import wait_until
from tools.devstack.stack import REPOSITORY


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A story in a file."""
    path = tmp_path / "a story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def pictures_in(folder: Path) -> Sequence[PIL.Image.Image]:
    """Return the folder's pictures, decoded."""
    pictures = [PIL.Image.open(io.BytesIO(path.read_bytes())) for path in sorted(folder.iterdir())]
    for picture in pictures:
        picture.load()
    return pictures


def test_demo_writes_the_comic_into_files(tmp_path: Path, story: Path, environ: dict[str, str]) -> None:
    out, log = tmp_path / "out", tmp_path / "log"

    with devstack("demo", "--story", story, "--style", "comic", "--out", out, environ=environ, log=log) as demo:
        status = demo.wait(PATIENCE_S)

    assert status == 0, log.read_text()
    stream = (out / "stream.ndjson").read_bytes()
    messages = messages_of(stream)
    check_stream(messages)
    for line in stream.splitlines():
        from_line(line)
    assert messages[-1]["type"] == "complete"
    assert len(pictures_in(out / "characters")) >= 1
    assert len(pictures_in(out / "panels")) == messages[-1]["totalPanels"] >= 2
    assert len(pypdf.PdfReader(out / "comic.pdf").pages) >= 1
    assert {"characters", "setting", "title"} <= json.loads((out / "analysis.json").read_text()).keys()
    assert len(json.loads((out / "chunks.json").read_text())["panels"]) == messages[-1]["totalPanels"]
    assert [message["seq"] for message in messages if has_number(message)][-1] == messages[-1]["seq"]
    assert processes_naming(tmp_path) == []
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_demo_that_is_stopped_leaves_no_process_behind(
    tmp_path: Path, story: Path, environ: dict[str, str], emulator: EmulatorControl, number: signal.Signals
) -> None:
    """It is stopped while panels are drawn: the emulator never answers them."""
    emulator.fail({"kind": "panel", "fault": "hang"})
    environ |= {"GOOGLE_GEMINI_BASE_URL": emulator.url, "MODEL_IS_FREE": "true"}
    log = tmp_path / "log"

    with devstack("demo", "--story", story, "--out", tmp_path / "out", environ=environ, log=log) as demo:
        wait_until(lambda: emulator.calls()["byKind"].get("panel"), "a panel to be drawn")
        assert len(processes_naming(tmp_path)) >= 3
        demo.send_signal(number)
        status = demo.wait(PATIENCE_S)
        wait_until(lambda: not processes_naming(tmp_path), f"no process of {tmp_path} to be left")

    assert status == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    assert number is signal.SIGKILL or list((tmp_path / "scratch").iterdir()) == []


def test_demo_with_a_model_that_costs_something_asks_first(
    tmp_path: Path, story: Path, environ: dict[str, str], emulator: EmulatorControl
) -> None:
    environ |= {"GOOGLE_GEMINI_BASE_URL": emulator.url}
    log = tmp_path / "log"
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, b"n\n")
        with devstack(
            "demo", "--story", story, "--out", tmp_path / "out", environ=environ, log=log, stdin=terminal
        ) as demo:
            status = demo.wait(PATIENCE_S)
    finally:
        os.close(keyboard)
        os.close(terminal)

    assert status == 1, log.read_text()
    assert "Draw it? [y/N]" in log.read_text()
    assert "Nothing was started." in log.read_text()
    assert emulator.calls()["byKind"] == {}


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["demo"], "python -m tools.devstack demo --style manga"),
        (["demo", "STORY=x y.txt", "STYLE=comic"], 'python -m tools.devstack demo --story "x y.txt" --style comic'),
        (["demo", "YES=1"], "python -m tools.devstack demo --style manga --yes"),
        (
            ["demo", "STYLE_TEXT=ink wash", "CHAPTERS=auto"],
            'python -m tools.devstack demo --style manga --style-text "ink wash" --chapters "auto"',
        ),
        (
            ["demo", "LETTERING=text", "LANGUAGE=ja"],
            'python -m tools.devstack demo --style manga --lettering "text" --language "ja"',
        ),
        (["run"], 'python -m tools.devstack run --port 7071 --data ".data"'),
        (["run", "PORT=0", "DATA=/tmp/x"], 'python -m tools.devstack run --port 0 --data "/tmp/x"'),
    ],
)
def test_make_targets_run_these_commands(arguments: list[str], command: str) -> None:
    make = shutil.which("make")
    assert make is not None

    planned = subprocess.run([make, "-n", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert command in " ".join(planned.stdout.split())


def test_language_of_the_desktop_is_not_that_of_the_comic() -> None:
    make = shutil.which("make")
    assert make is not None

    planned = subprocess.run(
        [make, "-n", "demo"],
        cwd=REPOSITORY,
        env={**os.environ, "LANGUAGE": "de_DE:en"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "--language" not in planned.stdout
