"""Which model `make run` uses: the environment decides, whatever local.settings.json says."""

import shutil
from pathlib import Path
from typing import cast

import pytest

from shared.settings import load_settings
from tools.devhost.settings import apply_local_settings
from tools.devstack.emulator import Emulator
from tools.devstack.processes import Child
from tools.devstack.stack import REPOSITORY, Stack, StackOptions


@pytest.fixture(autouse=True)
def no_model_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "MODEL_IS_FREE"):
        monkeypatch.delenv(name, raising=False)


def settings_of_the_app(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of the app in a folder with the example settings."""
    shutil.copy(REPOSITORY / "local.settings.example.json", folder / "local.settings.json")
    environ = Stack(StackOptions(folder / "data", settings=settings)).host_environ()
    apply_local_settings(folder, environ)
    return environ


def test_real_key_never_goes_to_the_emulator_of_the_example_settings(tmp_path: Path) -> None:
    settings = load_settings(settings_of_the_app(tmp_path, GEMINI_API_KEY="real"))

    assert settings.require_model().get_secret_value() == "real"
    assert settings.gemini_base_url is None
    assert not settings.is_free


def test_own_server_gets_the_key_of_the_environment(tmp_path: Path) -> None:
    own = {"GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9", "GEMINI_API_KEY": "own"}
    settings = load_settings(settings_of_the_app(tmp_path, **own))

    assert (settings.require_model().get_secret_value(), settings.gemini_base_url) == ("own", "http://127.0.0.1:9")
    assert not settings.is_free


def test_emulator_that_the_stack_starts_is_free(tmp_path: Path) -> None:
    stack = Stack(StackOptions(tmp_path))
    stack.emulator = Emulator(cast("Child", None), "http://127.0.0.1:9")

    assert load_settings(stack.host_environ()).is_free
