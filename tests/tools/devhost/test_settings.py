"""host.json and local.settings.json."""

import json
from pathlib import Path

import pytest

from tools.devhost.engine.execution.versions import Versions
from tools.devhost.engine.storage.queues import QueueSettings
from tools.devhost.settings import SettingsError, apply_local_settings, is_disabled, load_host_settings
from tools.devstack.stack import REPOSITORY


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content))


def test_defaults_apply_without_a_file(tmp_path: Path) -> None:
    settings = load_host_settings(tmp_path, {})
    assert (settings.route_prefix, settings.function_timeout_s, settings.hub_name) == ("api", 1800, "TestHubName")


def test_values_are_read(tmp_path: Path) -> None:
    durable = {"hubName": "%HUB%", "maxConcurrentActivityFunctions": 3, "maxConcurrentOrchestratorFunctions": 4}
    host = {"functionTimeout": "01:02:03", "extensions": {"http": {"routePrefix": ""}, "durableTask": durable}}
    _write(tmp_path / "host.json", host)
    settings = load_host_settings(tmp_path, {"HUB": "Mine"})
    assert (settings.route_prefix, settings.function_timeout_s, settings.hub_name) == ("", 3723, "Mine")
    assert (settings.engine.max_activities, settings.engine.max_orchestrators) == (3, 4)


def test_queue_settings_are_read(tmp_path: Path) -> None:
    assert load_host_settings(tmp_path, {}).engine.queues == QueueSettings(300, 300, is_base64=False)

    provider = {
        "queueClientMessageEncoding": "Base64",
        "controlQueueVisibilityTimeout": "00:01:00",
        "workItemQueueVisibilityTimeout": "00:02:00",
    }
    _write(tmp_path / "host.json", {"extensions": {"durableTask": {"storageProvider": provider}}})

    assert load_host_settings(tmp_path, {}).engine.queues == QueueSettings(60, 120, is_base64=True)


def test_app_uses_base64_and_a_visibility_timeout_of_one_minute() -> None:
    assert load_host_settings(REPOSITORY, {}).engine.queues == QueueSettings(60, 60, is_base64=True)


def test_environment_overrides_host_json_as_on_the_platform(tmp_path: Path) -> None:
    _write(tmp_path / "host.json", {"functionTimeout": "00:01:00"})
    prefix = "AzureFunctionsJobHost__"
    environ = {
        f"{prefix}functionTimeout": "00:00:05",
        f"{prefix}extensions__durableTask__maxConcurrentActivityFunctions": "7",
        f"{prefix}extensions__durableTask__storageProvider__controlQueueVisibilityTimeout": "00:00:03",
    }

    settings = load_host_settings(tmp_path, environ)

    assert settings.function_timeout_s == 5
    assert settings.engine.max_activities == 7
    assert settings.engine.queues.control_visibility_s == 3


@pytest.mark.parametrize(
    ("group", "serves_http", "is_worker"), [("", True, True), ("http", True, False), ("durable", False, True)]
)
def test_target_group_selects_the_functions_of_the_host(
    tmp_path: Path, group: str, serves_http: bool, is_worker: bool
) -> None:
    settings = load_host_settings(tmp_path, {"FUNCTIONS_TARGET_GROUP": group})

    assert (settings.serves_http, settings.engine.is_worker) == (serves_http, is_worker)


def test_versions_are_read(tmp_path: Path) -> None:
    durable = {"defaultVersion": "1.2", "versionMatchStrategy": "CurrentOrOlder", "versionFailureStrategy": "Reject"}
    _write(tmp_path / "host.json", {"extensions": {"durableTask": durable}})
    assert load_host_settings(tmp_path, {}).engine.versions == Versions("1.2", "CurrentOrOlder")


@pytest.mark.parametrize(("written", "seconds"), [("-1", None), ("1.00:00:00", 86400), ("00:00:30", 30)])
def test_function_timeout_is_read_in_each_form(tmp_path: Path, written: str, seconds: float | None) -> None:
    _write(tmp_path / "host.json", {"functionTimeout": written})
    assert load_host_settings(tmp_path, {}).function_timeout_s == seconds


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ({"functionTimeout": "soon"}, "functionTimeout"),
        ({"extensions": {"durableTask": {"maxConcurrentActivityFunctions": 0}}}, "maxConcurrentActivityFunctions"),
        ({"extensions": {"durableTask": {"hubName": "%NOT_SET%"}}}, "NOT_SET"),
        ({"extensions": {"durableTask": {"versionMatchStrategy": "Newest"}}}, "versionMatchStrategy"),
        ({"extensions": {"durableTask": {"versionFailureStrategy": "Fail"}}}, "versionFailureStrategy"),
        ({"extensions": {"durableTask": {"storageProvider": {"queueClientMessageEncoding": "No"}}}}, "Encoding"),
        ({"extensions": {"durableTask": {"storageProvider": {"controlQueueVisibilityTimeout": 60}}}}, "controlQueue"),
        ({"extensions": []}, "extensions"),
    ],
)
def test_invalid_value_is_named_in_the_error(tmp_path: Path, host: object, named: str) -> None:
    _write(tmp_path / "host.json", host)
    with pytest.raises(SettingsError, match=named):
        load_host_settings(tmp_path, {})


def test_environment_overrides_local_settings(tmp_path: Path) -> None:
    _write(tmp_path / "local.settings.json", {"Values": {"A": "file", "B": "file"}})
    environ = {"A": "environment"}
    assert apply_local_settings(tmp_path, environ) == ["B"]
    assert environ == {"A": "environment", "B": "file"}


@pytest.mark.parametrize(
    ("content", "said"),
    [({"IsEncrypted": True, "Values": {}}, "encrypted"), ({"Values": {"A": 1}}, "Values.A must be a string")],
)
def test_invalid_local_settings_are_refused(tmp_path: Path, content: object, said: str) -> None:
    _write(tmp_path / "local.settings.json", content)
    with pytest.raises(SettingsError, match=said):
        apply_local_settings(tmp_path, {})


def test_function_can_be_disabled_with_dots_or_underscores() -> None:
    assert is_disabled("hello", {"AzureWebJobs.hello.Disabled": "true"})
    assert is_disabled("hello", {"AzureWebJobs__hello__Disabled": "1"})
    assert not is_disabled("hello", {"AzureWebJobs.hello.Disabled": "false"})
