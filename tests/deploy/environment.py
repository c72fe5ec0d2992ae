"""An environment as Azure makes it: what `requirements.txt` pins, and beside it the platform's own worker library."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.stack import REPOSITORY

# As on Azure, the worker comes with the platform; here it is the version that the local host is tested with.
_WORKER = "azure-functions-runtime"
_NOT_REACHED = "error sending request"


class Environment:
    """A virtual environment, and beside it what the app does not bring: the local host and its worker library."""

    def __init__(self, folder: Path) -> None:
        self.python = folder / "environment" / "bin" / "python"
        self._host = folder / "host"

    def install(self, requirements: Path) -> None:
        """Install exactly what is pinned, each package checked against its hashes.

        Skips the test where no package index answers, except in continuous integration.
        """
        _uv("venv", "--python", sys.executable, str(self.python.parents[1]))
        _uv("pip", "install", "--require-hashes", f"--python={self.python}", f"--requirements={requirements}")
        self._host.mkdir()
        pinned = self._host / "worker.txt"
        pinned.write_text(_pinned(_WORKER))
        install = ("pip", "install", "--require-hashes", "--no-deps", f"--python={self.python}")
        _uv(*install, f"--target={self._host}", f"--requirements={pinned}")
        (self._host / "devhost").symlink_to(REPOSITORY / "devhost")

    def environ(self, **settings: str) -> dict[str, str]:
        """Return all that a host's process is told: nothing of what this process was told, and `settings`."""
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(self._host), **settings}


def _pinned(package: str) -> str:
    (lines,) = re.findall(
        rf"^({package}==.*\n(?: +--hash.*\n)+)", (REPOSITORY / "requirements-dev.txt").read_text(), re.MULTILINE
    )
    return str(lines)


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if _NOT_REACHED in done.stderr and "CI" not in os.environ:
        pytest.skip("No package index answers, so that nothing can be installed into an empty environment.")
    assert done.returncode == 0, done.stderr
