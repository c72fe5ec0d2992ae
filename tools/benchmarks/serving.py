"""Serving an aiohttp application on a free loopback port, for the programs that the suite starts beside the app."""

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable
from pathlib import Path

from aiohttp import web


def serve(
    app: web.Application,
    ready_file: Path,
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> None:
    """Serve until SIGTERM or SIGINT; the ready file says on which port."""
    asyncio.run(_serve(app, ready_file), loop_factory=new_event_loop)


async def _serve(app: web.Application, ready_file: Path) -> None:
    ended = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, ended.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        partial = ready_file.with_name(ready_file.name + ".partial")
        partial.write_text(json.dumps({"port": runner.addresses[0][1]}))
        partial.replace(ready_file)
        await ended.wait()
