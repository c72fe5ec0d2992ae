"""The page's modules: their Node tests, their types, and the rules that they share with the app."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import cast

import pytest
from pydantic import TypeAdapter

from api.typesetting.fonts.typefaces import balloon_typefaces
from shared.model.prompts.panel import panel_aspect_ratio
from shared.models.messages import CharacterMessage, PanelMessage, StreamMessage
from shared.models.story import Aspect

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
ASSETS = WEB / "assets"
TESTS = sorted(Path(__file__).parent.rglob("*.test.mjs"))
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


def evaluate(module: Path, expression: str) -> object:
    """Evaluate an expression in which `it` is a module."""
    code = f"import * as it from {json.dumps(module.as_uri())}; console.log(JSON.stringify({expression}))"
    return cast("object", json.loads(run_node("--input-type=module", "--eval", code)))


def test_node_tests_pass() -> None:
    assert TESTS
    run_node("--test", *TESTS)


@pytest.mark.parametrize("project", [WEB, WEB / "worker"], ids=["page", "service worker"])
def test_types_are_correct(project: Path) -> None:
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    finished = subprocess.run(
        [compiler, "--project", project], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("aspect", ["auto", "square", "portrait", "landscape", "tall"])
def test_frames_have_the_aspect_ratio_of_their_panels(aspect: Aspect) -> None:
    each = f"(angle) => it.panelRatio(angle, {json.dumps(aspect)})"
    ratios = evaluate(ASSETS / "comic" / "aspect.js", f"{json.dumps(CAMERA_ANGLES)}.map({each})")

    def ratio(angle: str) -> float:
        width, height = panel_aspect_ratio(angle, aspect).split(":")
        return int(width) / int(height)

    assert ratios == pytest.approx([ratio(angle) for angle in CAMERA_ANGLES])


def test_balloons_have_the_typefaces_of_the_exports() -> None:
    languages = ["en", "de", "pt-BR", "sw", "pl", "cs", "ru", "el", "tr", "vi", "ja", "ko", "zh-Hant"]
    typefaces = evaluate(ASSETS / "lettering" / "typefaces.js", f"{json.dumps(languages)}.map(it.typefaceOf)")

    names = {"ComicNeue": "Comic Neue", "ComicRelief": "Comic Relief"}
    # The page has no Noto: the typefaces of the device have its letters.
    assert typefaces == [names.get(balloon_typefaces(language)[0].name) for language in languages]


def test_words_and_characters_are_counted_as_in_the_app() -> None:
    table = json.loads((ROOT / "tests" / "support" / "word_counts.json").read_text())
    each = "(text) => ({ text, words: it.countWords(text), characters: it.countCharacters(text) })"

    assert evaluate(ASSETS / "story_words.js", f"{json.dumps([row['text'] for row in table])}.map({each})") == table


def test_messages_of_the_node_tests_are_valid() -> None:
    results = evaluate(Path(__file__).parent / "scripted_app.mjs", "it.numbered(it.wholeStory())")

    messages = TypeAdapter(list[StreamMessage]).validate_python(results)
    types = [message.type for message in messages]
    assert types == ["analysis", "chunks", "character", "panel", "panel", "complete"]
    assert all(message.version == 1 for message in messages if isinstance(message, CharacterMessage | PanelMessage))


def test_text_never_becomes_markup() -> None:
    """No module uses an API that turns text into markup or code."""
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval\(|Function\(|srcdoc"
    )
    for path in WEB.rglob("*.js"):
        source = path.read_text().replace('"innerHTML" | "outerHTML" | ', "")
        assert unsafe.search(source) is None, path


def test_all_referenced_files_exist() -> None:
    page = (WEB / "index.html").read_text()
    for name in re.findall(r'(?:href|src)="/(assets/[^"]+)"', page):
        assert (WEB / name).is_file(), name
    for path in WEB.rglob("*.js"):
        for name in re.findall(r'^import .* from "(\.[^"]+)";', path.read_text(), re.MULTILINE):
            assert (path.parent / name).is_file(), f"{path}: {name}"


def test_page_has_no_urls_of_other_sites() -> None:
    allowed = {"http://www.w3.org/2000/svg", "https://www.reddit.com/r/…/comments/…"}
    for path in WEB.rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg"}:
            assert set(re.findall(r"https?://[^\s\"')]+", path.read_text())) <= allowed, path


def test_folders_of_modules_do_not_depend_on_each_other_in_a_circle() -> None:
    """`main.js` connects all folders; the other modules at the top depend on no folder."""
    depends_on: dict[Path, set[Path]] = {}
    for path in ASSETS.rglob("*.js"):
        if path.name != "main.js":
            named = re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', path.read_text())
            folders = {(path.parent / name).resolve().parent for name in named} - {path.parent}
            depends_on.setdefault(path.parent, set()).update(folders)
    while free := [folder for folder, needed in depends_on.items() if not needed & depends_on.keys()]:
        for folder in free:
            del depends_on[folder]
    assert not depends_on


def test_no_folder_has_more_than_twelve_files() -> None:
    for folder in (WEB, *(path for path in WEB.rglob("*") if path.is_dir())):
        assert len([path for path in folder.iterdir() if path.is_file()]) <= 12, folder
