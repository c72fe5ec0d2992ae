"""host.json and local.settings.json."""

import json
from pathlib import Path

import pytest

from devhost.engine.versions import Versions
from devhost.settings import SettingsError, apply_local_settings, is_disabled, load_host_settings


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content))


def test_defaults_without_a_file(tmp_path: Path) -> None:
    settings = load_host_settings(tmp_path, {})
    assert (settings.route_prefix, settings.function_timeout_s, settings.hub_name) == ("api", 1800, "TestHubName")


def test_values_are_read(tmp_path: Path) -> None:
    durable = {"hubName": "%HUB%", "maxConcurrentActivityFunctions": 3, "maxConcurrentOrchestratorFunctions": 4}
    host = {"functionTimeout": "01:02:03", "extensions": {"http": {"routePrefix": ""}, "durableTask": durable}}
    _write(tmp_path / "host.json", host)
    settings = load_host_settings(tmp_path, {"HUB": "Mine"})
    assert (settings.route_prefix, settings.function_timeout_s, settings.hub_name) == ("", 3723, "Mine")
    assert (settings.max_activities, settings.max_orchestrators) == (3, 4)


def test_versions_are_read(tmp_path: Path) -> None:
    durable = {"defaultVersion": "1.2", "versionMatchStrategy": "CurrentOrOlder", "versionFailureStrategy": "Reject"}
    _write(tmp_path / "host.json", {"extensions": {"durableTask": durable}})
    assert load_host_settings(tmp_path, {}).versions == Versions("1.2", "CurrentOrOlder")


@pytest.mark.parametrize(("written", "seconds"), [("-1", None), ("1.00:00:00", 86400), ("00:00:30", 30)])
def test_function_timeout_forms(tmp_path: Path, written: str, seconds: float | None) -> None:
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
        ({"extensions": []}, "extensions"),
    ],
)
def test_bad_value_is_named(tmp_path: Path, host: object, named: str) -> None:
    _write(tmp_path / "host.json", host)
    with pytest.raises(SettingsError, match=named):
        load_host_settings(tmp_path, {})


def test_environment_wins_over_local_settings(tmp_path: Path) -> None:
    _write(tmp_path / "local.settings.json", {"Values": {"A": "file", "B": "file"}})
    environ = {"A": "environment"}
    assert apply_local_settings(tmp_path, environ) == ["B"]
    assert environ == {"A": "environment", "B": "file"}


@pytest.mark.parametrize(
    ("content", "said"),
    [({"IsEncrypted": True, "Values": {}}, "encrypted"), ({"Values": {"A": 1}}, "Values.A must be a string")],
)
def test_unusable_local_settings_are_refused(tmp_path: Path, content: object, said: str) -> None:
    _write(tmp_path / "local.settings.json", content)
    with pytest.raises(SettingsError, match=said):
        apply_local_settings(tmp_path, {})


def test_function_can_be_disabled_by_either_spelling() -> None:
    assert is_disabled("hello", {"AzureWebJobs.hello.Disabled": "true"})
    assert is_disabled("hello", {"AzureWebJobs__hello__Disabled": "1"})
    assert not is_disabled("hello", {"AzureWebJobs.hello.Disabled": "false"})
