"""host.json's functionTimeout holds for activities and for whole streams."""

from pathlib import Path

import httpx
import pytest

from tests.tools.engine.host_process import HostProcess


def test_what_runs_too_long_is_cut(tmp_path: Path) -> None:
    host = HostProcess(tmp_path, Path(__file__).parent / "apps" / "timeouts").start()
    try:
        host.post("/orchestrators/waits/it")
        with httpx.stream("GET", f"{host.origin}/forever") as response:
            lines = response.iter_lines()
            assert next(lines) == "first"
            with pytest.raises(httpx.RemoteProtocolError):
                next(lines)
        status = host.wait_for_final("it")
        assert status["runtimeStatus"] == "Failed"
        assert "Timeout value of 1.0 s exceeded by function: Functions.never_ends" in str(status["output"])
    finally:
        host.kill()
