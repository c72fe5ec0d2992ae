"""The Bicep template: keys, identities, roles, sizes and secrets."""

import json
import re
from pathlib import Path
from typing import cast

import pytest
import yaml

from shared.settings import Settings
from tests.deploy.bicep import BicepFile, Resource, bicep_files
from tests.deploy.check import INFRA, faults
from tests.deploy.roles import ROLES

ROOT = INFRA.parent
FILES = bicep_files(INFRA)
MAIN = BicepFile(INFRA / "main.bicep")
APP = BicepFile(INFRA / "modules" / "function-app.bicep")
MODULE_ROLES = {
    "storage": ("Storage Blob Data Owner", "Storage Queue Data Contributor", "Storage Table Data Contributor"),
    "vault": ("Key Vault Secrets User",),
    "scheduler": ("Durable Task Data Contributor",),
    "observability": ("Monitoring Metrics Publisher",),
}


def one(kind: str) -> Resource:
    """Return the one resource of a type."""
    (found,) = [resource for file in FILES for resource in file.resources if resource.type.split("@")[0] == kind]
    return found


def at(resource: Resource, path: str) -> object:
    """Return what stands at a path of keys in a resource."""
    value: object = resource.body
    for key in path.split("."):
        value = cast("dict[str, object]", value)[key]
    return value


def test_files_are_valid_and_fit_together() -> None:
    assert list(faults(FILES)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("param a string\noutput o string = a}\n", "not Bicep"),
        ("output o string = a\n", "nothing is called 'a'"),
        ("var a = 'x'\n", "'a' is not used"),
        ("module m 'none.bicep' = { name: 'm' }\n", "there is no"),
        ("module m 'callee.bicep' = { name: 'm' }\n", "'m' is not given 'needed'"),
        ("module m 'callee.bicep' = { name: 'm', params: { needed: 'x', odd: 'y' } }\n", "no parameter 'odd'"),
        (
            "module m 'callee.bicep' = { name: 'm', params: { needed: 'x' } }\noutput o string = m.outputs.odd\n",
            "no output 'odd'",
        ),
    ],
)
def test_check_finds_faults(tmp_path: Path, text: str, fault: str) -> None:
    callee = "param needed string\nparam free string = ''\noutput o string = '${needed}${free}'\n"
    (tmp_path / "main.bicep").write_text(text)
    (tmp_path / "callee.bicep").write_text(callee)

    found = list(faults(bicep_files(tmp_path)))

    assert any(fault in one_found for one_found in found), found


def test_no_account_has_a_usable_key() -> None:
    storage = one("Microsoft.Storage/storageAccounts")

    assert at(storage, "properties.allowSharedKeyAccess") == "false"
    assert at(storage, "properties.allowBlobPublicAccess") == "false"
    assert at(storage, "properties.minimumTlsVersion") == "TLS1_2"
    assert at(one("Microsoft.Insights/components"), "properties.DisableLocalAuth") == "true"
    assert at(one("Microsoft.KeyVault/vaults"), "properties.enableRbacAuthorization") == "true"
    assert at(one("Microsoft.Web/sites/basicPublishingCredentialsPolicies"), "properties.allow") == "false"
    text = "".join(file.path.read_text() for file in FILES)
    assert not re.search(r"listKeys|AccountKey|SharedAccessSignature|listAccountSas", text, re.IGNORECASE)


def test_one_identity_is_used_for_everything() -> None:
    app = one("Microsoft.Web/sites")

    one("Microsoft.ManagedIdentity/userAssignedIdentities")
    assert at(app, "identity") == {"type": "UserAssigned", "userAssignedIdentities": {"${identityId}": {}}}
    assert at(app, "properties.keyVaultReferenceIdentity") == "identityId"
    deployment = at(app, "properties.functionAppConfig.deployment.storage")
    assert isinstance(deployment, dict)
    assert deployment["authentication"] == {
        "type": "UserAssignedIdentity",
        "userAssignedIdentityResourceId": "identityId",
    }
    assert "SystemAssigned" not in "".join(file.path.read_text() for file in FILES)


@pytest.mark.parametrize("module", MODULE_ROLES)
def test_identity_has_the_roles_it_needs_and_no_others(module: str) -> None:
    text = (INFRA / "modules" / f"{module}.bicep").read_text()

    assert set(re.findall(r"'([0-9a-f]{8}-[0-9a-f-]{27})'", text)) == {ROLES[name] for name in MODULE_ROLES[module]}
    assert "Microsoft.Authorization/roleAssignments@" in text


