"""The workflow that files reports treats the text of a report as data."""

import json
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

WORKFLOW = (Path(__file__).resolve().parents[2] / ".github/workflows/user-report.yml").read_text()
SHELL, JQ = shutil.which("bash"), shutil.which("jq")
FAKE_GH = """#!/bin/sh
printf '%s\\0' "$@" > arguments
"""

needs_jq = pytest.mark.skipif(SHELL is None or JQ is None, reason="the workflow's own tools, bash and jq, are not here")


def script() -> str:
    """Return what the workflow runs."""
    (indented,) = re.findall(r"^ +run: \|\n((?: {10}.*\n|\n)+)", WORKFLOW, re.MULTILINE)
    return textwrap.dedent(indented)


def file_report(folder: Path, payload: dict[str, object]) -> tuple[str, str]:
    """Run the workflow's script and return the issue's title and body."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "gh").write_text(FAKE_GH)
    (tools / "gh").chmod(0o755)
    event = folder / "event.json"
    event.write_text(json.dumps({"action": "user-report", "client_payload": payload}))
    assert SHELL is not None
    assert JQ is not None
    path = f"{tools}:{Path(JQ).parent}:/usr/bin:/bin"
    # As the runner calls a script whose shell is bash.
    command = [SHELL, "--noprofile", "--norc", "-eo", "pipefail", "-c", script()]
    subprocess.run(command, check=True, cwd=folder, env={"PATH": path, "GITHUB_EVENT_PATH": str(event)}, timeout=20)
    *arguments, last = (folder / "arguments").read_bytes().decode().split("\0")
    assert (arguments[:3], arguments[4:], last) == (["issue", "create", "--title"], ["--body-file", "body.md"], "")
    return arguments[3], (folder / "body.md").read_text()


def test_script_contains_no_text_of_a_report() -> None:
    assert "${{" not in script()
    assert set(re.findall(r"\$\{\{ ?(.*?) ?\}\}", WORKFLOW)) == {"github.token", "github.repository"}


def test_workflow_may_write_issues_and_nothing_else() -> None:
    assert re.search(r"^permissions: \{\}$", WORKFLOW, re.MULTILINE)
    assert re.findall(r"^ +(\w+): write$", WORKFLOW, re.MULTILINE) == ["issues"]


@needs_jq
def test_report_becomes_an_issue(tmp_path: Path) -> None:
    payload: dict[str, object] = {"type": "Broken panel", "description": "One.\n\nTwo.", "userAgent": "Mozilla/5.0"}

    title, body = file_report(tmp_path, {**payload, "reference": "0123abcd"})

    assert title == "User report: Broken panel"
    assert "\nReference: 0123abcd\n\nDescription:\n" in body
    assert "\n    One.\n    \n    Two.\n" in body
    assert body.endswith("\nBrowser:\n\n    Mozilla/5.0\n")


HOSTILE = [
    '"; touch pwned; "',
    "$(touch pwned) `touch pwned` ${{ secrets.X }}",
    "' || touch pwned #",
    "```\n@everyone closes #1\n```\n<script>alert(1)</script>",
    "a\r@someone\r\n# heading\n\n- [x] list",
    "--repo evil/evil",
    "::add-mask::x\n::error::y",
    "\\(.client_payload) \\u0000 %s",
]


@needs_jq
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_report_is_quoted(tmp_path: Path, text: str) -> None:
    title, body = file_report(tmp_path, {"type": text, "description": text, "userAgent": text, "reference": text})

    assert title.startswith("User report: ")
    assert "\n" not in title
    ours = [line for line in body.splitlines() if line and not line.startswith("    ")]
    reference = "Reference: " + re.sub(r"[^0-9a-f]", "", text)[:32]
    assert ours == ["Reported in the app. What follows was written by a user.", reference, "Description:", "Browser:"]
    assert "\r" not in body
    assert not (tmp_path / "pwned").exists()


@needs_jq
@pytest.mark.parametrize("payload", [{}, {"type": None, "description": 5}, {"description": ["x"]}])
def test_report_of_another_shape_is_filed_unchanged(tmp_path: Path, payload: dict[str, object]) -> None:
    title, body = file_report(tmp_path, payload)

    assert title == "User report: null"
    assert "Description:\n\n    " in body
