"""Serves the page's files, in a version that a test can change, and forwards the API to the app."""

import http.client
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from urllib.parse import urlsplit

from api.static_files import StaticFiles
from tests.browser.support.model import NOT_FORWARDED
from tests.support.loopback import QuietHandler, serving
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

    with serving(Handler) as pages.url:
        yield pages


class _Handler(QuietHandler):
    server_of_pages: PageServer

    def reply(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(FORWARDED):
            return self._forward()
        pages = self.server_of_pages
        file = pages.files.page if path == "/" else pages.files.find(path.removeprefix("/"))
        if pages.is_down or file is None:
            return self.send_error(503 if pages.is_down else 404)
        headers = {"Content-Type": file.media_type, "Cache-Control": file.cache_control}
        return self.answer(200, file.content, headers)

    def _forward(self) -> None:
        """Forward a request to the app, and its answer piece by piece."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        connection = http.client.HTTPConnection(self.server_of_pages.app)
        try:
            connection.request(self.command, self.path, self.read_body(), headers)
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
