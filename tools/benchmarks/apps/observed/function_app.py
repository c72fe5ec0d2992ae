"""The app, which notes each HTTP call that its process makes: to the storage, to the engine, to the model."""

import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import NamedTuple

import aiohttp
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from tools.benchmarks.apps.app import load_app


class Outgoing(NamedTuple):
    """A call that was answered: when (monotonic clock, in seconds), what, and with which status."""

    at_s: float
    method: str
    path: str
    status: int


_calls: list[Outgoing] = []


async def _note(_session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
    _calls.append(Outgoing(time.monotonic(), end.method, end.url.raw_path_qs, end.response.status))


def _observe_all_sessions() -> None:
    """Every SDK of the app is built on aiohttp, and makes its sessions itself."""
    make: Callable[..., None] = aiohttp.ClientSession.__init__

    def make_observed(
        session: aiohttp.ClientSession,
        *arguments: object,
        trace_configs: Sequence[aiohttp.TraceConfig] | None = None,
        **options: object,
    ) -> None:
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(_note)
        make(session, *arguments, trace_configs=[*(trace_configs or ()), trace], **options)

    # Whatever it is given it passes on, which no type can say.
    aiohttp.ClientSession.__init__ = make_observed  # pyright: ignore[reportAttributeAccessIssue]


_observe_all_sessions()
app = load_app()


@app.function_name("outgoing_calls")
@app.route(route="api/outgoing-calls", methods=[func.HttpMethod.DELETE])
async def outgoing_calls(req: Request) -> Response:
    """Answer the calls so far, and forget them."""
    del req
    answer = JSONResponse(_calls)
    _calls.clear()
    return answer
