"""The app, which also counts each HTTP call that its process makes: to the storage, the engine and the model."""

import importlib.util
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import aiohttp
import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from tools.devstack.stack import REPOSITORY

_calls: list[tuple[str, str]] = []


async def _note(_session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
    _calls.append((end.method, end.url.raw_path_qs))


def _observe_all_sessions() -> None:
    """Add a trace to every session: the SDKs make their sessions themselves."""
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

    aiohttp.ClientSession.__init__ = make_observed  # pyright: ignore[reportAttributeAccessIssue]


def _load_app() -> df.DFApp:
    """Load the repository's function_app.py, whose module name is also that of the copy of this file."""
    spec = importlib.util.spec_from_file_location("story_to_manga", REPOSITORY / "function_app.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"There is no app in {REPOSITORY}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: df.DFApp = module.app
    return loaded


_observe_all_sessions()
app = _load_app()


@app.function_name("outgoing_calls")
@app.route(route="api/outgoing-calls", methods=[func.HttpMethod.DELETE])
async def outgoing_calls(req: Request) -> Response:
    """Return the calls since the last request, and forget them."""
    del req
    answer = JSONResponse(_calls)
    _calls.clear()
    return answer
