"""The emulator in its own process, and the real client for it."""

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from google import genai
from google.genai import types
from pydantic import JsonValue

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 10.0
# google-genai's asynchronous client subclasses an aiohttp class, which aiohttp warns about.
google_genai_subclasses_aiohttp = pytest.mark.filterwarnings(
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning"
)
TEXT_MODEL, IMAGE_MODEL = "gemini-3.8-flash", "gemini-nano-banana-2.1"


@dataclass(frozen=True)
class RunningEmulator:
    """A running emulator process, and its clients."""

    process: subprocess.Popen[bytes]
    url: str

    def client(self, key: str = "any-key", timeout_s: float = 10.0, api_version: str = "v1beta") -> genai.Client:
        """Return the real client for this emulator."""
        options = types.HttpOptions(base_url=self.url, timeout=round(timeout_s * 1000), api_version=api_version)
        return genai.Client(api_key=key, http_options=options)

    def generate(
        self,
        contents: types.ContentListUnionDict,
        config: types.GenerateContentConfig | None = None,
        *,
        model: str = TEXT_MODEL,
        key: str = "any-key",
        timeout_s: float = 10.0,
        api_version: str = "v1beta",
    ) -> types.GenerateContentResponse:
        """Call a model with the real client."""
        with self.client(key, timeout_s, api_version) as client:
            return client.models.generate_content(model=model, contents=contents, config=config)

    def post(self, model: str = TEXT_MODEL, content: bytes | None = None, timeout_s: float = 10.0) -> httpx.Response:
        """Call a model over HTTP."""
        content = content or b'{"contents": [{"parts": [{"text": "hello"}]}]}'
        url = f"{self.url}/v1beta/models/{model}:generateContent"
        return httpx.post(url, content=content, headers={"x-goog-api-key": "k"}, timeout=timeout_s)

    def control(self, method: str, path: str, body: JsonValue = None) -> httpx.Response:
        """Call the emulator's own API."""
        return httpx.request(method, f"{self.url}/emulator/{path}", json=body, timeout=10)

    def set_faults(self, *rules: dict[str, JsonValue]) -> None:
        """Replace the fault rules."""
        answer = self.control("PUT", "faults", list(rules))
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    def reset(self) -> None:
        """Clear calls, faults, rates and latency."""
        self.set_faults()
        self.control("PUT", "rates", {})
        self.control("PUT", "latency", {})
        self.control("DELETE", "calls")


@contextmanager
def start_emulator(folder: Path, *options: str) -> Generator[RunningEmulator]:
    """Run an emulator until the block ends."""
    ready_file = folder / "ready.json"
    command = [sys.executable, "-m", "tools.gemini_emulator", "--ready-file", str(ready_file), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield RunningEmulator(process, f"http://127.0.0.1:{_port(process, ready_file)}")
        finally:
            process.terminate()
            process.wait(STOP_TIMEOUT_S)


def _port(process: subprocess.Popen[bytes], ready_file: Path) -> int:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ready_file.exists():
        assert process.poll() is None, f"the emulator ended with {process.returncode} before it was ready"
        assert time.monotonic() < deadline, f"no ready file after {START_TIMEOUT_S} s"
        time.sleep(0.02)
    return int(json.loads(ready_file.read_text())["port"])
