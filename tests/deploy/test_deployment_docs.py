"""docs/deployment.md agrees with the template."""

import json
import re

from shared.settings import Settings
from tests.deploy.bicep import BicepFile, bicep_files
from tests.deploy.check import INFRA
from tests.deploy.roles import ROLES

PAGE = (INFRA.parent / "docs" / "deployment.md").read_text()
MAIN = BicepFile(INFRA / "main.bicep")
FILES = bicep_files(INFRA)
_ROLE_ID = re.compile(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'")
_PARAMETER_ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:–|`([^`]*)`) \|", re.MULTILINE)
_SETTING = re.compile(r"^ +(\w+): ", re.MULTILINE)


def section(title: str) -> str:
    """Return the text below a title, up to the next title of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def app_settings() -> set[str]:
    """Return the names of all settings that the template makes."""
    text = (INFRA / "modules" / "function-app.bicep").read_text()
    overlaid, made = re.search(r"var schedulerSettings = \{\n(.*?)\n\}", text, re.DOTALL), text.split("union(")[1]
    assert overlaid is not None
    blocks = overlaid[1], made.split("\n      },")[0]
    own = set(re.findall(r"union\(\{ (\w+):", MAIN.path.read_text()))
    return own | {name for block in blocks for name in _SETTING.findall(block)}


def test_every_parameter_from_azd_is_in_the_table_with_its_default() -> None:
    handed = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
    defaults = {
        re.findall(r"[A-Z_]+", value["value"])[0]: str(MAIN.parameters[name].default or "")
        for name, value in handed.items()
    }

    assert dict(_PARAMETER_ROW.findall(section("Parameters"))) == defaults


def test_list_of_resources_is_complete() -> None:
    made = {
        resource.type.split("@")[0]
        for file in FILES
        for resource in file.resources
        if resource.type.split("@")[0].count("/") == 1
    }
    listed = set(re.findall(r"`(Microsoft\.\w+/\w+)`", section("What is created")))

    assert listed == made - {"Microsoft.Resources/resourceGroups", "Microsoft.Authorization/roleAssignments"}


def test_every_setting_of_the_template_is_known_to_the_app_or_listed_as_the_platforms() -> None:
    ours = {str(field.alias) for field in Settings.model_fields.values()}
    platform = set(re.findall(r"^\| `(\w+)` \|", section("One identity, no keys"), re.MULTILINE))

    made = app_settings()
    assert {"GEMINI_API_KEY", "HTTP_AUTH_LEVEL", "AzureWebJobsStorage__clientId"} <= made
    assert made - ours == platform


def test_local_settings_exist_on_azure_too() -> None:
    here = json.loads((INFRA.parent / "local.settings.example.json").read_text())["Values"].keys()
    # The runtime is a property of Flex Consumption, storage is reached by identity, and the model is Google's own.
    other = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "GOOGLE_GEMINI_BASE_URL", "MODEL_IS_FREE"}

    assert here - other <= app_settings()


def test_listed_roles_are_the_assigned_ones() -> None:
    assigned = {role for file in FILES for role in _ROLE_ID.findall(file.path.read_text())}
    cells = re.findall(r"^\| [^|]+ \| ([A-Z][^|`]+) \| ", section("One identity, no keys"), re.MULTILINE)

    assert {ROLES[name] for cell in cells for name in cell.split(", ")} == assigned
