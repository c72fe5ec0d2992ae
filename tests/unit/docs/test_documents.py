"""All documents: links, pictures and commands lead somewhere, and the README keeps its promises."""

import re
import shlex
from pathlib import Path

import pytest

from shared.models.messages import STREAM_MESSAGE, is_last
from tests.unit.docs.documents import DOCUMENTS, ROOT, blocks

README = ROOT / "README.md"
MAX_README_LINES = 110
MAKE_COMMANDS = sorted(
    {
        command
        for document in DOCUMENTS
        for block in blocks(document, "sh")
        for command in re.findall(r"^(?:\w+=\S+ )*(make .*)$", block, re.MULTILINE)
    }
)

for_every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives a document's headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@for_every_document
def test_links_lead_somewhere(document: Path) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", document.read_text()):
        linked = document.parent / path if path else document
        assert linked.exists(), path
        assert not anchor or anchor in anchors(linked), f"{path}#{anchor}"


@for_every_document
def test_named_files_exist(document: Path) -> None:
    # The changelog tells of files that are gone.
    paths = re.findall(r"`(\w+(?:/[\w.-]+)+\.\w+)`", document.read_text()) if document.name != "CHANGELOG.md" else []
    for path in paths:
        if (ROOT / path.partition("/")[0]).is_dir():
            assert (ROOT / path).exists(), path


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, to_read = {README}, [README]
    while to_read:
        document = to_read.pop()
        links = re.findall(r"\]\((?!https?:)([^)#\s]+\.md)", document.read_text())
        found = {(document.parent / link).resolve() for link in links} - reached
        reached |= found
        to_read += found

    assert {path for path in DOCUMENTS if ".github" not in path.parts} <= reached


@pytest.mark.parametrize("command", MAKE_COMMANDS)
def test_make_command_names_targets_and_files_that_exist(command: str) -> None:
    words = shlex.split(command)[1:]

    for word in words:
        name, is_variable, value = word.partition("=")
        if not is_variable:
            assert re.search(rf"^{word}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert name != "STORY" or (ROOT / value).is_file()


@pytest.mark.parametrize("command", ["make demo", "make test", "make run"])
def test_readme_shows_the_commands_that_need_no_account(command: str) -> None:
    assert any(command in block.splitlines() for block in blocks(README, "sh"))


def test_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= MAX_README_LINES


def test_readme_has_pictures() -> None:
    assert re.search(r"!\[[^]]+\]\(docs/pictures/", README.read_text())


def test_every_view_is_shown_on_a_phone_and_on_a_wide_screen() -> None:
    pictures = {path.stem for path in (ROOT / "docs" / "pictures").glob("*.png")}
    on_phones, wide = (
        {name.removesuffix(end) for name in pictures if name.endswith(end)} for end in ("-phone", "-wide")
    )

    assert on_phones == wide
    assert wide >= {
        "start-empty",
        "start-filled",
        "drawing",
        "comic",
        "image-dialog",
        "share-dialog",
        "share-page",
        "shelf",
    }
    assert wide >= {f"reader-{mode}" for mode in ("one-panel", "one-page", "strip")}


def test_example_stream_of_the_readme_is_valid() -> None:
    (example,) = blocks(README, "json")

    messages = [STREAM_MESSAGE.validate_json(line) for line in example.splitlines()]
    assert is_last(messages[-1])
