"""Serves the page's files, in a version that a test can change, and forwards the API to the app."""

import http.client
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from threading import Thread
from urllib.parse import urlsplit

from api.static_files import StaticFiles
from tests.browser.support.model import NOT_FORWARDED
from tools.devstack.stack import REPOSITORY

FORWARDED = ("/api/", "/page.json", "/examples/")


class PageServer:
    """A copy of the page in front of the app. `is_down`: the page itself answers 503, as during a restart."""

    def __init__(self, app_url: str, web: Path) -> None:
        self.url = ""
        self.app = urlsplit(app_url).netloc
        self.is_down = False
        self._web = web
        self.files = self._read()

    @property
    def version(self) -> str:
        """The version of the page."""
        return self.files.page.content.decode().partition("/assets/")[2].partition("/")[0]

    def deploy(self) -> str:
        """Change a file of the page, and return the new version."""
        name = self._web / "assets" / "address.js"
        name.write_text(name.read_text() + "// A new version.\n")
        self.files = self._read()
        return self.version

    def _read(self) -> StaticFiles:
        return StaticFiles(self._web, REPOSITORY / "examples")


@contextmanager
def page_server(app_url: str, folder: Path) -> Generator[PageServer]:
    """Serve a copy of the page in `folder`."""
    web = copytree(REPOSITORY / "web", folder / "web")
    pages = PageServer(app_url, web)

    class Handler(_Handler):
        server_of_pages = pages

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    pages.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_of_pages: PageServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(FORWARDED):
            return self._forward()
        pages = self.server_of_pages
        file = pages.files.page if path == "/" else pages.files.find(path.removeprefix("/"))
        if pages.is_down or file is None:
            return self.send_error(503 if pages.is_down else 404)
        self.send_response(200)
        self.send_header("Content-Type", file.media_type)
        self.send_header("Cache-Control", file.cache_control)
        self.send_header("Content-Length", str(len(file.content)))
        self.end_headers()
        self.wfile.write(file.content)
        return None

    def do_POST(self) -> None:
        self._forward()

    def do_DELETE(self) -> None:
        self._forward()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Log nothing."""

    def _forward(self) -> None:
        """Forward a request to the app, and its answer piece by piece."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(self.server_of_pages.app)
        try:
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in NOT_FORWARDED:
                    self.send_header(name, value)
            self.end_headers()
            while piece := response.read1():
                self.wfile.write(piece)
        except ConnectionError:
            # The reader has gone.
            self.close_connection = True
        finally:
            connection.close()
