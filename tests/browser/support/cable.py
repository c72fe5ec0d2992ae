"""A proxy between a device and the app, whose connections a test can cut."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

CHUNK_BYTES = 65536


class Cable:
    """Forwards a loopback port to the app. A cut aborts all connections and refuses new ones."""

    def __init__(self, app_url: str) -> None:
        self.url = ""
        self._host, _, self._port = urlsplit(app_url).netloc.partition(":")
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Abort all connections, and refuse new ones."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Accept new connections again."""
        self._is_cut = False

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection in both directions until either side closes it."""
        if self._is_cut:
            writer.transport.abort()
            return
        self._writers.add(writer)
        app_reader, app_writer = await asyncio.open_connection(self._host, int(self._port))
        ends = {writer, app_writer}
        self._writers |= ends
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(_pump(reader, app_writer))
                directions.create_task(_pump(app_reader, writer))
        finally:
            self._writers -= ends
            for end in ends:
                end.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(CHUNK_BYTES):
            target.write(piece)
            await target.drain()
    if target.can_write_eof() and not target.is_closing():
        target.write_eof()


@asynccontextmanager
async def cable_to(app_url: str) -> AsyncGenerator[Cable]:
    """Serve a proxy to the app."""
    cable = Cable(app_url)
    server = await asyncio.start_server(cable.forward, "127.0.0.1", 0)
    cable.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield cable
    finally:
        server.close()
        cable.cut()
        await server.wait_closed()
