"""The page's modules: their own tests, their types, and what they share with the app by agreement only."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import cast

import pytest
from pydantic import TypeAdapter

from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.messages import CharacterMessage, PanelMessage, StreamMessage

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))
PATIENCE_S = 90

CAMERA_ANGLES = (
    "Wide establishing shot",
    "Close-up",
    "close up of the hands",
    "Extreme closeup",
    "Detail",
    "Panorama",
    "Bird's-eye view",
    "Long shot",
    "LOW ANGLE",
    "high angle",
    "Full body",
    "Worm's-eye view",
    "Over-the-shoulder shot",
    "Medium shot",
    "",
)


def run_node(*arguments: str | Path) -> str:
    node = shutil.which("node")
    assert node is not None, "Node.js is needed, as it is for the storage emulator"
    finished = subprocess.run(
        [node, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=ROOT
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def evaluate(module: str, expression: str) -> object:
    """Return what an expression over the names of one of the page's modules comes to."""
    return _evaluate(WEB / "assets" / module, expression)


def _evaluate(module: Path, expression: str) -> object:
    code = f"import * as it from {json.dumps(module.as_uri())}; console.log(JSON.stringify({expression}))"
    return cast("object", json.loads(run_node("--input-type=module", "--eval", code)))


def test_their_own_tests_pass() -> None:
    assert TESTS
    run_node("--test", *TESTS)


def test_their_types_fit() -> None:
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    finished = subprocess.run(
        [compiler, "--project", WEB], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert finished.returncode == 0, finished.stdout


def test_a_frame_has_the_shape_that_its_panel_is_drawn_in() -> None:
    ratios = evaluate("comic/aspect.js", f"{json.dumps(CAMERA_ANGLES)}.map(it.panelRatio)")

    def ratio(angle: str) -> float:
        width, height = panel_aspect_ratio(angle).split(":")
        return int(width) / int(height)

    assert ratios == pytest.approx([ratio(angle) for angle in CAMERA_ANGLES])


def test_words_and_characters_are_counted_as_the_app_counts_them() -> None:
    table = json.loads((ROOT / "tests" / "support" / "word_counts.json").read_text())
    each = "(text) => ({ text, words: it.countWords(text), characters: it.countCharacters(text) })"

    assert evaluate("story_words.js", f"{json.dumps([row['text'] for row in table])}.map({each})") == table


def test_the_story_that_the_tests_tell_is_one_that_the_app_could_tell() -> None:
    told = _evaluate(Path(__file__).parent / "scripted_app.mjs", "it.numbered(it.wholeStory())")

    messages = TypeAdapter(list[StreamMessage]).validate_python(told)
    types = [message.type for message in messages]
    assert types == ["analysis", "chunks", "character", "panel", "panel", "complete"]
    assert all(message.version == 1 for message in messages if isinstance(message, CharacterMessage | PanelMessage))


def test_text_can_only_become_text() -> None:
    """No module has a way from a text to markup, to a style or to code."""
    ways = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval\(|Function\(|srcdoc"
    )
    for path in WEB.rglob("*.js"):
        source = path.read_text().replace('"innerHTML" | "outerHTML" | ', "")
        assert ways.search(source) is None, path


def test_every_module_and_style_that_is_named_is_there() -> None:
    page = (WEB / "index.html").read_text()
    for name in re.findall(r'(?:href|src)="/(assets/[^"]+)"', page):
        assert (WEB / name).is_file(), name
    for path in WEB.rglob("*.js"):
        for name in re.findall(r'^import .* from "(\.[^"]+)";', path.read_text(), re.MULTILINE):
            assert (path.parent / name).is_file(), f"{path}: {name}"


def test_nothing_is_fetched_from_another_site() -> None:
    """Neither by the page nor by its styles; what stands between quotes as a name or a hint is no address."""
    allowed = {"http://www.w3.org/2000/svg", "https://www.reddit.com/r/…/comments/…"}
    for path in WEB.rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg"}:
            assert set(re.findall(r"https?://[^\s\"')]+", path.read_text())) <= allowed, path
