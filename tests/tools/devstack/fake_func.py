"""A stand-in for `func start` with the part of the host's admin API that `devstack.core_tools` calls.

https://github.com/Azure/azure-functions-host/wiki/Key-management-API
"""

import json
import os
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobServiceClient

KEYS = json.loads(os.environ["FAKE_KEYS"])
IS_GUARDED = "--enableAuth" in sys.argv


def listed(name: str, value: str) -> object:
    return {"keys": [{"name": "other", "value": "no"}, {"name": name, "value": value}], "links": []}


ANSWERS = {
    "/told": {"arguments": sys.argv[1:], "cwd": str(Path.cwd())},
    "/admin/host/status": {"state": "Running"},
    "/admin/functions": [{"name": name} for name in KEYS["functions"]],
    "/admin/host/keys": listed("default", KEYS["default"]),
    "/admin/host/systemkeys": listed("durabletask_extension", KEYS["durableTask"]),
    **{f"/admin/functions/{name}/keys": listed("default", key) for name, key in KEYS["functions"].items()},
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_refused = IS_GUARDED and self.path != "/told" and self.headers["x-functions-key"] != KEYS["master"]
        content = b"" if is_refused else json.dumps(ANSWERS[self.path]).encode()
        self.send_response(401 if is_refused else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def save_secrets() -> None:
    host_id = os.environ["AzureFunctionsWebHost__hostid"]  # noqa: SIM112 - its name on Azure
    with BlobServiceClient.from_connection_string(os.environ["AzureWebJobsStorage"]) as storage:  # noqa: SIM112
        container = storage.get_container_client("azure-webjobs-secrets")
        with suppress(ResourceExistsError):
            container.create_container()
        master = {"name": "master", "value": KEYS["master"], "encrypted": False}
        container.upload_blob(f"{host_id}/host.json", json.dumps({"masterKey": master}))


if __name__ == "__main__":
    if IS_GUARDED:
        save_secrets()
    HTTPServer(("127.0.0.1", int(sys.argv[3])), Handler).serve_forever()
