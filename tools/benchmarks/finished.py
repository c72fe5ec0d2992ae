"""Finished instances in the host's store: copies of a real finished generation's rows, with ids of their own."""

import contextlib
import sqlite3
from pathlib import Path

_ID_COLUMNS = ("instance_id", "parent_instance_id")
_ID_LENGTH = 32
_TABLES = ("instances", "history")


def fill(store: Path, instances: int) -> int:
    """Copy what is in the store until about that many instances are; return how many there are. No host may run on it.

    Raises:
        ValueError: there is nothing to copy.
    """
    with contextlib.closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        there: int = connection.execute("SELECT count(*) FROM instances").fetchone()[0]
        if not there:
            raise ValueError(f"{store} has no instance that could be copied.")
        copies = max(0, instances // there - 1)
        with connection:
            for table in _TABLES:
                _copy(connection, table, copies)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return there * (copies + 1)


def _copy(connection: sqlite3.Connection, table: str, copies: int) -> None:
    """Copy a table's rows; a generation's id, 32 hex digits at the front of all its ids, is replaced."""
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