def test_app_runs_on_flex_consumption_with_the_python_of_this_repository() -> None:
    app, plan = one("Microsoft.Web/sites"), one("Microsoft.Web/serverfarms")

    assert at(plan, "sku") == {"tier": "FlexConsumption", "name": "FC1"}
    assert at(app, "properties.functionAppConfig.runtime") == {
        "name": "python",
        "version": (ROOT / ".python-version").read_text().strip(),
    }


def test_scaling_parameters() -> None:
    app, scale = one("Microsoft.Web/sites"), "properties.functionAppConfig.scaleAndConcurrency"

    assert "name: 'durable', instanceCount: durableAlwaysReady" in str(at(app, f"{scale}.alwaysReady"))
    assert at(app, f"{scale}.triggers.http.perInstanceConcurrency") == "httpPerInstanceConcurrency"
    assert at(app, f"{scale}.instanceMemoryMB") == "instanceMemoryMB"
    assert MAIN.parameters["instanceMemoryMB"].decorators["allowed"] == ["512", "2048", "4096"]
    assert MAIN.parameters["durableBackend"].decorators["allowed"] == ["azureStorage", "scheduler"]
    assert MAIN.parameters["networkIsolation"].default == "false"
    regions = MAIN.parameters["location"].decorators["allowed"]
    assert isinstance(regions, list)
    assert "westeurope" in regions


def test_model_key_is_in_the_vault_and_the_app_has_a_reference() -> None:
    settings = (INFRA / "modules" / "function-app.bicep").read_text()

    assert "GEMINI_API_KEY: '@Microsoft.KeyVault(SecretUri=${geminiApiKeyUri})'" in settings
    assert "secure" in MAIN.parameters["geminiApiKey"].decorators
    assert MAIN.parameters["geminiApiKey"].default is None
    givers = {name for name, module in MAIN.modules.items() if "geminiApiKey" in module.params}
    assert givers == {"vault"}
    assert not any("Key" in output and "VAULT" not in output for output in MAIN.outputs)


def test_app_has_the_addresses_of_its_storage_and_its_identity() -> None:
    settings = one("Microsoft.Web/sites/config").text

    for name in ("blobServiceUri", "queueServiceUri", "tableServiceUri", "credential", "clientId"):
        assert f"AzureWebJobsStorage__{name}:" in settings
    assert not re.search(r"\bAzureWebJobsStorage:", settings)
    known = {str(field.alias) for field in Settings.model_fields.values()}
    ours = {"GEMINI_API_KEY", "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__clientId"}
    assert ours <= known


def test_settings_for_the_scheduler_override_host_json() -> None:
    host = json.loads((ROOT / "host.json").read_text())
    text = APP.path.read_text()
    overlaid = re.findall(r"AzureFunctionsJobHost__(\w+): (.+)", text)

    assert host["extensionBundle"]["version"].startswith("[4.32")
    assert "type" not in host["extensions"]["durableTask"]["storageProvider"]
    assert dict(overlaid) == {
        "extensions__durableTask__storageProvider__type": "'azureManaged'",
        "extensions__durableTask__storageProvider__connectionStringName": "'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'",
        "extensions__durableTask__hubName": "taskHub",
    }
    assert "Authentication=ManagedIdentity;ClientID=${identityClientId}" in text


def test_network_isolation_closes_storage_and_vault_to_all_but_the_app() -> None:
    for kind in ("Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"):
        assert at(one(kind), "properties.publicNetworkAccess") == "isPrivate ? 'Disabled' : 'Enabled'"
    network = (INFRA / "modules" / "network.bicep").read_text()
    assert re.findall(r"service: '(\w+)'", network) == ["blob", "queue", "table", "vault"]
    assert "Microsoft.App/environments" in network
    assert at(one("Microsoft.Web/sites"), "properties.virtualNetworkSubnetId") == "empty(subnetId) ? null : subnetId"


def test_every_parameter_from_azd_is_one_of_the_template() -> None:
    handed = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]

    assert handed.keys() <= MAIN.parameters.keys()
    needed = {name for name, parameter in MAIN.parameters.items() if parameter.default is None}
    assert needed <= handed.keys()
    for name, value in handed.items():
        variable, _, default = value["value"].strip("${}").partition("=")
        assert re.fullmatch(r"[A-Z_]+", variable)
        if default:
            assert default == MAIN.parameters[name].default, name


def test_azd_deploys_this_folder_to_the_tagged_app() -> None:
    description = yaml.safe_load((ROOT / "azure.yaml").read_text())

    (service,) = description["services"]
    assert description["services"][service] == {
        "project": ".",
        "language": "python",
        "host": "function",
        "remoteBuild": True,
    }
    assert f"'azd-service-name': '{service}'" in MAIN.path.read_text()
    assert "hooks" not in description, "nothing but azd is needed to deploy"
