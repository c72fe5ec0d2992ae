"""A warm-up function runs once, before the first request."""

from pathlib import Path

import httpx

from tests.tools.engine.host_process import HostProcess


def test_the_first_request_finds_the_app_warmed_up(tmp_path: Path) -> None:
    host = HostProcess(tmp_path, Path(__file__).parent / "apps" / "warming").start()
    try:
        assert httpx.get(f"{host.origin}/api/state").text == "once"
    finally:
        host.kill()
