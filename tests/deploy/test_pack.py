"""The deployed files are enough to serve the app, and no more than that."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.static_files import StaticFiles
from tests.deploy.environment import Environment
from tests.deploy.pack import make_pack, packed_files
from tools.devstack.azurite import Azurite
from tools.devstack.processes import port_in, start
from tools.devstack.stack import REPOSITORY

pytestmark = pytest.mark.timeout(400)  # the first test waits for the installation

# Run in the environment: prints how many modules the sent files import, and those that are not there. None is loaded:
# that alone would take longer than all the rest.
_FIND_IMPORTS = """
import ast, pathlib, sys
named = set()
for path in pathlib.Path().rglob("*.py"):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            named.add(node.module)
def is_there(name):
    *parents, last = name.split(".")
    folders = [pathlib.Path(root, *parents) for root in sys.path]
    return any((folder / last).is_dir() or any(folder.glob(last + ".*")) for folder in folders)
wanted = {name for name in named if name.split(".")[0] not in sys.stdlib_module_names}
print(len(wanted), *sorted(name for name in wanted if not is_there(name)))
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is deployed."""
    folder = tmp_path_factory.mktemp("deployment") / "pack"
    make_pack(REPOSITORY, folder)
    return folder


@pytest.fixture(scope="module")
def environment(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with what the pack asks for, and nothing that only development needs."""
    made = Environment(tmp_path_factory.mktemp("environment"))
    made.install(pack / "requirements.txt")
    return made


@pytest.fixture
def address(pack: Path, environment: Environment, azurite: Azurite, tmp_path: Path) -> Iterator[str]:
    """The packed app, served through the worker library, with the storage as its only setting."""
    ready = tmp_path / "ready.json"
    host = start(
        "The host of the packed app",
        [
            environment.python,
            "-m",
            "tools.devhost",
            "--port=0",
            f"--script-root={pack}",
            "--data",
            tmp_path,
            "--ready-file",
            ready,
        ],
        environment.environ(AzureWebJobsStorage=azurite.connection),
        tmp_path,
        tmp_path / "host.log",
    )
    host.wait_until(ready.exists, timeout_s=60)
    yield f"http://127.0.0.1:{port_in(ready)}"
    host.stop()


def test_only_files_that_the_app_needs_are_deployed(pack: Path) -> None:
    assert {path.name for path in pack.iterdir()} == {
        "activities",
        "api",
        "examples",
        "function_app.py",
        "host.json",
        "maintenance",
        "orchestrators",
        "requirements.txt",
        "shared",
        "web",
    }


def test_secrets_and_state_are_not_deployed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in (
        ".azure/dev/.env",
        ".data/host/keys.json",
        ".env",
        ".git/config",
        "activities/__pycache__/panels.cpython-313.pyc",
        "function_app.py",
        "local.settings.json",
        "node_modules/azurite/package.json",
        "out/panel-1.png",
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("")

    assert packed_files(project, tmp_path) == [Path("function_app.py")]


def test_pinned_packages_have_every_imported_module(pack: Path, environment: Environment) -> None:
    command = [environment.python, "-c", _FIND_IMPORTS]
    ran = subprocess.run(command, cwd=pack, env={}, capture_output=True, text=True, check=True)

    number, *missing = ran.stdout.split()
    assert int(number) > 100
    assert not missing


def test_deployed_app_serves_requests_with_the_storage_as_its_only_setting(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        health = client.get("/api/health")
        page = client.get("/")
        story = client.get("/examples/robot.txt")

    assert health.json()["dependencies"] == {"storage": "ok", "engine": "ok", "model": "unavailable"}
    assert page.content == StaticFiles(REPOSITORY / "web", REPOSITORY / "examples").page.content
    assert story.text == (REPOSITORY / "examples" / "robot.txt").read_text()
