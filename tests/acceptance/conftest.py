"""Programs run as a person runs them, in an environment without a key."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.emulator_control import EmulatorControl
from tools.devstack.emulator import start_emulator
from tools.devstack.processes import inherited_environ
from tools.devstack.stack import REPOSITORY


@pytest.fixture(scope="module")
def module_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    """A model emulator that belongs to nobody's stack."""
    data = tmp_path_factory.mktemp("emulator")
    emulator = start_emulator(REPOSITORY, data / "ready.json", data / "emulator.log")
    control = EmulatorControl(emulator.url)
    yield control
    control.close()
    emulator.child.stop()


@pytest.fixture
def emulator(module_emulator: EmulatorControl) -> EmulatorControl:
    """The emulator, without faults and without any call counted yet."""
    module_emulator.reset()
    return module_emulator


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without any setting of the app; temporary files are the test's own."""
    ours = {"GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "AzureWebJobsStorage"}
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    inherited = inherited_environ(TMPDIR=str(scratch))
    return {name: value for name, value in inherited.items() if name not in ours} | {"PATH": os.environ["PATH"]}
