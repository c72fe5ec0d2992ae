"""An environment as Azure makes it: what `requirements.txt` pins, and beside it the platform's own worker library."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tools.devstack.stack import REPOSITORY

# As on Azure, the worker comes with the platform; here it is the version that the local host is tested with.
# croniter is the local host's own dependency.
_OF_HOST = ("azure-functions-runtime", "croniter")


class Environment:
    """A virtual environment, and beside it what the app does not bring: the local host and its worker library."""

    def __init__(self, folder: Path) -> None:
        self.python = folder / "environment" / "bin" / "python"
        self._host = folder / "host"

    def install(self, requirements: Path) -> None:
        """Install exactly what is pinned, each package checked against its hashes."""
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.python.parents[1]], check=True)
        self._install(f"--requirement={requirements}")
        self._host.mkdir()
        pinned = self._host / "host.txt"
        pinned.write_text("".join(_pinned(package) for package in _OF_HOST))
        self._install("--no-deps", f"--target={self._host}", f"--requirement={pinned}")
        (self._host / "tools").symlink_to(REPOSITORY / "tools")

    def environ(self, **settings: str) -> dict[str, str]:
        """Return the environment of a host process: nothing of this process's environment but PATH, and `settings`."""
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(self._host), **settings}

    def _install(self, *arguments: str) -> None:
        """Install with uv, which takes a quarter of the time, or with pip, which alone knows of pip's own indexes."""
        said: list[str] = []
        python = f"--python={self.python}"
        for installer in (("uv", "--quiet", "pip", "install", python), ("pip", "--quiet", python, "install")):
            command = [sys.executable, "-m", *installer, "--require-hashes", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
            said.append(done.stderr)
        raise AssertionError("\n".join(said))


def _pinned(package: str) -> str:
    (lines,) = re.findall(
        rf"^({package}==.*\n(?: +--hash.*\n)+)", (REPOSITORY / "requirements-dev.txt").read_text(), re.MULTILINE
    )
    return str(lines)
