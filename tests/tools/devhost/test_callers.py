"""While keys are not checked, only programs on this machine may call the host's own APIs."""

import socket
from pathlib import Path

import httpx
import pytest
from aiohttp.test_utils import make_mocked_request

from tests.tools.engine.host_process import HostProcess
from tools.devhost.http.callers import is_local

ENGINE = "/runtime/webhooks/durabletask/instances"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True), ("203.0.113.9", False)],
)
def test_only_loopback_addresses_are_local(address: str, expected: bool) -> None:
    assert is_local(make_mocked_request("GET", "/").clone(remote=address)) is expected


def test_other_machines_reach_only_functions_while_keys_are_not_checked(tmp_path: Path) -> None:
    outside = outside_address()
    headers = {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}
    host = HostProcess(tmp_path)

    def statuses() -> list[int]:
        paths = ("/api/echo/x", ENGINE, "/admin/host/status", "/admin/functions")
        return [httpx.get(f"http://{outside}:{host.port}{path}", headers=headers).status_code for path in paths]

    try:
        host.start("--host", "0.0.0.0")  # noqa: S104 -- that others can reach it is what is tested
        assert statuses() == [200, 403, 403, 403]
        assert httpx.get(host.origin + ENGINE).status_code == 200
        host.kill()
        host.start("--host", "0.0.0.0", "--enable-auth")  # noqa: S104
        assert statuses() == [200, 401, 401, 401]
    finally:
        host.kill()


def outside_address() -> str:
    """Return a non-loopback address of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # a UDP connect sends nothing
        except OSError:
            pytest.skip("this machine has no network")
        return str(probe.getsockname()[0])
