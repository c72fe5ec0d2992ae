"""Small HTTP servers on a free port of loopback."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class QuietHandler(BaseHTTPRequestHandler, ABC):
    """A handler without a log; `reply` answers all requests."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self.reply()

    def do_POST(self) -> None:
        """Answer a POST."""
        self.reply()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self.reply()

    @abstractmethod
    def reply(self) -> None:
        """Answer the request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Keep silent."""

    def read_body(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Generator[str]:
    """Serve, and give the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
