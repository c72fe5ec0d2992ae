"""``host.json`` and ``local.settings.json``: what of them this host honours."""

import json
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from devhost.engine.versions import Versions

_DEFAULT_TIMEOUT_S = 1800.0
_DEFAULT_BODY_LIMIT_BYTES = 104_857_600
_DEFAULT_HUB_NAME = "TestHubName"
_ACTIVITIES_PER_CORE = 10
_ANY_VERSION = Versions()
_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$")
_APP_SETTING = re.compile(r"%([^%]+)%")


class SettingsError(Exception):
    """A settings file cannot be used; the text names the file and the key."""


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The host's own settings.

    `function_timeout_s` is None when the app sets none (-1). The defaults are the platform's: routes under ``api``,
    30 minutes (Flex), ten activities and orchestrators at once per core, 100 MB bodies.
    """

    route_prefix: str = "api"
    function_timeout_s: float | None = _DEFAULT_TIMEOUT_S
    hub_name: str = _DEFAULT_HUB_NAME
    max_activities: int = 10
    max_orchestrators: int = 10
    body_limit_bytes: int = _DEFAULT_BODY_LIMIT_BYTES
    versions: Versions = _ANY_VERSION


def load_host_settings(script_root: Path, environ: Mapping[str, str]) -> HostSettings:
    """Read host.json; a missing file means the defaults.

    Raises:
        SettingsError: when it is not JSON or a value has the wrong form.
    """
    path = script_root / "host.json"
    host = _read_object(path) if path.is_file() else {}
    durable = _section(host, path, "extensions", "durableTask")
    http = _section(host, path, "extensions", "http")
    default_limit = _ACTIVITIES_PER_CORE * (os.cpu_count() or 1)
    return HostSettings(
        route_prefix=_string(http, "routePrefix", "api", path).strip("/"),
        function_timeout_s=_timeout(host.get("functionTimeout"), path),
        hub_name=_resolve(_string(durable, "hubName", _DEFAULT_HUB_NAME, path), environ),
        max_activities=_positive(durable, "maxConcurrentActivityFunctions", default_limit, path),
        max_orchestrators=_positive(durable, "maxConcurrentOrchestratorFunctions", default_limit, path),
        body_limit_bytes=int(environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", _DEFAULT_BODY_LIMIT_BYTES)),
        versions=_versions(durable, path),
    )


def apply_local_settings(script_root: Path, environ: MutableMapping[str, str]) -> list[str]:
    """Put local.settings.json's ``Values`` into `environ`, where what is set already wins; return the names put.

    Raises:
        SettingsError: when the file is not JSON, encrypted, or a value is not a string.
    """
    path = script_root / "local.settings.json"
    if not path.is_file():
        return []
    content = _read_object(path)
    if content.get("IsEncrypted") is True:
        raise SettingsError(f"{path} is encrypted; run `func settings decrypt` or write the values in plain text")
    names: list[str] = []
    for name, value in _section(content, path, "Values").items():
        if not isinstance(value, str):
            raise SettingsError(f"{path}: Values.{name} must be a string, it is {value!r}")
        if name not in environ:
            environ[name] = value
            names.append(name)
    return names


def is_disabled(function_name: str, environ: Mapping[str, str]) -> bool:
    """Whether ``AzureWebJobs.<name>.Disabled`` (or with ``__`` for the dots) switches the function off."""
    for key in (f"AzureWebJobs.{function_name}.Disabled", f"AzureWebJobs__{function_name}__Disabled"):
        if environ.get(key, "").casefold() in ("true", "1"):
            return True
    return False


def _read_object(path: Path) -> dict[str, object]:
    try:
        content: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise SettingsError(f"{path} must hold a JSON object")
    return cast("dict[str, object]", content)


def _section(content: dict[str, object], path: Path, *keys: str) -> dict[str, object]:
    section = content
    for key in keys:
        value = section.get(key, {})
        if not isinstance(value, dict):
            raise SettingsError(f"{path}: {'.'.join(keys)} must be an object")
        section = cast("dict[str, object]", value)
    return section


def _versions(durable: dict[str, object], path: Path) -> Versions:
    if _string(durable, "versionFailureStrategy", "Reject", path) != "Reject":
        raise SettingsError(f"{path}: this host has no versionFailureStrategy but Reject")
    match _string(durable, "versionMatchStrategy", "None", path):
        case "None" | "Strict" | "CurrentOrOlder" as matching:
            return Versions(_string(durable, "defaultVersion", "", path) or None, matching)
        case other:
            raise SettingsError(f"{path}: versionMatchStrategy must be None, Strict or CurrentOrOlder, it is {other!r}")


def _string(section: dict[str, object], key: str, default: str, path: Path) -> str:
    value = section.get(key, default)
    if not isinstance(value, str):
        raise SettingsError(f"{path}: {key} must be a string, it is {value!r}")
    return value


def _positive(section: dict[str, object], key: str, default: int, path: Path) -> int:
    value = section.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(f"{path}: {key} must be a positive whole number, it is {value!r}")
    return value


def _timeout(value: object, path: Path) -> float | None:
    if value is None:
        return _DEFAULT_TIMEOUT_S
    if value in ("-1", -1):
        return None
    match = _TIMESPAN.match(value) if isinstance(value, str) else None
    if match is None:
        raise SettingsError(f'{path}: functionTimeout must be "hh:mm:ss" or "-1", it is {value!r}')
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _resolve(text: str, environ: Mapping[str, str]) -> str:
    """``%NAME%`` stands for an app setting."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise SettingsError(f"host.json refers to the app setting {name}, which is not set")
        return environ[name]

    return _APP_SETTING.sub(value, text)
