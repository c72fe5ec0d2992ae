"""The documents of the repository, and what the tests read out of them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").glob("*.md")])


def blocks(document: Path, language: str) -> list[str]:
    """Return the code blocks of a document in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)


def table(document: Path, first_heading: str) -> dict[str, list[str]]:
    """Return the rows of all tables whose first column has this heading: the other cells, by the first one.

    Cells that are code as a whole are returned without their backticks.
    """
    rows: dict[str, list[str]] = {}
    for body in re.findall(rf"^\| {first_heading} \|.*\n\|[- |]+\n((?:\|.*\n)+)", document.read_text(), re.MULTILINE):
        for line in body.splitlines():
            first, *others = [re.sub(r"^`(.*)`$", r"\1", cell.strip()) for cell in line.strip("|").split(" | ")]
            assert first not in rows, f"{document.name} has {first} twice"
            rows[first] = others
    return rows
