"""`python3 tools/check_machine.py`: whether this machine has what `make` needs, before anything is installed.

Any Python 3 can run this file, so that an old one gets an answer too. It uses the standard library only.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import socket
import subprocess
import sys

_PYTHON = (3, 13)
_NODE = 20
_LARGEST_PORT = 65_535
_GET_NODE = (
    "Install it with `sudo apt-get install nodejs npm` (Debian, Ubuntu) or `brew install node` (macOS), "
    "or get it from https://nodejs.org."
)
_GET_PYTHON = (
    "Install it, for example with `pyenv install 3.13`. If it is not `python3`, name it: `make demo PYTHON=python3.13`."
)
_GET_VENV = "Install it with `sudo apt-get install python3-venv` (Debian, Ubuntu)."
_GET_CHROMIUM = "Install Chromium or Chrome, and name it: `make test CHROMIUM=/path/to/chromium`."


def main() -> int:
    """Print every problem with its remedy; return 1 if there is one."""
    arguments = _parse()
    problems = [*_python_problems(), *_node_problems()]
    if arguments.port:
        problems += _port_problems(arguments.port)
    if arguments.browser is not None:
        problems += _browser_problems(arguments.browser)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _python_problems() -> list[str]:
    if sys.version_info[:2] != _PYTHON:
        return [f"Python 3.13 is needed, and {sys.executable} is {sys.version.split()[0]}. {_GET_PYTHON}"]
    # Debian has these modules in a package of their own.
    is_complete = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    return [] if is_complete else [f"Python's module `venv` is missing. {_GET_VENV}"]


def _node_problems() -> list[str]:
    node = shutil.which("node")
    if node is None:
        return [f"Node.js is missing; version {_NODE} or later is needed. {_GET_NODE}"]
    asked = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=False)  # noqa: S603
    version = asked.stdout.decode().strip()
    major = version.lstrip("v").split(".")[0]
    problems: list[str] = []
    if not major.isdigit() or int(major) < _NODE:
        problems.append(f"Node.js {_NODE} or later is needed, and {node} is {version or 'broken'}. {_GET_NODE}")
    if shutil.which("npm") is None:
        problems.append("npm, which comes with Node.js, is missing. " + _GET_NODE)
    return problems


def _port_problems(port: int) -> list[str]:
    if not 0 <= port <= _LARGEST_PORT:
        return [f"There is no port {port}. Choose one from 1 to {_LARGEST_PORT}, such as `make run PORT=7071`."]
    with socket.socket() as probe:
        # As the host binds it: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            advice = f"Stop the program that uses it, or choose another port: `make run PORT={port + 1}`."
            return [f"Port {port} can't be used: {error.strerror}. {advice}"]
    return []


def _browser_problems(browser: str) -> list[str]:
    if shutil.which(browser) or shutil.which("apt-get"):
        return []
    return [f"The browser `{browser}` is missing, and apt-get is missing too. {_GET_CHROMIUM}"]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a port that has to be free")
    parser.add_argument("--browser", help="the browser of the tests: a program that is there or can be installed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
