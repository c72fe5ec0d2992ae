"""The SQLite file and its one writer.

All writes go through one connection. Whatever waits when a transaction begins is committed together (group commit),
each piece under its own savepoint, so that one that fails takes no other with it. A write's future is resolved only
after its commit. Reads use a second connection: they are single indexed queries, and in WAL mode they never wait for
the writer.

The event loop runs the statements itself, since they take microseconds: a thread would have to wait for the interpreter
lock after each of them, and take it away from the loop. Only what waits for the disk, the commit, has a thread; and so
has a piece that says that it takes long. A batch that finds the file locked by another host is tried again after a
moment; the loop never waits for a lock.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tools.devhost.engine import sql

type Write[T] = Callable[[sqlite3.Connection], T]

_RETRY_S = 0.01
_RETRIES_PER_WARNING = 500

_logger = logging.getLogger("devhost.engine.store")


class StoreError(Exception):
    """The state file cannot be used; the text says why."""


class _Piece(Protocol):
    """A queued write, whatever it returns."""

    takes_long: bool

    def run(self, connection: sqlite3.Connection) -> None: ...
    def fail(self, error: BaseException) -> None: ...
    def resolve(self) -> None: ...


@dataclass(slots=True)
class _Waiting[T]:
    work: Write[T]
    future: asyncio.Future[T]
    takes_long: bool
    results: list[T] = field(default_factory=list[T])
    error: BaseException | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        self.error, self.results = None, []
        self.results.append(self.work(connection))

    def fail(self, error: BaseException) -> None:
        self.error = error

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
        self._path = path
        self._reader, self._writer = _connect(path), _connect(path)
        self._writer.execute(sql.NO_BUSY_TIMEOUT)
        self._waiting: list[_Piece] = []
        self._is_writing = False
        self._is_frozen = False
        self._retries = 0
        self._disk = ThreadPoolExecutor(1, "store-writer")

    async def write[T](self, work: Write[T], *, takes_long: bool = False) -> T:
        """Run `work` in a transaction and return its result once it is on disk.

        `work` may run more than once: while another host has locked the file, it is tried again. The loop does nothing
        else while it runs, unless it says that it takes long.
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

    def freeze(self) -> None:
        """Write nothing more, as if the process had been killed: writes that are not committed yet never end."""
        self._is_frozen = True

    def close(self) -> None:
        """Write what waits, unless the file is locked or the store frozen; then close the file."""
        self._disk.shutdown()
        batch = self._taken()
        if batch and not self._is_frozen:
            error = None
            try:
                _write(self._writer, batch)
            except sqlite3.Error as failed:
                error = failed
            _resolve(batch, error)
        self._writer.close()
        self._reader.close()

    def _write_next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write everything that waits as one batch; what comes meanwhile is the next."""
        batch = [] if self._is_frozen else self._taken()
        if not batch:
            self._is_writing = False
            return
        try:
            if any(piece.takes_long for piece in batch):
                finishing = self._disk.submit(_write, self._writer, batch)
            else:
                _begin(self._writer, batch)
                finishing = self._disk.submit(_commit, self._writer)
        except Exception as error:  # noqa: BLE001 -- handed to the callers that wait for these writes
            self._written(loop, batch, error)
            return

        def finished(ended: Future[None]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._written, loop, batch, ended.exception())

        finishing.add_done_callback(finished)

    def _written(self, loop: asyncio.AbstractEventLoop, batch: list[_Piece], error: BaseException | None) -> None:
        if self._is_frozen:
            return
        if _is_busy(error):
            self._retry(loop, batch)
            return
        self._retries = 0
        try:
            _resolve(batch, error)
        finally:
            self._write_next(loop)

    def _retry(self, loop: asyncio.AbstractEventLoop, batch: list[_Piece]) -> None:
        """Put a batch back and try it again after a moment."""
        self._waiting[:0] = batch
        self._retries += 1
        if self._retries % _RETRIES_PER_WARNING == 0:
            _logger.warning(
                "%s has been locked by another program for %.0f s; nothing can be stored until it is free",
                self._path,
                self._retries * _RETRY_S,
            )
        loop.call_later(_RETRY_S, self._write_next, loop)

    def _taken(self) -> list[_Piece]:
        batch, self._waiting = self._waiting, []
        return batch


def _write(connection: sqlite3.Connection, batch: list[_Piece]) -> None:
    _begin(connection, batch)
    _commit(connection)


def _begin(connection: sqlite3.Connection, batch: list[_Piece]) -> None:
    with _rolled_back_on_error(connection):
        connection.execute("BEGIN IMMEDIATE")
        for piece in batch:
            _run_in_savepoint(connection, piece)


def _commit(connection: sqlite3.Connection) -> None:
    with _rolled_back_on_error(connection):
        connection.execute("COMMIT")


@contextmanager
def _rolled_back_on_error(connection: sqlite3.Connection) -> Generator[None]:
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run_in_savepoint(connection: sqlite3.Connection, piece: _Piece) -> None:
    connection.execute("SAVEPOINT piece")
    try:
        piece.run(connection)
    except Exception as error:
        if not connection.in_transaction:
            raise  # SQLite has rolled back the whole batch, as it does when the disk is full
        piece.fail(error)
        connection.execute("ROLLBACK TO piece")
    connection.execute("RELEASE piece")


def _resolve(batch: list[_Piece], error: BaseException | None) -> None:
    """Give each piece its result, or all of them the `error` of their transaction."""
    for piece in batch:
        if error is not None:
            piece.fail(error)
        piece.resolve()


def _is_busy(error: BaseException | None) -> bool:
    """Tell whether another connection has the lock. The low byte of an extended code is the primary one."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF == sqlite3.SQLITE_BUSY


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
