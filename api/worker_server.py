"""The HTTP server of the worker, which has to hand every request over to the function that the host has chosen.

The extension makes it, as a FastAPI app of one route for all paths. Two kinds of requests don't get to that route, and
a function whose request never comes waits until the host ends it, and the worker with it:

- paths of FastAPI's own pages (/docs, /redoc, /openapi.json), which show the server's inside besides;
- paths with a line feed before their end: the route's pattern stops at it.
"""

import azurefunctions.extensions.http.fastapi.web as extension
from fastapi import FastAPI
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.types import Receive, Scope, Send

from api.streaming.slow_readers import SlowReaders


class _Server(FastAPI):
    """A server that has no addresses of its own, and cuts off clients that take nothing."""

    def __init__(self) -> None:
        super().__init__(openapi_url=None)
        self._bounded = SlowReaders(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the host."""
        await self._bounded(scope, receive, send)


class _AnyPath(PathConvertor):
    """Any path, line feeds included."""

    regex = "(?s:.*)"


def hand_everything_over() -> None:
    """Let the server that the extension is going to make know no paths but the functions'."""
    extension.FastAPI = _Server
    register_url_convertor("path", _AnyPath())
