"""The SQLite file: writes on a thread of their own, reads on the caller's.

Each write is a transaction on the one writing connection. In WAL mode a read, on the second connection, never waits for
a write. While another host has locked the file, a write is tried again until the store is closed.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Concatenate

from tools.devhost.engine.storage import sql

#: A query or a change, given the connection.
type Work[**P, T] = Callable[Concatenate[sqlite3.Connection, P], T]

_TRIES_PER_WARNING = 10

_logger = logging.getLogger("devhost.engine.storage.store")


class StoreError(Exception):
    """The state file cannot be used; the text says why."""


class _FrozenError(Exception):
    """The store was frozen before this write was committed."""


class Store:
    """Opens (or creates) the file at `path`, and runs reads and writes on it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _migrate(path)
        self._path = path
        self._reader, self._writer = _connect(path), _connect(path)
        self._writer.execute(sql.WRITER_BUSY_TIMEOUT)
        self._thread = ThreadPoolExecutor(1, "store-writer")
        self._is_closing = False
        self._is_frozen = False

    async def write[**P, T](self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` with these arguments in a transaction, and return its result once it is on disk.

        The write continues if the caller is cancelled. `work` runs on the writer's thread, and again if the file was
        locked.
        """
        loop = asyncio.get_running_loop()

        def run(connection: sqlite3.Connection) -> T:
            return work(connection, *args, **kwargs)

        writing = loop.run_in_executor(self._thread, self._write, run)
        with suppress(_FrozenError):
            result = await asyncio.shield(writing)
            if not self._is_frozen:
                return result
        never: asyncio.Future[T] = loop.create_future()
        return await never

    def read[**P, T](self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query on the calling thread, which has to be the one that opened the store."""
        return work(self._reader, *args, **kwargs)

    def freeze(self) -> None:
        """Commit nothing more, as if the process had been killed: writes that have not ended never do."""
        self._is_frozen = True

    def close(self) -> None:
        """Finish the queued writes, unless the file is locked or the store frozen; then close the file."""
        self._is_closing = True
        self._thread.shutdown()
        self._writer.close()
        self._reader.close()

    def _write[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        for tried in count(1):
            try:
                return self._transact(work)
            except sqlite3.OperationalError as error:
                if self._is_closing or not _is_busy(error):
                    raise
            if tried % _TRIES_PER_WARNING == 0:
                _logger.warning("%s is locked by another program; nothing can be stored until it is free", self._path)
        raise AssertionError("the loop only ends by returning or raising")

    def _transact[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._check_not_frozen()
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._writer)
            self._check_not_frozen()
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
        return result

    def _check_not_frozen(self) -> None:
        if self._is_frozen:
            raise _FrozenError


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another connection has the lock. The low byte of an extended code is the primary code."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF == sqlite3.SQLITE_BUSY


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in sql.PRAGMAS:
        connection.execute(pragma)
    return connection


def _migrate(path: Path) -> None:
    """Create the tables in a new file, and upgrade a file of the previous version; refuse any other version."""
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
                    "delete the data folder to start with an empty one"
                )
            statements = [*(sql.MIGRATE_FROM_1 if version == 1 else ()), *sql.SCHEMA]
            for statement in statements if version != sql.SCHEMA_VERSION else ():
                connection.execute(statement)
            if version != sql.SCHEMA_VERSION:
                connection.execute(sql.INSERT_VERSION, (sql.SCHEMA_VERSION,))
        connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be opened as the host's state: {error}") from error
