"""Functions that never end, under a function timeout of a second."""
# ruff: noqa: INP001 -- a function app is a folder, not a package
# The SDK publishes no complete types.
# pyright: basic, reportAttributeAccessIssue=false

import asyncio
from collections.abc import AsyncIterator

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, StreamingResponse

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.activity_trigger(input_name="nothing")
async def never_ends(nothing: str) -> str:
    await asyncio.Event().wait()
    return nothing


@app.orchestration_trigger(context_name="context")
def waits(context: df.DurableOrchestrationContext):  # noqa: ANN201 -- the SDK's tasks have no type
    yield context.call_activity("never_ends", "")


@app.route(route="forever", methods=["GET"])
async def forever(req: Request) -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        yield b"first\n"
        await asyncio.Event().wait()

    return StreamingResponse(lines())
