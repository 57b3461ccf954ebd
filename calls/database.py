"""One database, SQLite or PostgreSQL, behind two kinds of transaction: reading and writing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from calls import sqlite
from calls.errors import CommitUnknown, DatabaseAway, DatabaseNewer
from calls.timeouts import awake_for

REVISION = "0005"
"""The newest migration; a database that has it is not touched at start."""

MIGRATING = 0x52494E47  # PostgreSQL's advisory lock of the one process that migrates
CONNECT, ANSWER, IDLE = 5, 10, 5  # seconds
# One that is frozen between two messages of a statement is not idle by PostgreSQL's measure.
WITHIN = """SELECT CASE WHEN current_setting('server_version_num')::int >= 170000
THEN set_config('transaction_timeout', '{seconds}s', {alone}) END"""
BUSY = 2  # seconds to wait for another writer on SQLite
READ, FAREWELL = 2, 0.3  # seconds: people wait for it
PEOPLE_WAIT = 2.0  # seconds, of the three that Slack has, or of those that AlloMia has


class Database:
    """Open the database at a plain address, ``sqlite:///FILE`` or ``postgresql://...``."""

    def __init__(self, address: str) -> None:
        self.engine = _engine(make_url(address))
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        alone = {"begin": None} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reading = self.engine.execution_options(**alone)
        self._turn = asyncio.Lock()
        self._users = 0
        self._left = asyncio.Event()
        self._closed = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for statements that stand by themselves, without a transaction.

        Raises ``DatabaseAway`` where there is none, or where it does not answer.
        """
        with _away():
            # The second time-out cuts off the farewell to a server that does not answer.
            async with (
                self._in_use(),
                awake_for(READ + FAREWELL),
                awake_for(READ),
                self._reading.connect() as connection,
            ):
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction that is committed at the end, or rolled back by an exception.

        Raises ``DatabaseAway`` where it could not be begun or carried out, ``CommitUnknown`` where
        it may have been committed.
        """
        committing = False
        try:
            with _away():
                async with self._in_use(), self._in_turn(), self._writing.begin() as connection:
                    yield connection
                    committing = True
        except DatabaseAway as fault:
            if committing:
                raise CommitUnknown from fault.__cause__
            raise

    @asynccontextmanager
    async def in_time(self, seconds: float = PEOPLE_WAIT) -> AsyncIterator[None]:
        """Raise ``DatabaseAway`` where who waits must be told; what was asked for may yet happen.

        SQLite's farewell is short, and must be heard out; that to a server which does not answer
        is cut off.
        """
        farewell = nullcontext() if self.is_sqlite else awake_for(seconds + FAREWELL)
        try:
            async with farewell, awake_for(seconds):
                yield
        except TimeoutError as fault:
            raise DatabaseAway from fault

    @asynccontextmanager
    async def _in_use(self) -> AsyncIterator[None]:
        """Let nobody begin on a closed database, or a connection would be left open."""
        if self._closed:
            raise DatabaseAway
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._left.set()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """Let one write at a time inside this process: SQLite itself waits by trying again."""
        if not self.is_sqlite:
            yield
            return
        async with asyncio.timeout(BUSY):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    async def migrate(self) -> None:
        """Bring the tables to the newest revision; several processes may do so at once.

        Raises ``DatabaseNewer`` where they are beyond it.
        """
        revision = await self.revision()
        if revision == REVISION:
            return
        if revision and revision > REVISION:
            raise DatabaseNewer(revision, REVISION)
        async with self.write() as connection:
            if not self.is_sqlite:
                await connection.execute(text(WITHIN.format(seconds=0, alone=True)))
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
            await connection.run_sync(_upgrade)

    async def revision(self) -> str | None:
        """Return the revision that the tables have, or ``None`` where there are none yet."""
        async with self.read() as connection:
            if not await connection.run_sync(lambda c: c.dialect.has_table(c, "alembic_version")):
                return None
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar()

    async def instance(self) -> str | None:
        """Return the id of the installation that this database belongs to, once it is migrated."""
        async with self.read() as connection:
            if not await connection.run_sync(lambda c: c.dialect.has_table(c, "installation")):
                return None
            return (await connection.execute(text("SELECT id FROM installation"))).scalar()

    @property
    def is_new(self) -> bool:
        """Tell whether SQLite's file is still to be made: looking into it would make it."""
        return self.is_sqlite and not Path(self.engine.url.database or "").exists()

    async def alive(self) -> bool:
        """Tell whether the database answers."""
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except DatabaseAway:
            return False
        return True

    async def scrub(self) -> None:
        """Let SQLite's journal forget what was written over; PostgreSQL does so by itself."""
        if self.is_sqlite:
            async with self.read() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        """Close every connection, once those in use are back; nobody waits long for one."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(READ + FAREWELL):
                while self._users:
                    self._left.clear()
                    await self._left.wait()
        await self.engine.dispose()


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as fault:
        raise DatabaseAway from fault


def _engine(address: URL) -> AsyncEngine:
    if address.get_backend_name() == "sqlite":
        return _sqlite(address.set(drivername="sqlite+aiosqlite"))
    query = dict(address.query)
    if "sslmode" in query:  # libpq's word, which asyncpg spells differently
        query["ssl"] = query.pop("sslmode")
    engine = create_async_engine(
        address.set(drivername="postgresql+asyncpg", query=query),
        hide_parameters=True,  # numbers and variables do not belong into a traceback
        pool_size=10,
        pool_timeout=CONNECT,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT,
            "command_timeout": ANSWER,
            # A frozen process must not keep a call's row from the one that takes it over.
            "server_settings": {"idle_in_transaction_session_timeout": f"{IDLE}s"},
        },
    )

    @event.listens_for(engine.sync_engine, "connect")
    def limit(connection: Any, _record: object) -> None:  # noqa: ANN401 - asyncpg's, adapted
        limited = WITHIN.format(seconds=ANSWER, alone=False)
        connection.run_async(lambda driver: driver.execute(limited))

    return engine


def _sqlite(address: URL) -> AsyncEngine:
    engine = create_async_engine(
        address,
        hide_parameters=True,
        pool_size=5,
        pool_timeout=CONNECT,
        async_creator=lambda *_: sqlite.Connection(Path(address.database or ""), BUSY),
    )

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes under a deferred BEGIN fails at once.
        if statement := connection.get_execution_options()["begin"]:
            connection.exec_driver_sql(statement)

    return engine


def _upgrade(connection: Connection) -> None:
    # Each is imported only where there is something to do: Alembic costs start-up time and memory.
    if not connection.dialect.has_table(connection, "alembic_version"):
        from calls.migrations import beginning  # noqa: PLC0415

        beginning.make(connection, REVISION)
        return
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "calls:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
