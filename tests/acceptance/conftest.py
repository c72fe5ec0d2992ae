"""Programs run as a person runs them, in an environment without a key."""

import os
from pathlib import Path

import pytest

from tools.devstack.processes import inherited_environ


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without any setting of the app; temporary files are the test's own."""
    ours = {"GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "AzureWebJobsStorage"}
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    inherited = inherited_environ(TMPDIR=str(scratch))
    return {name: value for name, value in inherited.items() if name not in ours} | {"PATH": os.environ["PATH"]}
