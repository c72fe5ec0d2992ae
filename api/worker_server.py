"""Fixes the worker's HTTP server, so that every request reaches the function that the host has chosen.

The HTTP extension makes the server as a FastAPI app with one route for all paths. Two kinds of paths don't reach that
route. Their function then waits for its request until the host's timeout, which also restarts the worker:

- the paths of FastAPI's own pages: /docs, /redoc and /openapi.json, which also reveal how the server is built;
- paths that contain a line feed, which the pattern of the route does not match.

azurefunctions-extensions-http-fastapi 1.0.1 has both faults, and no upstream report of them is known. A release whose
route takes every path makes this file unnecessary, but for `SlowReaders`.
"""

import azurefunctions.extensions.http.fastapi.web as extension
from fastapi import FastAPI
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.types import Receive, Scope, Send

from api.streaming.slow_readers import SlowReaders


class _Server(FastAPI):
    """A server without pages of its own. It disconnects clients that stop reading."""

    def __init__(self) -> None:
        super().__init__(openapi_url=None)
        self._bounded = SlowReaders(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request from the host."""
        await self._bounded(scope, receive, send)


class _AnyPath(PathConvertor):
    """Any path, including line feeds."""

    regex = "(?s:.*)"


def fix_worker_server() -> None:
    """Change the server that the extension will make."""
    extension.FastAPI = _Server
    register_url_convertor("path", _AnyPath())
