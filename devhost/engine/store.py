"""The SQLite file and its one writer.

All writes go through one connection in one thread. Whatever waits when a transaction begins is committed together
(group commit), each piece under its own savepoint, so that one that fails takes no other with it. A write's future is
resolved only after its commit. Reads use a second connection on the event loop: they are single indexed queries, and in
WAL mode they never wait for the writer.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devhost.engine import sql

type Write[T] = Callable[[sqlite3.Connection], T]


class StoreError(Exception):
    """The state file cannot be used; the text says why."""


@dataclass(slots=True)
class _Waiting:
    work: Write[object]
    future: asyncio.Future[object]
    loop: asyncio.AbstractEventLoop
    result: object = None
    error: Exception | None = None

    def resolve(self) -> None:
        """Runs on the caller's loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Store:
    """Opens (or creates) the file at `path` and runs reads and writes on it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        _migrate(path)
        self._reader = _connect(path)
        self._writer_thread = threading.Thread(target=self._write_forever, name="store-writer", daemon=True)
        self._writer_thread.start()

    async def write[T](self, work: Write[T]) -> T:
        """Run `work` in a transaction and return its result once it is on disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Waiting(work, future, loop))  # pyright: ignore[reportArgumentType] -- T is erased in the queue
        return await future

    def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short query on the calling thread (the one that opened the store)."""
        return work(self._reader)

    def close(self) -> None:
        """Finish what waits, then close the file."""
        self._queue.put(None)
        self._writer_thread.join()
        self._reader.close()

    def _write_forever(self) -> None:
        connection = _connect(self._path)
        while (first := self._queue.get()) is not None:
            batch = [first]
            closing = False
            while not self._queue.empty():
                waiting = self._queue.get()
                if waiting is None:
                    closing = True
                    break
                batch.append(waiting)
            _commit(connection, batch)
            _resolve(batch)
            if closing:
                break
        connection.close()


def _commit(connection: sqlite3.Connection, batch: list[_Waiting]) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        for waiting in batch:
            _run_in_savepoint(connection, waiting)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for waiting in batch:
            waiting.error = error


def _run_in_savepoint(connection: sqlite3.Connection, waiting: _Waiting) -> None:
    connection.execute("SAVEPOINT piece")
    try:
        waiting.result = waiting.work(connection)
    except Exception as error:  # noqa: BLE001 -- handed to the caller that waits for this write
        waiting.error = error
        connection.execute("ROLLBACK TO piece")
    connection.execute("RELEASE piece")


def _resolve(batch: list[_Waiting]) -> None:
    def resolve_all() -> None:
        for waiting in batch:
            waiting.resolve()

    loop = batch[0].loop
    if not loop.is_closed():
        loop.call_soon_threadsafe(resolve_all)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in sql.PRAGMAS:
        connection.execute(pragma)
    return connection


def _migrate(path: Path) -> None:
    """Create the tables in a new file; refuse a file of another version."""
    try:
        connection = _connect(path)
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql.CREATE_VERSION_TABLE)
            row = connection.execute(sql.SELECT_VERSION).fetchone()
            if row is None:
                for statement in sql.SCHEMA:
                    connection.execute(statement)
                connection.execute(sql.INSERT_VERSION, (sql.SCHEMA_VERSION,))
            elif row[0] != sql.SCHEMA_VERSION:
                raise StoreError(
                    f"{path} has schema version {row[0]}, this host needs {sql.SCHEMA_VERSION}: "
                    "delete the data directory to start afresh"
                )
            for statement in sql.ADDED_TABLES:
                connection.execute(statement)
        connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be opened as the host's state: {error}") from error
