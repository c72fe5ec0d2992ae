"""Runs the application until SIGTERM or SIGINT, and announces its address."""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Generator
from pathlib import Path
from typing import override

import uvicorn

from tools.gemini_emulator.app import Emulator, build_app

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
KEEP_ALIVE_S = 120
SHUTDOWN_GRACE_S = 1


class EmulatorServer(uvicorn.Server):
    """A uvicorn server that writes a ready file and exits with code 0 on a stop signal."""

    def __init__(self, emulator: Emulator, ready_file: Path | None) -> None:
        """Serve an emulator; `ready_file` gets `{"port", "pid"}` once requests are answered."""
        super().__init__(
            uvicorn.Config(
                build_app(emulator),
                log_level="critical",
                access_log=False,
                lifespan="on",
                timeout_graceful_shutdown=SHUTDOWN_GRACE_S,
                # Longer than clients keep a connection, so that they never use one that is being closed.
                timeout_keep_alive=KEEP_ALIVE_S,
            )
        )
        self._emulator = emulator
        self._ready_file = ready_file

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            self._announce(listener.getsockname()[:2])

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # uvicorn raises the signal again after its shutdown, and the exit code would not be 0
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        """End the server; calls that wait on purpose are answered with 503 at once."""
        self._emulator.closing.set()
        self.should_exit = True

    def _announce(self, address: tuple[str, int]) -> None:
        host, port = address
        if self._ready_file is not None:
            part = self._ready_file.with_name(f".{self._ready_file.name}.{os.getpid()}")
            part.write_text(json.dumps({"port": port, "pid": os.getpid()}), encoding="utf-8")
            part.replace(self._ready_file)
        print(f"Gemini emulator: GOOGLE_GEMINI_BASE_URL=http://{host}:{port}", flush=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


def serve(emulator: Emulator, host: str, port: int, ready_file: Path | None) -> None:
    with listen(host, port) as listener:
        asyncio.run(EmulatorServer(emulator, ready_file).serve(sockets=[listener]))
