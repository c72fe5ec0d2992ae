"""A gate in front of the model, which holds calls back so that a test can act in the middle of a generation."""

import http.client
import select
import socket
from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition
from urllib.parse import urlsplit

from tests.support.loopback import QuietHandler, serving
from tests.support.running_app import RunningApp

# Headers of one connection, and headers that are set again: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
NOT_FORWARDED = {"connection", "keep-alive", "host", "content-length", "transfer-encoding", "accept-encoding"}
# A section that only prompts of panels have.
A_PANEL = b"<panel>"


class ModelGate:
    """Forwards calls to the model, immediately or after they are released."""

    def __init__(self, model_url: str) -> None:
        self.url = ""
        self.model_address = urlsplit(model_url).netloc
        self._changed = Condition()
        self._all_wait = False
        self._panels_to_pass: int | None = None

    def hold(self) -> None:
        """Hold all calls from now on."""
        self._set(all_wait=True, panels_to_pass=None)

    def hold_panels_after(self, count: int) -> None:
        """Forward all other calls and so many panels; hold the next panels."""
        self._set(all_wait=False, panels_to_pass=count)

    def release(self) -> None:
        """Forward all held and later calls."""
        self._set(all_wait=False, panels_to_pass=None)

    def wait_at(self, prompt: bytes) -> None:
        """Return when the call with this prompt may be forwarded."""
        is_panel = A_PANEL in prompt
        with self._changed:
            self._changed.wait_for(lambda: not self._all_wait and not (is_panel and self._panels_to_pass == 0))
            if is_panel and self._panels_to_pass is not None:
                self._panels_to_pass -= 1

    def _set(self, *, all_wait: bool, panels_to_pass: int | None) -> None:
        with self._changed:
            self._all_wait = all_wait
            self._panels_to_pass = panels_to_pass
            self._changed.notify_all()


@contextmanager
def gate_before(model_url: str) -> Generator[ModelGate]:
    """Serve the model on another port, with a gate in front of it."""
    gate = ModelGate(model_url)

    class Handler(_Handler):
        model_gate = gate

    with serving(Handler) as gate.url:
        try:
            yield gate
        finally:
            gate.release()


class _Handler(QuietHandler):
    model_gate: ModelGate

    def reply(self) -> None:
        body = self.read_body()
        self.model_gate.wait_at(body)
        if self._is_abandoned():
            return
        status, headers, answer = self._ask_model(body)
        self.answer(status, answer, {name: value for name, value in headers if name.lower() not in NOT_FORWARDED})

    def _is_abandoned(self) -> bool:
        """Return whether the app was killed while its call was held."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _ask_model(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        connection = http.client.HTTPConnection(self.model_gate.model_address)
        try:
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()


def calls_by_kind(app: RunningApp) -> dict[str, int]:
    """Return the number of model calls of each kind."""
    return app.emulator.calls()["byKind"]


def cancel_running(app: RunningApp) -> None:
    """Cancel all running generations, so that their calls do not count in the next test."""
    for generation_id in app.runs():
        # The others are steps, which end with their generation.
        if ":" not in generation_id:
            app.http.post(f"/api/generations/{generation_id}/cancel")
