"""The SQLite file and its one writer.

All writes go through one connection. Whatever waits when a transaction begins is committed together (group commit),
each piece under its own savepoint, so that one that fails takes no other with it. A write's future is resolved only
after its commit. Reads use a second connection: they are single indexed queries, and in WAL mode they never wait for
the writer.

The event loop runs the statements itself, since they take microseconds: a thread would have to wait for the interpreter
lock after each of them, and take it away from the loop. Only what waits for the disk, the commit, has a thread; and so
has a piece that says that it takes long.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from devhost.engine import sql

type Write[T] = Callable[[sqlite3.Connection], T]


class StoreError(Exception):
    """The state file cannot be used; the text says why."""


class _Piece(Protocol):
    """What waits to be written, whatever it returns."""

    takes_long: bool
    error: Exception | None

    def run(self, connection: sqlite3.Connection) -> None: ...
    def resolve(self) -> None: ...


@dataclass(slots=True)
class _Waiting[T]:
    work: Write[T]
    future: asyncio.Future[T]
    takes_long: bool
    results: list[T] = field(default_factory=list[T])
    error: Exception | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        self.results.append(self.work(connection))

    def resolve(self) -> None:
        if self.future.done() or self.future.get_loop().is_closed():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.results[0])


class Store:
    """Opens (or creates) the file at `path` and runs reads and writes on it, for one event loop."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _migrate(path)
        self._reader, self._writer = _connect(path), _connect(path)
        self._waiting: list[_Piece] = []
        self._is_writing = False
        self._disk = ThreadPoolExecutor(1, "store-writer")

    async def write[T](self, work: Write[T], *, takes_long: bool = False) -> T:
        """Run `work` in a transaction and return its result once it is on disk.

        The loop does nothing else while it runs, unless it says that it takes long.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(work, future, takes_long))
        if not self._is_writing:
            self._is_writing = True
            loop.call_soon(self._write_next, loop)
        return await future

    def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short query on the calling thread (the one that opened the store)."""
        return work(self._reader)

    def close(self) -> None:
        """Finish what waits, then close the file."""
        self._disk.shutdown()
        if batch := self._taken():
            _write(self._writer, batch)
            _resolve(batch)
        self._writer.close()
        self._reader.close()

    def _write_next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write all that waits, as one batch; what comes meanwhile is the next."""
        batch = self._taken()
        if not batch:
            self._is_writing = False
            return
        finish = _write
        if not any(waiting.takes_long for waiting in batch):
            _begin(self._writer, batch)
            finish = _commit

        def written(_: Future[None]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._written, loop, batch)

        self._disk.submit(finish, self._writer, batch).add_done_callback(written)

    def _written(self, loop: asyncio.AbstractEventLoop, batch: list[_Piece]) -> None:
        _resolve(batch)
        self._write_next(loop)

    def _taken(self) -> list[_Piece]:
        batch, self._waiting = self._waiting, []
        return batch


def _write(connection: sqlite3.Connection, batch: list[_Piece]) -> None:
    _begin(connection, batch)
    _commit(connection, batch)


def _begin(connection: sqlite3.Connection, batch: list[_Piece]) -> None:
    with _failing_together(connection, batch):
        connection.execute("BEGIN IMMEDIATE")
        for waiting in batch:
            _run_in_savepoint(connection, waiting)


def _commit(connection: sqlite3.Connection, batch: list[_Piece]) -> None:
    if connection.in_transaction:
        with _failing_together(connection, batch):
            connection.execute("COMMIT")


@contextmanager
def _failing_together(connection: sqlite3.Connection, batch: list[_Piece]) -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for waiting in batch:
            waiting.error = error


def _run_in_savepoint(connection: sqlite3.Connection, waiting: _Piece) -> None:
    connection.execute("SAVEPOINT piece")
    try:
        waiting.run(connection)
    except Exception as error:  # noqa: BLE001 -- handed to the caller that waits for this write
        waiting.error = error
        connection.execute("ROLLBACK TO piece")
    connection.execute("RELEASE piece")


def _resolve(batch: list[_Piece]) -> None:
    for waiting in batch:
        waiting.resolve()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in sql.PRAGMAS:
        connection.execute(pragma)
    return connection


def _migrate(path: Path) -> None:
    """Create the tables in a new file, and bring a file of the version before up to date; refuse any other."""
    try:
        connection = _connect(path)
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql.CREATE_VERSION_TABLE)
            row = connection.execute(sql.SELECT_VERSION).fetchone()
            version = row[0] if row else None
            if version not in (None, 1, sql.SCHEMA_VERSION):
                raise StoreError(
                    f"{path} has schema version {version}, this host needs {sql.SCHEMA_VERSION}: "
                    "delete the data directory to start afresh"
                )
            statements = [*(sql.MIGRATE_FROM_1 if version == 1 else ()), *sql.SCHEMA]
            for statement in statements if version != sql.SCHEMA_VERSION else ():
                connection.execute(statement)
            if version != sql.SCHEMA_VERSION:
                connection.execute(sql.INSERT_VERSION, (sql.SCHEMA_VERSION,))
        connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be opened as the host's state: {error}") from error
