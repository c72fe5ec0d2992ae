"""The page's files and their HTTP caching."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from api.static_files import FOR_EVER, REVALIDATED, StaticFiles


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A page with two modules, and files that are not public."""
    web = tmp_path / "web"
    (web / "assets" / "views").mkdir(parents=True)
    (web / "index.html").write_text('<script type="module" src="/assets/main.js"></script>')
    (web / "assets" / "main.js").write_text('import "./views/frame.js";')
    (web / "assets" / "views" / "frame.js").write_text("export {};")
    (web / "assets" / "notes.md").write_text("not for the public")
    (web / "tsconfig.json").write_text("{}")
    (web / "worker").mkdir()
    (web / "worker" / "service_worker.js").write_text("install(SHELL);")
    return web


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Two stories."""
    examples = tmp_path / "examples"
    examples.mkdir()
    (examples / "b.txt").write_text("Zwei\n\nText", encoding="utf-8")
    (examples / "a.txt").write_text("Eins – ein Titel\n\nText", encoding="utf-8")
    return examples


@pytest.fixture
def files(web: Path, examples: Path) -> StaticFiles:
    return StaticFiles(web, examples)


def address_of_main(files: StaticFiles) -> str:
    return files.page.content.decode().partition('src="/')[2].partition('"')[0]


def test_assets_are_cached_for_ever(files: StaticFiles) -> None:
    main = files.find(address_of_main(files))

    assert main is not None
    assert (main.media_type, main.cache_control) == ("text/javascript; charset=utf-8", FOR_EVER)
    assert files.page.cache_control == REVALIDATED


def test_modules_share_a_versioned_path(files: StaticFiles) -> None:
    frame = files.find(address_of_main(files).replace("main.js", "views/frame.js"))

    assert frame is not None
    assert frame.content == b"export {};"


def test_any_change_gives_all_assets_a_new_path(files: StaticFiles, web: Path, examples: Path) -> None:
    (web / "assets" / "views" / "frame.js").write_text("export const changed = true;")
    changed = StaticFiles(web, examples)

    assert address_of_main(changed) != address_of_main(files)
    assert changed.page.etag != files.page.etag


def shell_of(files: StaticFiles) -> dict[str, Any]:
    """Return what the service worker stores."""
    worker = files.find("service-worker.js")
    assert worker is not None
    assert worker.cache_control == REVALIDATED
    first, _, program = worker.content.decode().partition(";\n")
    assert program == "install(SHELL);"
    return json.loads(first.removeprefix("const SHELL = "))


def test_service_worker_stores_the_page_and_what_it_needs_with_their_digests(files: StaticFiles, web: Path) -> None:
    (web / "assets" / "sample").mkdir()
    (web / "assets" / "sample" / "1.webp").write_bytes(b"a picture that the page loads later")
    (web / "assets" / "fonts" / "comic-relief").mkdir(parents=True)
    (web / "assets" / "fonts" / "comic-relief" / "greek.woff2").write_bytes(b"a font that few comics need")
    shell = shell_of(files)

    main = address_of_main(files)
    assert shell["version"] == main.split("/")[1]
    assert set(shell["files"]) == {"/", f"/{main}", f"/{main.replace('main.js', 'views/frame.js')}"}
    for path, digest in shell["files"].items():
        file = files.page if path == "/" else files.find(path.removeprefix("/"))
        assert file is not None
        assert hashlib.sha256(file.content).hexdigest().startswith(digest)


@pytest.mark.parametrize("changed", ["index.html", "assets/views/frame.js"])
def test_any_change_gives_the_service_worker_a_new_version(
    files: StaticFiles, web: Path, examples: Path, changed: str
) -> None:
    (web / changed).write_text('<script type="module" src="/assets/main.js"></script> changed')

    assert shell_of(StaticFiles(web, examples))["version"] != shell_of(files)["version"]


def test_texts_are_compressed_if_that_makes_them_smaller(web: Path, examples: Path) -> None:
    (web / "assets" / "main.js").write_text("export const text = 'again and again and again and again and again';" * 9)
    (web / "assets" / "views" / "icon.png").write_bytes(b"0" * 1000)
    files = StaticFiles(web, examples)

    main = files.find("assets/0/main.js")
    assert main is not None
    assert main.gzipped is not None
    assert gzip.decompress(main.gzipped) == main.content
    for name in ("assets/0/views/frame.js", "assets/0/views/icon.png"):
        file = files.find(name)
        assert file is not None
        assert file.gzipped is None


def test_paths_of_an_earlier_version_serve_current_files_uncached(
    files: StaticFiles, web: Path, examples: Path
) -> None:
    (web / "assets" / "main.js").write_text("export {};")

    found = StaticFiles(web, examples).find(address_of_main(files))

    assert found is not None
    assert found.cache_control == REVALIDATED


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "tsconfig.json",
        "assets/tsconfig.json",
        "assets/0123/notes.md",
        "assets/0123/../index.html",
        "assets/../../etc/passwd",
        "assets/0123//etc/passwd",
        "assets/",
        "examples/../web/index.html",
        "examples/c.txt",
        "web/assets/main.js",
        "worker/service_worker.js",
    ],
)
def test_other_files_are_not_served(files: StaticFiles, path: str) -> None:
    assert files.find(path) is None


def test_first_line_of_an_example_is_its_title(files: StaticFiles) -> None:
    assert [(example.title, example.path) for example in files.examples] == [
        ("Eins – ein Titel", "/examples/a.txt"),
        ("Zwei", "/examples/b.txt"),
    ]
    story = files.find("examples/a.txt")
    assert story is not None
    assert story.media_type == "text/plain; charset=utf-8"


def test_page_preloads_every_module_that_it_needs_at_once(web: Path, examples: Path) -> None:
    (web / "assets" / "editor").mkdir()
    (web / "assets" / "editor" / "later.js").write_text("export const later = 1;")
    (web / "index.html").write_text('<head></head><script type="module" src="/assets/main.js"></script>')
    files = StaticFiles(web, examples)

    page = files.page.content.decode()

    assert page.count('rel="modulepreload"') == 2
    assert address_of_main(files).replace("main.js", "views/frame.js") in page.partition("</head>")[0]
