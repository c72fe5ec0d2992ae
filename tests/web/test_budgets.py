"""The size of the page as it is sent, and how its files depend on each other."""

import re
from pathlib import Path

import pytest

from api.static_files import LAZY, StaticFile, StaticFiles
from tools.devstack.stack import REPOSITORY

WEB = REPOSITORY / "web"
KILOBYTE = 1024
MOST_SHELL_BYTES = 150 * KILOBYTE
MOST_BYTES_BEFORE_PAINT = 24 * KILOBYTE
MOST_SAMPLE_BYTES = 250 * KILOBYTE
MOST_PICTURES_BYTES = 3 * KILOBYTE * KILOBYTE
# The page, then its styles and all modules at once, then what the styles name.
IMPORT = re.compile(r"(?:^import [^;]*?from |^import )\"(\.[^\"]+)\"", re.MULTILINE)
LAZY_IMPORT = re.compile(r"\bimport\(\"(\.[^\"]+)\"\)")


@pytest.fixture(scope="module")
def files() -> StaticFiles:
    return StaticFiles(WEB, REPOSITORY / "examples")


def sent_bytes(file: StaticFile | None) -> int:
    """Return the size of a file as it is sent to a browser."""
    assert file is not None
    return len(file.content if file.gzipped is None else file.gzipped)


def size_of(files: StaticFiles, *suffixes: str) -> int:
    """Return the size of the page with its assets of these kinds, without modules that are loaded later."""
    paths = [path.relative_to(WEB).as_posix() for path in (WEB / "assets").rglob("*") if path.suffix in suffixes]
    names = [path for path in paths if not path.removeprefix("assets/").startswith(LAZY)]
    return sent_bytes(files.page) + sum(
        sent_bytes(files.find(name.replace("assets/", "assets/any/", 1))) for name in names
    )


def test_shell_is_small(files: StaticFiles) -> None:
    assert size_of(files, ".css", ".js", ".svg") <= MOST_SHELL_BYTES


def test_little_is_sent_before_the_first_paint(files: StaticFiles) -> None:
    assert size_of(files, ".css") <= MOST_BYTES_BEFORE_PAINT


def test_sample_comic_is_small() -> None:
    assert sum(path.stat().st_size for path in (WEB / "assets" / "sample").iterdir()) <= MOST_SAMPLE_BYTES


def test_pictures_of_the_documents_are_small() -> None:
    pictures = REPOSITORY / "docs" / "pictures"
    assert sum(path.stat().st_size for path in pictures.rglob("*.*")) <= MOST_PICTURES_BYTES


def test_every_module_is_needed_and_preloaded_unless_it_is_loaded_later(files: StaticFiles) -> None:
    page = files.page.content.decode()
    preloaded = set(re.findall(r'rel="modulepreload" href="/assets/[^/]+/([^"]+)"', page))
    at_once = modules_from(WEB / "assets" / "main.js")
    lazy = {module for path in (WEB / "assets").rglob("*.js") for module in lazily_imported_by(path)}

    assert at_once == preloaded
    assert lazy
    assert {module for module in lazy - at_once if not module.startswith(LAZY)} == set()
    assert preloaded | lazy == {path.relative_to(WEB / "assets").as_posix() for path in (WEB / "assets").rglob("*.js")}


def test_no_style_loads_another_one() -> None:
    for path in (WEB / "assets").rglob("*.css"):
        assert "@import" not in path.read_text(), path


def test_nothing_but_styles_can_block_the_first_paint(files: StaticFiles) -> None:
    page = files.page.content.decode()

    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts
    assert all('type="module"' in script for script in scripts)
    assert "<style" not in page


def lazily_imported_by(path: Path) -> set[str]:
    """Return the modules that are loaded when a module first needs them."""
    starts = [(path.parent / name).resolve() for name in LAZY_IMPORT.findall(path.read_text())]
    return {module for start in starts for module in modules_from(start)}


def modules_from(start: Path) -> set[str]:
    """Return the modules that a module imports, directly or not, and itself."""
    found: set[Path] = set()
    waiting = [start.resolve()]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [(path.parent / name).resolve() for name in IMPORT.findall(path.read_text())]
    return {path.relative_to(WEB / "assets").as_posix() for path in found}
