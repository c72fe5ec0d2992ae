"""Access keys, checked only with --enable-auth. test_recordings.py has the keys of the engine's and the admin API."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.tools.engine.host_process import HostProcess
from tools.devhost.http.keys import load_keys


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """A host that checks keys."""
    running = HostProcess(tmp_path_factory.mktemp("guarded")).start("--enable-auth")
    yield running
    running.kill()


def _keys(host: HostProcess) -> dict[str, str]:
    stored = json.loads((host.folder / "data" / "keys.json").read_text())
    return {**stored, "secured": stored["functions"]["secured"], "administered": stored["functions"]["administered"]}


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/api/echo/literal", None, 200),
        ("/api/secured", None, 401),
        ("/api/secured", "wrong", 401),
        ("/api/secured", "secured", 200),
        ("/api/secured", "default", 200),
        ("/api/secured", "master", 200),
        ("/api/secured", "administered", 401),
        ("/api/administered", "administered", 401),
        ("/api/administered", "default", 401),
        ("/api/administered", "master", 200),
        ("/runtime/webhooks/durabletask/instances", "secured", 401),
        ("/runtime/webhooks/durabletask/nothing", None, 401),
        ("/runtime/webhooks/durabletask/nothing", "durableTask", 404),
        ("/admin/host/status", "secured", 401),
    ],
)
def test_key_grants_access_only_to_its_own_urls(guarded: HostProcess, path: str, key: str | None, status: int) -> None:
    value = _keys(guarded).get(key, key) if key else None
    headers = {"x-functions-key": value} if value else {}
    assert httpx.get(guarded.origin + path, headers=headers).status_code == status
    if value:
        assert httpx.get(guarded.origin + path, params={"code": value}).status_code == status


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        ("/api/secured", None),
        ("/admin/host/status", "Bearer"),
        ("/runtime/webhooks/durabletask/instances", "Bearer"),
    ],
)
def test_only_the_hosts_own_apis_send_www_authenticate(guarded: HostProcess, path: str, scheme: str | None) -> None:
    answer = httpx.get(guarded.origin + path)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers.get("www-authenticate") == scheme


def test_key_in_the_header_overrides_the_query(guarded: HostProcess) -> None:
    headers = {"x-functions-key": "wrong"}
    query = {"code": _keys(guarded)["master"]}
    assert httpx.get(f"{guarded.origin}/api/secured", params=query, headers=headers).status_code == 401


def test_sdk_client_and_management_urls_work_while_keys_are_checked(guarded: HostProcess) -> None:
    guarded.run_client("start", "it", {"name": "plain", "input": "x"})
    payload = guarded.run_client("payload", "it")
    assert httpx.get(str(payload["statusQueryGetUri"])).status_code in (200, 202)


def test_keys_are_not_checked_by_default(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/secured").status_code == 200
    assert httpx.get(f"{host.origin}/api/administered").status_code == 200


def test_keys_are_stored_in_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = load_keys(path, ["a"], enforced=True)
    second = load_keys(path, ["a", "b"], enforced=True)
    assert (second.master, second.functions["a"]) == (first.master, first.functions["a"])
    assert "b" in second.functions
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
