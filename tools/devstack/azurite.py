"""Azurite, the storage emulator, from npm."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.devstack.processes import Child, StartFailed, answers_on, free_port, inherited_environ, start

type Service = Literal["blob", "queue", "table"]

ALL_SERVICES: Sequence[Service] = ("blob", "queue", "table")
_ACCOUNT = "devstoreaccount1"
_START_TIMEOUT_S = 60
# Azurite's default of 5 s is shorter than a call of the model, so that each step would need a new connection.
_KEEP_ALIVE_S = 60


@dataclass(frozen=True, slots=True)
class Azurite:
    """A running Azurite. Its account key is random."""

    child: Child
    ports: Mapping[Service, int]
    key: str

    @property
    def connection(self) -> str:
        """The connection string of its services."""
        account = f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={self.key};"
        return account + "".join(
            f"{service.title()}Endpoint=http://127.0.0.1:{port}/{_ACCOUNT};" for service, port in self.ports.items()
        )


def start_azurite(
    repository: Path,
    data: Path,
    log: Path,
    *,
    services: Sequence[Service] = ("blob",),
    again: Azurite | None = None,
    options: Sequence[str] = (),
) -> Azurite:
    """Start Azurite on loopback ports, with its data below `data`; `options` are Azurite's own.

    `services` are all three, or blobs alone. With `again`, its ports, services and key are those of that one.
    """
    program = repository / "node_modules" / ".bin" / ("azurite" if len(services) > 1 else "azurite-blob")
    if not program.exists():
        raise StartFailed("Azurite is not installed: run `make setup`.")
    ports: Mapping[Service, int] = again.ports if again else {service: free_port() for service in services}
    key = again.key if again else _new_key()
    data.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [program, "--silent", "--location", data]
    for service, port in ports.items():
        command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port)]
    command += ["--disableTelemetry", "--skipApiVersionCheck", "--blobKeepAliveTimeout", str(_KEEP_ALIVE_S), *options]
    environ = inherited_environ(AZURITE_ACCOUNTS=f"{_ACCOUNT}:{key}")
    child = start("Azurite", command, environ, data, log)
    child.wait_until(lambda: all(answers_on(port) for port in ports.values()), _START_TIMEOUT_S)
    return Azurite(child, ports, key)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()
