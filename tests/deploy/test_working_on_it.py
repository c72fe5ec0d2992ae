"""The settings, tasks, containers and workflows for developers fit together."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest

from shared.settings import Settings, load_settings
from tools.devstack.stack import REPOSITORY

# Settings of the host and of the worker, not of the app.
_PLATFORM = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsDisableHomepage"}
_GUIDE = (REPOSITORY / "docs" / "running-locally.md").read_text()


def read(path: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((REPOSITORY / path).read_text()))


@pytest.fixture(scope="module")
def tasks() -> Mapping[str, Mapping[str, Any]]:
    return {task["label"]: task for task in read(".vscode/tasks.json")["tasks"]}


def workflow(name: str) -> str:
    return (REPOSITORY / ".github" / "workflows" / name).read_text()


def test_example_settings_are_valid() -> None:
    values = read("local.settings.example.json")["Values"]

    assert values.keys() - _PLATFORM <= {field.alias for field in Settings.model_fields.values()}
    settings = load_settings(values)
    assert settings.storage_connection is not None
    assert settings.gemini_api_key is not None
    assert values.keys() == set(re.findall(r"^\| `(\w+)` \|", _GUIDE, re.MULTILINE))


def test_example_settings_and_the_guide_agree_with_the_emulators_of_the_tasks(tasks: Mapping[str, Any]) -> None:
    values = read("local.settings.example.json")["Values"]

    port = values["GOOGLE_GEMINI_BASE_URL"].rpartition(":")[2]
    assert tasks["model emulator"]["command"].endswith(f"-m tools.gemini_emulator --port {port}")
    assert "--blobPort" not in tasks["storage emulator"]["command"]
    assert tasks["storage emulator"]["command"] in _GUIDE
    assert tasks["model emulator"]["command"] in _GUIDE


def test_guide_names_the_version_range_of_the_extension_bundle() -> None:
    assert f"`{read('host.json')['extensionBundle']['version']}`" in _GUIDE


def test_tasks_that_others_depend_on_exist(tasks: Mapping[str, Mapping[str, Any]]) -> None:
    wanted = {launch["preLaunchTask"] for launch in read(".vscode/launch.json")["configurations"]}
    for task in tasks.values():
        before = task.get("dependsOn", [])
        wanted |= {before} if isinstance(before, str) else set(before)

    assert wanted <= tasks.keys()


def test_container_has_the_pinned_python_and_the_recommended_extensions() -> None:
    container = read(".devcontainer/devcontainer.json")

    assert (REPOSITORY / ".python-version").read_text().strip() in container["image"]
    recommended = read(".vscode/extensions.json")["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == recommended


def test_deployment_workflow_passes_every_parameter_of_the_template() -> None:
    parameters = set(re.findall(r"\$\{(\w+)", (REPOSITORY / "infra" / "main.parameters.json").read_text()))
    told = dict(re.findall(r"^ +([A-Z_]+): \$\{\{ (\w+)\.\1 \}\}$", workflow("azure-dev.yml"), re.MULTILINE))

    # azd finds out itself who it was logged in as.
    assert parameters - {"AZURE_PRINCIPAL_ID"} <= told.keys()
    assert [name for name, source in told.items() if source == "secrets"] == ["GEMINI_API_KEY"]


@pytest.mark.parametrize("name", ["ci.yml", "azure-dev.yml"])
def test_workflow_writes_nothing_and_its_scripts_contain_no_expressions(name: str) -> None:
    text = workflow(name)
    scripts = re.findall(r"^ +(?:- )?run: (.*(?:\n {10,}\S.*)*)", text, re.MULTILINE)

    assert re.search(r"^permissions:", text, re.MULTILINE)
    assert set(re.findall(r"^ +([\w-]+): write$", text, re.MULTILINE)) <= {"id-token"}
    assert scripts
    assert all("${{" not in script or script == "${{ matrix.run }}" for script in scripts)
