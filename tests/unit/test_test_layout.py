"""Where tests may import from."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
# Data that several packages read, with the code that reads it.
SHARED = {"support", "recordings"}
PACKAGES = sorted(folder.name for folder in TESTS.iterdir() if (folder / "__init__.py").exists())


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_from_themselves_and_from_support_only(package: str) -> None:
    for path in (TESTS / package).rglob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) tests\.(\w+)", path.read_text(), re.MULTILINE)
        assert set(imported) <= {package, *SHARED}, path
