"""What the README says of the project, held to the project."""

import re
from pathlib import Path

import pytest

from shared.models.messages import STREAM_MESSAGE, is_last
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PICTURE = (ROOT / "docs/images/architecture.svg").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / ".github").glob("*.md")])


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Za-z_]+)` \| `?([^|`]*?)`? \|", README, re.MULTILINE))
    fields = {str(field.alias): field for field in Settings.model_fields.values()}

    assert rows.keys() == fields.keys()
    for name, field in fields.items():
        if field.default is not None:
            assert rows[name] == str(field.default), name


def test_the_example_stream_is_one_that_the_contract_allows() -> None:
    lines = blocks("json")[0].splitlines()

    messages = [STREAM_MESSAGE.validate_json(line) for line in lines]
    assert is_last(messages[-1])


@pytest.mark.parametrize(
    "command", [line for block in blocks("sh") for line in block.splitlines() if line.startswith("make ")]
)
def test_every_make_command_names_a_target_and_files_that_exist(command: str) -> None:
    target, *variables = command.split()[1:]

    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for variable in variables:
        name, value = variable.split("=")
        assert name != "STORY" or (ROOT / value).is_file()


def test_every_folder_of_the_layout_exists() -> None:
    folders = re.findall(r"^\| `([a-z_/]+/)` \|", README, re.MULTILINE)

    assert len(folders) >= 8
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)

    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_picture_of_the_architecture_has_the_folders_of_the_layout() -> None:
    layout = set(re.findall(r"^\| `([a-z_/]+/)` \|", README, re.MULTILINE))
    drawn = set(re.findall(r'<text class="name"[^>]*>([a-z_/]+/)<', PICTURE))

    assert drawn <= layout
    # What is not part of the running app.
    assert layout - drawn == {"tools/devstack/", "tests/", "tools/benchmarks/", "tools/check_model/", "tools/audit/"}


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives a document's headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_the_documents_leads_somewhere(document: Path) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", document.read_text()):
        linked = document.parent / path if path else document
        assert linked.exists(), path
        assert not anchor or anchor in anchors(linked), f"{path}#{anchor}"
