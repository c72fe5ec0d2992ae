"""What a machine lacks is told before `make` installs anything, with the command that helps."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_machine
from tools.devstack.stack import REPOSITORY

FILES = ("Makefile", "tools/check_machine.py", ".python-version", "requirements-dev.txt", "package-lock.json")
TOOLS = ("sh", "awk", "id", "env")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs with the basic ones, Python, Node.js 20 and npm, to be used as the whole PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    add_program(programs, "node", "echo v20.1.0")
    add_program(programs, "npm", "")
    add_program(programs, "python3", f'exec {sys.executable} "$@"')
    return programs


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what `make` reads before it installs anything."""
    clone = tmp_path / "clone"
    for name in FILES:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, clone / name)
    return clone


def add_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def make(clone: Path, machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program is not None
    command = [program, "-C", str(clone), *arguments]
    return subprocess.run(command, env={"PATH": str(machine)}, capture_output=True, text=True, check=False)


def assert_nothing_installed(clone: Path) -> None:
    assert not (clone / ".venv").exists()
    assert not (clone / "node_modules").exists()


@pytest.mark.parametrize("target", ["demo", "run", "test", "check"])
@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("node", ["Node.js is missing", "apt-get install nodejs npm"]),
        ("npm", ["npm", "is missing", "apt-get install nodejs npm"]),
        ("python3", ["python3 is missing", "PYTHON="]),
    ],
)
def test_missing_program_is_told_before_anything_is_installed(
    clone: Path, machine: Path, target: str, missing: str, told: list[str]
) -> None:
    (machine / missing).unlink()

    ran = make(clone, machine, target, "PORT=0", "CHROMIUM=sh")

    assert ran.returncode != 0
    assert all(part in ran.stderr for part in told), ran.stderr
    assert_nothing_installed(clone)


@pytest.mark.parametrize("version", ["v18.20.4", "v9.0.0", ""])
def test_old_node_is_told_with_its_version(clone: Path, machine: Path, version: str) -> None:
    add_program(machine, "node", f"echo {version}")

    ran = make(clone, machine, "setup")

    assert ran.returncode != 0
    assert "Node.js 20 or later is needed" in ran.stderr
    assert version in ran.stderr
    assert_nothing_installed(clone)


def test_used_port_is_told_with_another_one_to_choose(clone: Path, machine: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = make(clone, machine, "run", f"PORT={port}")

    assert ran.returncode != 0
    assert f"Port {port} can't be used" in ran.stderr
    assert f"make run PORT={port + 1}" in ran.stderr
    assert_nothing_installed(clone)


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_number_that_is_no_port_is_told_with_a_port_to_choose(clone: Path, machine: Path, port: str) -> None:
    ran = make(clone, machine, "run", f"PORT={port}")

    assert ran.returncode != 0
    assert f"There is no port {port}" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert_nothing_installed(clone)


def test_browser_that_can_not_be_installed_is_told(clone: Path, machine: Path) -> None:
    ran = make(clone, machine, "test", "CHROMIUM=no-such-browser")

    assert ran.returncode != 0
    assert "make test CHROMIUM=" in ran.stderr
    assert_nothing_installed(clone)


def test_all_problems_are_told_at_once(clone: Path, machine: Path) -> None:
    add_program(machine, "node", "echo v18.0.0")
    (machine / "npm").unlink()

    ran = make(clone, machine, "test", "CHROMIUM=no-such-browser")

    assert "Node.js 20" in ran.stderr
    assert "npm" in ran.stderr
    assert "no-such-browser" in ran.stderr


def test_machine_that_has_everything_passes(clone: Path, machine: Path) -> None:
    ran = make(clone, machine, "machine", "NEEDS=--browser sh")

    assert ran.returncode == 0, ran.stderr


def test_old_python_is_told_with_its_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_machine, "_PYTHON", (3, 99))
    monkeypatch.setattr("sys.argv", ["check_machine"])

    assert check_machine.main() == 1
    told = capsys.readouterr().err
    assert sys.version.split()[0] in told
    assert "pyenv install" in told


def test_make_lists_its_targets_by_default(clone: Path, machine: Path) -> None:
    ran = make(clone, machine)

    assert ran.returncode == 0
    listed = {line.split()[1] for line in ran.stdout.splitlines()}
    assert {"help", "demo", "run", "test", "check"} <= listed
    assert_nothing_installed(clone)
