"""`make check-model`, against the emulator and without a key."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.gemini_emulator.running_emulator import IMAGE_MODEL, RunningEmulator, start_emulator
from tools.devstack.stack import REPOSITORY

COMMAND = [sys.executable, "-m", "tools.check_model"]


def check(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run the check with these settings and no others for the model."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GEMINI_", "GOOGLE_"))}
    return subprocess.run(
        COMMAND, cwd=REPOSITORY, env={**environ, **settings}, capture_output=True, text=True, check=False
    )


def check_with(emulator: RunningEmulator, **settings: str) -> subprocess.CompletedProcess[str]:
    return check(GEMINI_API_KEY="any-key", GOOGLE_GEMINI_BASE_URL=emulator.url, **settings)


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[RunningEmulator]:
    with start_emulator(tmp_path) as running:
        yield running


def test_sheet_panel_and_change_are_drawn_and_listed_with_tokens_price_and_time(
    emulator: RunningEmulator,
) -> None:
    ran = check_with(emulator)

    assert ran.returncode == 0, ran.stderr
    head, *rows = (line.split() for line in ran.stdout.splitlines())
    assert head == ["call", "model", "input", "output", "images", "price", "time"]
    assert [row[:2] for row in rows] == [[call, IMAGE_MODEL] for call in ("sheet", "panel", "change")]
    for _, _, input_tokens, output_tokens, images, price, seconds, unit in rows:
        dollars = (int(input_tokens) * 1.5 + (int(output_tokens) - 1120) * 7.5) / 1_000_000 + 0.0336
        assert (images, unit) == ("1", "s")
        assert float(price.removeprefix("$")) == pytest.approx(dollars, abs=0.0001)
        assert float(seconds) >= 0
    assert emulator.control("GET", "calls").json()["byKind"] == {"character": 1, "panel": 2}


def test_panel_is_drawn_with_the_sheet(emulator: RunningEmulator) -> None:
    check_with(emulator)

    _, panel, change = emulator.control("GET", "calls?full=1").json()["calls"]
    assert '"shows": "character sheet", "name": "Mira"' in panel["texts"][-1]
    assert len(panel["images"]) == 1
    assert '"shows": "the current drawing, to be changed"' in change["texts"][-1]
    assert len(change["images"]) == 2


def test_model_without_a_known_price_is_checked_too(emulator: RunningEmulator) -> None:
    ran = check_with(emulator, GEMINI_IMAGE_MODEL="gemini-unpriced-image", IMAGE_THINKING="unset")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("unknown") == 3


def test_refusal_is_printed_with_its_code_and_advice(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "refused", "reason": "key-expired"})

    ran = check_with(emulator)

    assert ran.returncode == 1
    assert "model-access-denied" in ran.stderr
    assert "GEMINI_API_KEY" in ran.stderr
    assert "any-key" not in ran.stdout + ran.stderr


def test_without_a_key_no_call_is_made() -> None:
    ran = check()

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "GEMINI_API_KEY is not set" in ran.stderr


def test_invalid_setting_is_named() -> None:
    ran = check(GEMINI_API_KEY="any-key", IMAGE_THINKING="a-lot")

    assert ran.returncode == 2
    assert "IMAGE_THINKING" in ran.stderr


def test_no_workflow_runs_it() -> None:
    workflows = (REPOSITORY / ".github" / "workflows").glob("*.yml")

    assert not [path for path in workflows if "check-model" in path.read_text() or "check_model" in path.read_text()]
