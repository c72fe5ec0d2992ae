"""An app with one function and the app's SDKs: the least that a start can cost."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

app = df.DFApp()


@app.function_name("hello")
@app.route(route="api/hello", methods=[func.HttpMethod.GET])
async def hello(req: Request) -> Response:
    """Answer at once."""
    del req
    return JSONResponse({"hello": "world"})
