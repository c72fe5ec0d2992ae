"""Fills a host's store with finished instances: copies of a generation's rows under new ids."""

import contextlib
import sqlite3
from pathlib import Path

_ID_COLUMNS = ("instance_id", "parent_instance_id")
_ID_LENGTH = 32
_TABLES = ("instances", "history")


def fill(store: Path, instances: int) -> int:
    """Copy the store's instances until there are about that many; return how many there are. No host may run on it.

    Raises:
        ValueError: the store has no instance to copy.
    """
    with contextlib.closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        stored: int = connection.execute("SELECT count(*) FROM instances").fetchone()[0]
        if not stored:
            raise ValueError(f"{store} has no instance to copy.")
        copies = max(0, instances // stored - 1)
        with connection:
            for table in _TABLES:
                _copy(connection, table, copies)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return stored * (copies + 1)


def _copy(connection: sqlite3.Connection, table: str, copies: int) -> None:
    """Copy a table's rows with another generation id: the 32 hex digits with which all ids of a generation begin."""
    columns = [str(column[1]) for column in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(_copied(column) for column in columns)
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS copies AS "
        "WITH RECURSIVE counted(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ?) "
        "SELECT printf('%032x', number) AS id FROM counted",
        (copies,),
    )
    if copies:
        names = ", ".join(columns)
        connection.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} CROSS JOIN copies"  # noqa: S608 - our own names
        )


def _copied(column: str) -> str:
    return f"copies.id || substr({column}, {_ID_LENGTH + 1})" if column in _ID_COLUMNS else column
