"""A gate in front of the model, which holds calls back so that a test can act in the middle of a generation."""

import http.client
import select
import socket
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from urllib.parse import urlsplit

from tests.support.running_app import RunningApp

# Headers of one connection, and headers that are set again: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
NOT_FORWARDED = {"connection", "keep-alive", "host", "content-length", "transfer-encoding", "accept-encoding"}
# A section that only prompts of panels have.
A_PANEL = b"<panel>"


class ModelGate:
    """Forwards calls to the model, immediately or after they are released."""

    def __init__(self, url: str, model_url: str) -> None:
        self.url = url
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
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    gate = ModelGate(f"http://127.0.0.1:{server.server_address[1]}", model_url)

    class Handler(_Handler):
        model_gate = gate

    server.RequestHandlerClass = Handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield gate
    finally:
        gate.release()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    model_gate: ModelGate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.model_gate.wait_at(body)
        if self._is_abandoned():
            return
        status, headers, answer = self._ask_model(body)
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Log nothing."""

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
