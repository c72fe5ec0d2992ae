"""Runs the host's event loop in a thread; the main thread waits for signals."""

import asyncio
import concurrent.futures
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable


class WorkerOutlivesHostError(Exception):
    """SIGUSR1: stop everything except running activities at once."""


type Main = Callable[[asyncio.Future[None]], Awaitable[None]]


def run_until_signal(main: Main) -> None:
    """Run `main` on a new loop in a thread. It is given a future that ends at the first SIGINT or SIGTERM.

    SIGUSR1 ends the future with `WorkerOutlivesHostError`. A second signal ends the process at once.
    What `main` raises is raised here. Tasks it leaves behind are abandoned.
    """
    loop = asyncio.new_event_loop()
    stop: asyncio.Future[None] = loop.create_future()
    stop_requested = threading.Event()
    ended: concurrent.futures.Future[None] = concurrent.futures.Future()

    def request_stop(number: int, _frame: object) -> None:
        if stop_requested.is_set():
            os._exit(128 + number)  # second signal: do not wait, e.g. for the app's import
        stop_requested.set()
        loop.call_soon_threadsafe(_end, stop, number)

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(main(stop))
        except BaseException as error:  # noqa: BLE001 -- raised again in the main thread
            ended.set_exception(error)
        else:
            ended.set_result(None)
        # The app's server cannot be stopped. Its tasks end with the process; do not log that.
        logging.getLogger("asyncio").disabled = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, request_stop)
    threading.Thread(target=run, name="host", daemon=True).start()
    ended.result()


def _end(stop: asyncio.Future[None], number: int) -> None:
    if stop.done():
        return
    if number == signal.SIGUSR1:
        stop.set_exception(WorkerOutlivesHostError())
    else:
        stop.set_result(None)
