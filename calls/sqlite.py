"""SQLite behind aiosqlite, with one change of threads for a statement instead of four.

aiosqlite goes to its connection's thread to make a cursor, to execute, to fetch and to close; at
some ten statements a transaction that was most of what a transaction cost.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import aiosqlite

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased does not stay in the file, unseen
)
CHUNK = 64  # rows, which aiosqlite wants to know; nothing is fetched in chunks here


class Ran(NamedTuple):
    """What a statement has left."""

    rows: Sequence[Any] = ()
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class Connection(aiosqlite.Connection):
    """Opens a database's file once it is awaited, as SQLAlchemy's ``async_creator`` should.

    ``busy`` are the seconds for which another process may keep us from writing. Transactions are
    begun by who asks for them, not by the driver.
    """

    def __init__(self, file: Path, busy: float) -> None:
        super().__init__(partial(_opened, file, busy), CHUNK)
        self._thread.daemon = True  # an end that is forced waits for nobody

    def cursor(self) -> "Cursor":  # type: ignore[override]  # SQLAlchemy only enters it
        """Return a cursor; it takes no thread to make one."""
        return Cursor(self)

    async def run(self, method: str, sql: str, parameters: Any) -> Ran:  # noqa: ANN401 - of any kind
        """Carry out a statement, on the connection's thread, and fetch all that it gives."""
        return await self._execute(self._run, method, sql, parameters)  # type: ignore[no-any-return, no-untyped-call]

    def _run(self, method: str, sql: str, parameters: Any) -> Ran:  # noqa: ANN401
        cursor = getattr(self._conn, method)(sql, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        ran = Ran(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
        cursor.close()
        return ran


def _opened(file: Path, busy: float) -> sqlite3.Connection:
    """Open a file on which every commit waits for the disk; another writer is waited for."""
    connection = sqlite3.connect(file, timeout=busy, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Cursor:
    """What SQLAlchemy asks of a cursor."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ran = Ran()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:  # noqa: ANN401
        """Carry out a statement."""
        self._ran = await self._connection.run("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:  # noqa: ANN401
        """Carry out a statement for each set of parameters."""
        self._ran = await self._connection.run("executemany", sql, parameters)

    async def fetchall(self) -> Sequence[Any]:
        """Return the rows, which are here already."""
        return self._ran.rows

    async def close(self) -> None:
        """Do nothing: it is closed."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - as PEP 249 has it
        """Tell the columns of the rows."""
        return self._ran.description

    @property
    def rowcount(self) -> int:
        """Tell how many rows were touched."""
        return self._ran.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Tell the id of the row that was inserted last."""
        return self._ran.lastrowid
