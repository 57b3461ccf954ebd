"""One database behind two kinds of transaction, on SQLite and on PostgreSQL alike."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import IntegrityError

from calls import store, tables
from calls.database import REVISION, Database
from calls.errors import DatabaseAway
from examples import call
from sandbox.rehearsal import free_port
from switch import opened, postgres_only, sqlite_only

pytestmark = pytest.mark.no_tables
HOME = Path(__file__).parent.parent
MIGRATE = """
import asyncio, sys
from app import prepared
from calls.database import Database
from calls.people import People
from calls.workspaces import Workspaces
database = Database(sys.argv[1])
asyncio.run(prepared(database, People(database, "en"), Workspaces(database)))
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as board:
        yield board.database


def scripts(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "calls:migrations")
    config.attributes["connection"] = connection
    return config


def test_the_revision_is_the_newest_script() -> None:
    assert ScriptDirectory.from_config(scripts()).get_heads() == [REVISION]


def shape(connection: Connection) -> dict[str, object]:
    """Return every table as the database tells it, in no order of columns."""
    look = inspect(connection)

    def told(found: list[Any]) -> list[str]:
        return sorted(str({**one, "type": str(one.get("type"))}) for one in found)

    return {
        name: (
            told(look.get_columns(name)),
            look.get_pk_constraint(name),
            told(look.get_foreign_keys(name)),
            told(look.get_unique_constraints(name)),
            told(look.get_indexes(name)),
        )
        for name in look.get_table_names()
    }


async def test_migrations_make_what_a_new_database_has_and_can_be_taken_back(
    database: Database,
) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        new = await connection.run_sync(shape)
    assert (await database.revision(), bool(await database.instance())) == (REVISION, True)
    async with database.write() as connection:
        await connection.run_sync(lambda c: command.downgrade(scripts(c), "base"))
    async with database.read() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_table_names())
    assert (found, await database.revision()) == (["alembic_version"], None)
    await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(shape) == new
    assert (await database.revision(), bool(await database.instance())) == (REVISION, True)


@sqlite_only  # on PostgreSQL whole apps do, in test_prove_replicas.py
async def test_four_processes_migrate_an_empty_database_at_once(database_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, database_url, cwd=HOME, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    ends = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0] * 4, ends
    async with opened(database_url) as board:
        assert await board.database.revision() == REVISION


async def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    async def broken() -> None:
        async with database.write() as connection:
            await store.add(connection, call())
            raise LookupError

    with pytest.raises(LookupError):
        await broken()
    async with database.read() as connection:
        assert await store.get(connection, "C-7K3QF") is None


async def test_writers_at_once_wait_for_each_other(database_url: str) -> None:
    async with opened(database_url) as one, opened(database_url) as other:
        async with one.database.write() as connection:
            await store.add(connection, call())

        async def renamed() -> None:
            for board in (one, other):
                async with board.database.write() as connection:
                    found = (await store.lock(connection, ["C-7K3QF"]))["C-7K3QF"]
                    await asyncio.sleep(0)
                    await store.change(connection, [found.having(rung=found.rung + 1)])

        await asyncio.gather(*(renamed() for _ in range(8)))
        async with other.database.read() as connection:
            found = await store.get(connection, "C-7K3QF")
        assert found == call(rung=16)


async def test_what_fails_in_the_database_shows_no_number(database: Database) -> None:
    wrong = call(channel=None)
    with pytest.raises(DatabaseAway) as caught:
        async with database.write() as connection:
            await store.add(connection, wrong)
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert "5551234" not in str(caught.value.__cause__).split("DETAIL")[0]


@sqlite_only
async def test_sqlite_is_durable_and_keeps_its_references(database: Database) -> None:
    async with database.read() as connection:
        found = {
            pragma: (await connection.execute(text(f"PRAGMA {pragma}"))).scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 2000,
    }


@sqlite_only
@pytest.mark.parametrize("file", ["nowhere/ringback.db", "."])
async def test_a_file_that_cannot_be_opened_is_a_database_that_is_away(
    tmp_path: Path, file: str, database_url: str
) -> None:
    del database_url
    database = Database(f"sqlite:///{tmp_path / file}")
    with pytest.raises(DatabaseAway):
        await database.migrate()
    assert not await database.alive()
    await database.close()
    async with asyncio.timeout(30):  # the driver's threads end on their own time
        while True:
            if not any("_connection_worker" in thread.name for thread in threading.enumerate()):
                return
            await asyncio.sleep(0.01)


@postgres_only
async def test_a_server_that_refuses_us_is_a_database_that_is_away(database_url: str) -> None:
    known = make_url(database_url)
    addresses = [
        known.set(database="nothing"),
        known.set(username="nobody"),
        make_url(f"postgresql://u:p@127.0.0.1:{free_port()}/x"),
        make_url("postgresql://u:p@no.such.host.invalid/x"),
        make_url(f"postgresql://u:p@127.0.0.1:{free_port()}/x?sslmode=nonsense"),
    ]
    for address in addresses:
        database = Database(address.render_as_string(hide_password=False))
        with pytest.raises(DatabaseAway):
            await database.migrate()
        assert not await database.alive()
        await database.close()


@postgres_only
async def test_postgresql_is_reached_by_its_plain_addresses(database_url: str) -> None:
    plain = make_url(database_url).update_query_dict({"sslmode": "disable"})
    for name in ("postgresql", "postgres"):
        address = plain.set(drivername=name).render_as_string(hide_password=False)
        async with opened(address) as board:
            assert await board.database.alive()


@postgres_only
async def test_connections_that_broke_meanwhile_are_not_noticed(database: Database) -> None:
    async with database.read(), database.read():
        pass  # two wait in the pool
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
    mine = "pg_backend_pid() AND datname = current_database()"
    async with database.read() as connection:
        await connection.execute(text(others + mine))
        assert await database.revision() == REVISION
