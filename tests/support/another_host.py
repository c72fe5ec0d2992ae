"""Another host of the app with a hub of its own: it shares the app's storage, and none of its work."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.running_app import PATIENCE_S
from tools.devstack.host_program import host_command
from tools.devstack.processes import inherited_environ, port_in, start
from tools.devstack.stack import REPOSITORY, Stack

_START_TIMEOUT_S = 180


@contextmanager
def another_host(stack: Stack, data: Path, **settings: str) -> Generator[httpx.Client]:
    """Serve the app once more, and give a client of it."""
    assert stack.azurite is not None
    assert stack.emulator is not None
    ready = data / "ready.json"
    command = [*host_command(), "--port", "0", "--script-root", REPOSITORY, "--data", data / "host"]
    environ = inherited_environ(
        AzureWebJobsStorage=stack.azurite.connection,
        GOOGLE_GEMINI_BASE_URL=stack.emulator.url,
        GEMINI_API_KEY="offline",
        AzureFunctionsJobHost__extensions__durableTask__hubName=f"Another{secrets.token_hex(4)}",
        **settings,
    )
    host = start("Another host", [*command, "--ready-file", ready], environ, REPOSITORY, data / "host.log")
    try:
        host.wait_until(ready.exists, _START_TIMEOUT_S)
        url = f"http://127.0.0.1:{port_in(ready)}"
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as client:
            yield client
    finally:
        host.stop()
