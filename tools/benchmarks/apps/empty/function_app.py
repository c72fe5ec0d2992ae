"""An app that does nothing, with all the packages of one that does: what a start costs at least."""

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
