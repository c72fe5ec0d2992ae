"""Programs that make comics and say how long it took: the app's steps alone, and what the app is measured beside."""

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
from aiohttp import web

from tools.benchmarks.serving import serve

type MakeComic = Callable[[], Awaitable[None]]


def comics_api(running: AbstractAsyncContextManager[MakeComic]) -> web.Application:
    """Return an application that makes comics while `running` is entered: `POST /comics?count=N`, N at once."""
    make_comic: MakeComic

    async def enter(_app: web.Application) -> AsyncGenerator[None]:
        nonlocal make_comic
        async with running as make_comic:
            yield

    async def make(request: web.Request) -> web.Response:
        began_at_s = time.monotonic()
        await asyncio.gather(*(make_comic() for _ in range(int(request.query["count"]))))
        return web.json_response({"seconds": time.monotonic() - began_at_s})

    app = web.Application()
    app.cleanup_ctx.append(enter)
    app.router.add_post("/comics", make)
    return app


def serve_steps(
    module: str, description: str | None, running: Callable[[], AbstractAsyncContextManager[MakeComic]]
) -> None:
    """Serve until the process is told to end (a command line)."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--ready-file", type=Path, required=True)
    serve(comics_api(running()), parser.parse_args().ready_file)


async def making_took_s(program: aiohttp.ClientSession, count: int) -> float:
    """Have the program make so many comics at once; return its own time for them: asking for them is no part of it."""
    async with program.post("/comics", params={"count": str(count)}) as answer:
        answer.raise_for_status()
        return float((await answer.json())["seconds"])
