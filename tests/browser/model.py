"""The model behind a gate: what is asked of it can be held back, so that a test finds a drawing in its middle."""

import http.client
import select
import socket
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from urllib.parse import urlsplit

from tests.support.running_app import RunningApp

# Headers that are about one connection, and those that are made anew: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
NOT_PASSED_ON = {"connection", "keep-alive", "host", "content-length", "transfer-encoding", "accept-encoding"}
# The section of a prompt that only a panel's has.
A_PANEL = b"<panel>"


class ModelGate:
    """Passes calls on to the model, at once or when they are let through."""

    def __init__(self, url: str, model_url: str) -> None:
        self.url = url
        self.model_address = urlsplit(model_url).netloc
        self._changed = Condition()
        self._all_wait = False
        self._panels_to_pass: int | None = None

    def hold(self) -> None:
        """Let every call wait that comes from now on."""
        self._set(all_wait=True, panels_to_pass=None)

    def hold_panels_after(self, count: int) -> None:
        """Let through everything but panels, and of those the next so many: others are under way, and wait."""
        self._set(all_wait=False, panels_to_pass=count)

    def release(self) -> None:
        """Let through what waits, and all that comes."""
        self._set(all_wait=False, panels_to_pass=None)

    def wait_at(self, prompt: bytes) -> None:
        """Return when the call with this prompt may go on."""
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
    """Serve the model on another free port, with a gate before it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    gate = ModelGate(f"http://127.0.0.1:{server.server_address[1]}", model_url)

    class Handler(_Handler):
        keeper = gate

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
    keeper: ModelGate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.keeper.wait_at(body)
        if self._caller_is_gone():
            return
        status, headers, answer = self._ask_model(body)
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Keep silent."""

    def _caller_is_gone(self) -> bool:
        """Tell whether the app was killed while its call waited: the model need not hear of that one."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _ask_model(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
        connection = http.client.HTTPConnection(self.keeper.model_address)
        try:
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()


def calls_by_kind(app: RunningApp) -> dict[str, int]:
    """Return how often each kind of work was asked of the model."""
    return app.emulator.calls()["byKind"]


def stop_what_runs(app: RunningApp) -> None:
    """Cancel every generation that a test has left under way: the next one counts its own calls only."""
    for generation_id in app.runs():
        # The others are steps of one, and end with it.
        if ":" not in generation_id:
            app.http.post(f"/api/generations/{generation_id}/cancel")
