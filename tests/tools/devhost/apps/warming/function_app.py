"""An app that has something to do before its first request."""
# ruff: noqa: INP001 -- a function app is a folder, not a package

import azure.functions as func
from azure.functions.warmup import WarmUpContext

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
warmed_up: list[str] = []


@app.function_name("warmup")
@app.warm_up_trigger("context")  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] -- the SDK leaves it untyped
def warm_up(context: WarmUpContext) -> None:
    warmed_up.append("once")


@app.route(route="state")
def state(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(",".join(warmed_up))
