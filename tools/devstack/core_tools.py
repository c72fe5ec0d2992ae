"""Azure Functions Core Tools in place of devhost: takes devhost's arguments and starts `func` with them.

For tests of the app on the real host (docs/real-platform.md). `func` keeps access keys in the storage: the master key
in a blob whose name follows from the host's id, the others behind its admin API.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import cast

import httpx
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobClient

from tools.devstack.processes import free_port, inherited_environ

_SECRETS = "azure-webjobs-secrets"
_POLL_S = 0.2


def main() -> int:
    """Run `func` until it ends or a SIGTERM ends it; return its status."""
    given = _parse()
    port = given.port or free_port()
    host_id = sha256(str(given.data.resolve()).encode()).hexdigest()[:24]
    environ = inherited_environ(
        FUNCTIONS_WORKER_RUNTIME="python", AzureWebJobsDisableHomepage="true", AzureFunctionsWebHost__hostid=host_id
    )
    command = ["func", "start", "--port", str(port), *(["--enableAuth"] if given.enable_auth else [])]
    func = subprocess.Popen(command, cwd=given.script_root, env=environ)  # noqa: S603 - the developer's own tool

    def end(_signal: int, _frame: FrameType | None) -> None:
        func.terminate()

    signal.signal(signal.SIGTERM, end)
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as host,
        BlobClient.from_connection_string(environ["AzureWebJobsStorage"], _SECRETS, f"{host_id}/host.json") as secrets,
    ):
        master = _until_running(func, host, secrets)
        if master is not None:
            _write(given.data / "keys.json", _keys(host, master))
    if func.poll() is None:
        _write(given.ready_file, {"port": port, "pid": os.getpid()})
    return func.wait()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.devstack.core_tools", description=__doc__)
    parser.add_argument("--port", type=int, default=7071, help="port to serve (0: any free; default %(default)s)")
    parser.add_argument("--script-root", type=Path, default=Path(), help="folder with function_app.py")
    parser.add_argument("--data", type=Path, required=True, help="folder for keys.json")
    parser.add_argument("--ready-file", type=Path, required=True, help='file to write {"port", "pid"} to')
    parser.add_argument("--enable-auth", action="store_true", help="check access keys")
    return parser.parse_args()


def _until_running(func: "subprocess.Popen[bytes]", host: httpx.Client, secrets: BlobClient) -> str | None:
    """Wait until the host runs, or has ended; return its master key if it has one by then."""
    master: str | None = None
    while func.poll() is None:
        master = master or _master_key(secrets)
        headers = {"x-functions-key": master} if master else {}
        try:
            answer = host.get("/admin/host/status", headers=headers)
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == HTTPStatus.OK and answer.json().get("state") == "Running":
            return master
        time.sleep(_POLL_S)
    return None


def _master_key(secrets: BlobClient) -> str | None:
    try:
        stored = cast("Mapping[str, Mapping[str, str]]", json.loads(secrets.download_blob().readall()))
    except AzureError:
        return None
    return stored["masterKey"]["value"]


def _keys(host: httpx.Client, master: str) -> Mapping[str, object]:
    """Return the host's keys in the form of devhost's keys.json."""
    host.headers["x-functions-key"] = master
    functions = [cast("str", function["name"]) for function in host.get("/admin/functions").raise_for_status().json()]
    return {
        "master": master,
        "default": _key_of(host, "host/keys", "default"),
        "durableTask": _key_of(host, "host/systemkeys", "durabletask_extension"),
        "functions": {name: _key_of(host, f"functions/{name}/keys", "default") for name in functions},
    }


def _key_of(host: httpx.Client, where: str, name: str) -> str:
    listed = cast("Mapping[str, list[Mapping[str, str]]]", host.get(f"/admin/{where}").raise_for_status().json())
    return next((key["value"] for key in listed["keys"] if key["name"] == name), "")


def _write(path: Path, content: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(content))
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())
