"""The settings that this host reads from ``host.json`` and ``local.settings.json``."""

import json
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from tools.devhost.engine.execution.versions import Versions
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage.queues import QueueSettings

_DEFAULT_TIMEOUT_S = 1800.0
_DEFAULT_BODY_LIMIT_BYTES = 104_857_600
_DEFAULT_HUB_NAME = "TestHubName"
_ACTIVITIES_PER_CORE = 10
_DEFAULT_VISIBILITY_S = 300.0
_DEFAULT_ENGINE = EngineSettings()
# host.json's values can be overridden by environment variables of this form, as on the platform:
# https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values
_OVERRIDE_PREFIX = "AzureFunctionsJobHost__"
# The functions that an instance of a Flex Consumption app runs.
_TARGET_GROUP = "FUNCTIONS_TARGET_GROUP"
_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)")
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
    body_limit_bytes: int = _DEFAULT_BODY_LIMIT_BYTES
    engine: EngineSettings = _DEFAULT_ENGINE
    serves_http: bool = True


def load_host_settings(script_root: Path, environ: Mapping[str, str]) -> HostSettings:
    """Read host.json; a missing file means the defaults.

    Raises:
        SettingsError: when it is not JSON or a value has the wrong form.
    """
    path = script_root / "host.json"
    host = _read_object(path) if path.is_file() else {}
    _override(host, environ)
    durable = _section(host, path, "extensions", "durableTask")
    http = _section(host, path, "extensions", "http")
    group = environ.get(_TARGET_GROUP, "").casefold()
    return HostSettings(
        route_prefix=_string(http, "routePrefix", "api", path).strip("/"),
        function_timeout_s=_timeout(host.get("functionTimeout"), path),
        hub_name=resolve(_string(durable, "hubName", _DEFAULT_HUB_NAME, path), environ),
        body_limit_bytes=int(environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", _DEFAULT_BODY_LIMIT_BYTES)),
        engine=_engine(durable, path, is_worker=group in ("", "durable")),
        serves_http=group in ("", "http"),
    )


def _engine(durable: dict[str, object], path: Path, *, is_worker: bool) -> EngineSettings:
    default_limit = _ACTIVITIES_PER_CORE * (os.cpu_count() or 1)
    tracing = _section(durable, path, "tracing")
    return EngineSettings(
        max_activities=_positive(durable, "maxConcurrentActivityFunctions", default_limit, path),
        max_orchestrators=_positive(durable, "maxConcurrentOrchestratorFunctions", default_limit, path),
        versions=_versions(durable, path),
        queues=_queues(_section(durable, path, "storageProvider"), path),
        is_traced=_is_true(tracing.get("distributedTracingEnabled")),
        is_worker=is_worker,
    )


def _queues(provider: dict[str, object], path: Path) -> QueueSettings:
    encoding = _string(provider, "queueClientMessageEncoding", "UTF8", path).casefold()
    if encoding not in ("utf8", "base64"):
        raise SettingsError(f"{path}: queueClientMessageEncoding must be UTF8 or Base64, it is {encoding!r}")
    return QueueSettings(
        control_visibility_s=_visibility_s(provider, "controlQueueVisibilityTimeout", path),
        work_item_visibility_s=_visibility_s(provider, "workItemQueueVisibilityTimeout", path),
        is_base64=encoding == "base64",
    )


def _visibility_s(provider: dict[str, object], key: str, path: Path) -> float:
    value = provider.get(key)
    return _DEFAULT_VISIBILITY_S if value is None else _timespan_s(value, key, path)


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def _override(host: dict[str, object], environ: Mapping[str, str]) -> None:
    """Put the values of environment variables such as ``AzureFunctionsJobHost__a__b`` into host.json's content."""
    for name, value in environ.items():
        if not name.startswith(_OVERRIDE_PREFIX):
            continue
        *sections, key = name.removeprefix(_OVERRIDE_PREFIX).split("__")
        section = host
        for part in sections:
            inner = section.setdefault(part, {})
            section = cast("dict[str, object]", inner) if isinstance(inner, dict) else {}
        section[key] = value


def apply_local_settings(script_root: Path, environ: MutableMapping[str, str]) -> list[str]:
    """Add local.settings.json's ``Values`` to `environ`, which has priority; return the added names.

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
    if isinstance(value, str) and value.isdecimal():
        value = int(value)  # from the environment
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(f"{path}: {key} must be a positive whole number, it is {value!r}")
    return value


def _timeout(value: object, path: Path) -> float | None:
    if value is None:
        return _DEFAULT_TIMEOUT_S
    if value in ("-1", -1):
        return None
    return _timespan_s(value, "functionTimeout", path, or_else=' or "-1"')


def _timespan_s(value: object, key: str, path: Path, or_else: str = "") -> float:
    span = parse_timespan(value) if isinstance(value, str) else None
    if span is None:
        raise SettingsError(f'{path}: {key} must be "hh:mm:ss"{or_else}, it is {value!r}')
    return span.total_seconds()


def parse_timespan(text: str) -> timedelta | None:
    """Read a .NET time span such as ``00:30:00`` or ``1.00:00:00``; None if it is not one."""
    match = _TIMESPAN.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """Replace each ``%NAME%`` by the app setting of that name.

    Raises:
        SettingsError: a setting is not set.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if not environ.get(name):
            raise SettingsError(f"{text!r} refers to the app setting {name}, which is not set")
        return environ[name]

    return _APP_SETTING.sub(value, text)
