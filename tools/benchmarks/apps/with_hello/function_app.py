"""The app, with two more routes that do nothing: what the host itself costs."""

import asyncio
from collections.abc import AsyncIterator

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse

from tools.benchmarks.apps.app import load_app

_HEARTBEAT_S = 8
_LINE = b'{"hello":"world"}\n'

app = load_app()


@app.function_name("hello")
@app.route(route="api/hello", methods=[func.HttpMethod.GET, func.HttpMethod.POST])
async def hello(req: Request) -> Response:
    """Answer at once."""
    del req
    return JSONResponse({"hello": "world"})


@app.function_name("hello_stream")
@app.route(route="api/hello-stream", methods=[func.HttpMethod.GET, func.HttpMethod.POST])
async def hello_stream(req: Request) -> Response:
    """Stream one line at once, and with `?stay` a heartbeat now and then until the reader goes."""

    async def lines() -> AsyncIterator[bytes]:
        yield _LINE
        while "stay" in req.query_params:
            await asyncio.sleep(_HEARTBEAT_S)
            yield b"\n"

    await req.body()
    return StreamingResponse(lines(), media_type="application/x-ndjson")
