"""A host as a process, with the app of patterns; it can be killed and restarted."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Self, cast

import httpx

from tests.support.waiting import wait_until

PATTERNS_APP = Path(__file__).parent / "apps" / "patterns"
_REPOSITORY = Path(__file__).parents[3]
_FINAL = ("Completed", "Failed", "Terminated")


class HostProcess:
    """A data directory and the host that uses it, if one is running."""

    def __init__(self, folder: Path, app: Path = PATTERNS_APP, name: str = "host") -> None:
        self.folder = folder
        self.app = app
        self.notes_path = folder / "notes.txt"
        self.log_path = folder / f"{name}.log"
        self.ready_path = folder / f"{name}-ready.json"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self, *arguments: str, wait: bool = True, **environ: str) -> Self:
        """Start a host on the data directory, and wait until it is ready."""
        ready_file = self.ready_path
        ready_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tools.devhost", "--port", "0", "--script-root", str(self.app)]
        command += ["--data", str(self.folder / "data"), "--ready-file", str(ready_file), *arguments]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=_REPOSITORY,
                env={**os.environ, "NOTES": str(self.notes_path), **environ},
                stdout=log,
                stderr=log,
            )
        if wait:
            wait_until(lambda: ready_file.is_file() or self._ended(), "the host to start")
            assert ready_file.is_file(), f"the host ended:\n{self.log()}"
            self.port = json.loads(ready_file.read_text())["port"]
        return self

    def kill(self) -> None:
        """Kill the host, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> int:
        """Stop the host as Ctrl-C would; return the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)

    def wait_for_end(self) -> int:
        assert self.process is not None
        return self.process.wait(timeout=30)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def notes(self) -> Counter[str]:
        """How often the app recorded each note."""
        return Counter(self.notes_path.read_text().splitlines()) if self.notes_path.is_file() else Counter()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def durable(self) -> str:
        return f"{self.origin}/runtime/webhooks/durabletask"

    def run_client(self, action: str, instance_id: str, body: object = None) -> dict[str, object]:
        """Make the app perform `action` through the SDK's client."""
        response = httpx.post(f"{self.origin}/api/client/{action}/{instance_id}", json=body, timeout=30)
        assert response.status_code == 200, f"{action}: {response.status_code} {response.text}\n{self.log()[-2000:]}"
        return cast("dict[str, object]", response.json())

    def start_instance(self, name: str, instance_id: str, value: object = None) -> None:
        self.run_client("start", instance_id, {"name": name, "input": value})

    def status(self, instance_id: str, **query: str) -> dict[str, object]:
        """The status of the instance; empty if it does not exist."""
        response = httpx.get(f"{self.durable}/instances/{instance_id}", params=query, timeout=30)
        return cast("dict[str, object]", response.json()) if response.status_code != 404 else {}

    def wait_for_final(self, instance_id: str) -> dict[str, object]:
        def final() -> dict[str, object] | None:
            status = self.status(instance_id)
            return status if status.get("runtimeStatus") in _FINAL else None

        status = wait_until(final, f"{instance_id} to end")
        assert status is not None
        return status

    def wait_for_status(self, instance_id: str, runtime_status: str) -> None:
        wait_until(
            lambda: self.status(instance_id).get("runtimeStatus") == runtime_status,
            f"{instance_id} to be {runtime_status}",
        )

    def post(self, path: str, body: object = None) -> httpx.Response:
        """POST to the Durable API."""
        return httpx.post(f"{self.durable}{path}", json=body, timeout=30)

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None
