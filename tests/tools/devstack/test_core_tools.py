"""Core Tools in place of devhost, tested with a stand-in for `func`: no package registry has the real one."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import wait_until
from tools.devstack.azurite import Azurite
from tools.devstack.processes import Child, answers_on, inherited_environ, port_in, start
from tools.devstack.stack import REPOSITORY

START_TIMEOUT_S = 60
KEYS = {
    "master": "the-master-key",
    "default": "the-default-key",
    "durableTask": "the-engines-key",
    "functions": {"page": "the-key-of-page"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a `func` in it."""
    func = tmp_path / "func"
    func.write_text(f"#!{sys.executable}\n{(Path(__file__).parent / 'fake_func.py').read_text()}")
    func.chmod(0o755)
    return tmp_path


@pytest.fixture
def environ(folder: Path, azurite: Azurite) -> dict[str, str]:
    path = f"{folder}:{inherited_environ()['PATH']}"
    return inherited_environ(PATH=path, AzureWebJobsStorage=azurite.connection, FAKE_KEYS=json.dumps(KEYS))


@pytest.fixture(params=[True, False], ids=["with keys", "without keys"])
def is_guarded(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def host(folder: Path, environ: dict[str, str], is_guarded: bool) -> Iterator[Child]:
    command = [sys.executable, "-m", "tools.devstack.core_tools", "--port", "0", "--script-root", REPOSITORY]
    command += ["--data", folder / "data", "--ready-file", folder / "ready.json"]
    child = start("Core Tools", [*command, *(["--enable-auth"] if is_guarded else [])], environ, REPOSITORY, None)
    child.wait_until((folder / "ready.json").exists, START_TIMEOUT_S)
    yield child
    child.stop()


def test_func_gets_the_arguments_and_the_ready_file_has_its_port(host: Child, folder: Path, is_guarded: bool) -> None:
    told = httpx.get(f"http://127.0.0.1:{port_in(folder / 'ready.json')}/told", trust_env=False).json()

    assert told["arguments"][:2] == ["start", "--port"]
    assert ("--enableAuth" in told["arguments"]) == is_guarded
    assert told["cwd"] == str(REPOSITORY)


def test_keys_are_written_in_the_form_of_devhost(host: Child, folder: Path, is_guarded: bool) -> None:
    file = folder / "data" / "keys.json"

    assert (json.loads(file.read_text()) if file.exists() else None) == (KEYS if is_guarded else None)


def test_sigterm_stops_the_host(host: Child) -> None:
    host.process.send_signal(signal.SIGTERM)

    assert host.process.wait(START_TIMEOUT_S) == -signal.SIGTERM % 256


def test_kill_stops_func_too(host: Child, folder: Path) -> None:
    port = port_in(folder / "ready.json")
    assert port is not None
    host.kill()

    wait_until(lambda: not answers_on(port), "func to end")
