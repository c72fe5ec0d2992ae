"""The app, with one more route that does nothing: what the host itself costs."""

import importlib.util
import sys
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

_ROOT = Path(__file__).resolve().parents[3]


def _load_app() -> df.DFApp:
    sys.path.insert(0, str(_ROOT))
    spec = importlib.util.spec_from_file_location("story_to_manga", _ROOT / "function_app.py")
    assert spec is not None  # noqa: S101 - the file is there
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: df.DFApp = module.app
    return loaded


app = _load_app()


@app.function_name("hello")
@app.route(route="api/hello", methods=[func.HttpMethod.GET, func.HttpMethod.POST])
async def hello(req: Request) -> Response:
    """Answer at once."""
    del req
    return JSONResponse({"hello": "world"})
