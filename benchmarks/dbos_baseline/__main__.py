"""Command line: `python -m benchmarks.dbos_baseline --ready-file PATH --model URL --data DIRECTORY`.

`POST /comics?count=N` makes N comics at once and answers the seconds that it took.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from aiohttp import web
from dbos import DBOS

from benchmarks.dbos_baseline.comics import MakeComic, Model, launch
from benchmarks.serving import serve


def main() -> None:
    """Serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dbos_baseline", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--model", required=True, help="address of the model")
    parser.add_argument("--data", type=Path, required=True, help="folder for the store and the images")
    given = parser.parse_args()
    serve(_build(given.data, Model(given.model)), given.ready_file)


def _build(data: Path, model: Model) -> web.Application:
    make_comic: MakeComic

    async def running(_app: web.Application) -> AsyncGenerator[None]:
        nonlocal make_comic
        make_comic = launch(data, model)
        yield
        DBOS.destroy()
        await model.close()

    async def make(request: web.Request) -> web.Response:
        began_at_s = time.monotonic()
        await asyncio.gather(*(make_comic() for _ in range(int(request.query["count"]))))
        return web.json_response({"seconds": time.monotonic() - began_at_s})

    app = web.Application()
    app.cleanup_ctx.append(running)
    app.router.add_post("/comics", make)
    return app


if __name__ == "__main__":
    main()
