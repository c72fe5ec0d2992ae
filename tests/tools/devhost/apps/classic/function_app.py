"""An app without the streaming extension, with a trigger that the host cannot fire and a disabled function."""
# ruff: noqa: INP001 -- a function app is a folder, not a package

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello/{name}", methods=["POST"])
def hello(req: func.HttpRequest) -> func.HttpResponse:
    text = f"{req.route_params['name']} {req.params['q']} {req.get_body().decode()}"
    return func.HttpResponse(text, status_code=201, headers={"X-Made-By": "hello"})


@app.route(route="off")
def switched_off(req: func.HttpRequest) -> str:
    return "on"


@app.queue_trigger("message", "stories", "AzureWebJobsStorage")  # pyright: ignore[reportUnknownMemberType] - untyped
def from_queue(message: func.QueueMessage) -> None:
    raise AssertionError("this host reads no queues")
