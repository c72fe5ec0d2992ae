"""The wire between a device and the app, which a test can cut."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

CHUNK_BYTES = 65536


class Cable:
    """A loopback port that leads to the app: what is cut breaks off at once, and nothing new gets through."""

    def __init__(self, app_url: str) -> None:
        self.url = ""
        self._host, _, self._port = urlsplit(app_url).netloc.partition(":")
        self._is_cut = False
        self._under_way: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Break off all connections, and take no new one."""
        self._is_cut = True
        for writer in self._under_way:
            writer.transport.abort()

    def mend(self) -> None:
        """Let new connections through again."""
        self._is_cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection's bytes to the app and back, until either side is done."""
        if self._is_cut:
            writer.transport.abort()
            return
        self._under_way.add(writer)
        app_reader, app_writer = await asyncio.open_connection(self._host, int(self._port))
        ends = {writer, app_writer}
        self._under_way |= ends
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_pump(reader, app_writer))
                ways.create_task(_pump(app_reader, writer))
        finally:
            self._under_way -= ends
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
    """Lay a cable to the app."""
    cable = Cable(app_url)
    server = await asyncio.start_server(cable.carry, "127.0.0.1", 0)
    cable.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield cable
    finally:
        server.close()
        cable.cut()
        await server.wait_closed()
