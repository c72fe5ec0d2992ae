"""Azurite, the storage emulator, from npm."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devstack.processes import Child, StartFailed, answers_on, free_port, inherited_environ, start

_ACCOUNT = "devstoreaccount1"
_START_TIMEOUT_S = 60
# A model takes longer than Azurite's own 5 s to draw, and every connection would be made anew after each call.
_KEEP_ALIVE_S = 60
# Room for what requests leave behind: collecting it sooner takes an eighth of Azurite's own time.
_YOUNG_OBJECTS_MB = 64
_HEADS = Path(__file__).parent / "azurite_heads.cjs"


@dataclass(frozen=True, slots=True)
class Azurite:
    """A running Azurite. Its account key is made up at every start: nobody else's data is behind it."""

    child: Child
    port: int
    key: str

    @property
    def connection(self) -> str:
        """The connection string of its blob service."""
        return (
            f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={self.key};"
            f"BlobEndpoint=http://127.0.0.1:{self.port}/{_ACCOUNT};"
        )


def start_azurite(
    repository: Path,
    data: Path,
    log: Path,
    *,
    port: int | None = None,
    key: str | None = None,
    options: Sequence[str] = (),
) -> Azurite:
    """Start Azurite's blob service on a loopback port, with its data below `data`; `options` are Azurite's own."""
    program = repository / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        raise StartFailed("Azurite is not installed: run `make setup`.")
    port = port or free_port()
    key = key or _new_key()
    data.mkdir(parents=True, exist_ok=True)
    command = [
        "node",
        f"--max-semi-space-size={_YOUNG_OBJECTS_MB}",
        "--require",
        _HEADS,
        program,
        "--silent",
        "--location",
        data,
        "--blobHost",
        "127.0.0.1",
        "--blobPort",
        str(port),
    ]
    command += ["--disableTelemetry", "--skipApiVersionCheck", "--blobKeepAliveTimeout", str(_KEEP_ALIVE_S), *options]
    environ = inherited_environ(AZURITE_ACCOUNTS=f"{_ACCOUNT}:{key}")
    child = start("Azurite", command, environ, data, log)
    child.wait_until(lambda: answers_on(port), _START_TIMEOUT_S)
    return Azurite(child, port, key)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()
