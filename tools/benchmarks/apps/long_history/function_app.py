"""An orchestration whose history is as long as it is asked to be: one activity after another, which do nothing."""

from collections.abc import Generator
from datetime import datetime
from typing import Protocol, cast

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

app = df.DFApp()


class Context(Protocol):
    """What is used of the SDK's context, which has no types of its own."""

    current_utc_datetime: datetime

    def get_input(self) -> object:
        """Return the orchestration's input, parsed from JSON."""
        ...

    def call_activity(self, name: str, input_: object) -> object:
        """Ask for an activity."""
        ...


@app.function_name("long")
@app.orchestration_trigger(context_name="context")
def long(context: df.DurableOrchestrationContext) -> Generator[object, object, float]:
    """Call as many activities as the input says; return how many seconds lay between the first episode and the last."""
    typed = cast("Context", context)
    began = typed.current_utc_datetime
    for number in range(int(str(typed.get_input()))):
        yield typed.call_activity("nothing", number)
    return (typed.current_utc_datetime - began).total_seconds()


@app.function_name("nothing")
@app.activity_trigger(input_name="number")
async def nothing(number: int) -> int:
    """Return the number."""
    return number


@app.function_name("start_long")
@app.route(route="api/long", methods=[func.HttpMethod.POST])
@app.durable_client_input(client_name="client")
async def start_long(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Start an orchestration with `?count` activities; answer its id."""
    return JSONResponse(await client.start_new("long", None, int(req.query_params["count"])))


@app.function_name("is_over")
@app.route(route="api/long/{id}", methods=[func.HttpMethod.GET])
@app.durable_client_input(client_name="client")
async def is_over(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Answer how many seconds the orchestration took, or null while it runs."""
    status = await client.get_status(req.path_params["id"])
    is_done = status.runtime_status is df.OrchestrationRuntimeStatus.Completed
    return JSONResponse(status.output if is_done else None)
